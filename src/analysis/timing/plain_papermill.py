"""A report's notebooks through Papermill as anybody would use it: one after the other, each with a kernel of its own.

``python -m analysis.timing.plain_papermill ORDERS``: a JSON file with a list of [notebook, output, parameters].
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main() -> None:
    """Run from the command line."""
    import papermill

    for notebook, output, parameters in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
        kernel = {"kernel_name": "python3", "language": "python"}
        papermill.execute_notebook(notebook, output, parameters, progress_bar=False, **kernel)


if __name__ == "__main__":
    main()
