"""Many made-up cities through measures, forecasts and verdicts: for measuring time and memory.

``python -m analysis.benchmark.cities CITIES FILE [PLAN]`` judges them on all cores and writes how many verdicts there
are and a digest of them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np

from analysis.comparison.many import Delivered, assess_many
from analysis.observations import load
from analysis.plan import load_plan
from analysis.project import plan_folder

CITIES = 300
# Standard deviation of what sets a city's values apart from the plan's own, as a share of them.
SPREAD = 0.02


def made_up(count: int, plan: str = "") -> Iterator[Delivered]:
    """Cities with the indicators of a plan, each with values of its own; the same ones every time.

    Parameters
    ----------
    count : int
    plan : str
        As for a report.
    """
    folder = plan_folder(plan)
    promised = load_plan(folder)
    observations = load(folder, promised, None).observations
    observations = observations[observations["region"] == promised.area]
    year = int(observations["year"].max())
    for number in range(count):
        random = np.random.default_rng(number)
        factors = 1 + SPREAD * random.standard_normal(len(observations))
        own = observations.assign(value=observations["value"] * factors)
        yield Delivered(promised.model_copy(update={"id": f"city-{number}"}), year, own)


def main() -> None:
    """Run from the command line."""
    count, path, plan = (*sys.argv[1:], "")[:3]
    verdicts, digest = 0, sha256()
    for table in assess_many(made_up(int(count), plan)):
        verdicts += len(table)
        digest.update(table.to_csv(index=False).encode())
    Path(path).write_text(f"{verdicts} {digest.hexdigest()}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
