"""Files as bureaus and yearbooks really publish them: read with a few lines of description, values as printed.

The files are not part of the project; ``ANALYSIS_SHARED`` names the folder that holds ``data/ingest_samples``.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import yaml
from delivery import cells, codes, list_source, read, values

from analysis.observations import CleanResult

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("ANALYSIS_SHARED", ROOT.parent / "shared"))
SAMPLES = SHARED / "data" / "ingest_samples"
PLAN = Path(__file__).parent / "plans" / "samples"
GREEN = "csy2018_t2-5_merged_shift.xls"
ENCRYPTED = "csy2018_t2-6_encrypted.xls"
PANEL = "liaoning_panel_1998_2019_raw.csv"
MONTHLY = "nbs_easyquery_wide_head.csv"
LONGEST_DESCRIPTION = 10

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"no sample files in {SAMPLES}; set ANALYSIS_SHARED")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The plan of the samples, with all samples delivered."""
    shutil.copytree(PLAN, tmp_path / "samples")
    (tmp_path / "samples" / "observations").mkdir(exist_ok=True)
    for path in SAMPLES.iterdir():
        shutil.copyfile(path, tmp_path / "samples" / "observations" / path.name)
    return tmp_path / "samples"


@pytest.fixture
def samples(folder: Path) -> CleanResult:
    return read(folder)


def test_no_sample_needs_more_than_ten_lines() -> None:
    text = (PLAN / "layouts.yaml").read_text(encoding="utf-8")
    assert all(
        len(yaml.safe_dump(block).splitlines()) <= LONGEST_DESCRIPTION for block in yaml.safe_load(text).values()
    )
    assert len((PLAN / "sources.csv").read_text(encoding="utf-8").splitlines()) == len(list(SAMPLES.iterdir())) + 1


def test_all_samples_are_read_without_an_error(samples: CleanResult) -> None:
    assert codes(samples, "error") == []
    assert codes(samples, "warning") == ["months_incomplete", "months_incomplete"]
    assert samples.rejected.empty
    assert samples.sources["rows"].gt(0).all()


def test_the_encrypted_yearbook_table(samples: CleanResult) -> None:
    found, places = values(samples), cells(samples)
    assert found[("huludao", "waste_water", 2017)] == 1891
    assert found[("huludao", "sulphur", 2017)] == 1.4359  # 14359 吨
    assert places[("huludao", "waste_water", 2017)] == "C59"
    assert found[("benxi", "waste_water", 2017)] == 2887


def test_the_yearbook_table_whose_columns_are_shifted_by_merged_heads(samples: CleanResult) -> None:
    found, places = values(samples), cells(samples)
    assert found[("huludao", "green_area", 2017)] == 3412
    assert found[("huludao", "park_area", 2017)] == 832
    assert ("huludao", "green_share", 2017) not in found
    assert (found[("benxi", "park_area", 2017)], places[("benxi", "park_area", 2017)]) == (984, "D47")
    assert (found[("benxi", "green_share", 2017)], places[("benxi", "green_share", 2017)]) == (49.63, "F47")
    assert found[("pu-er", "green_area", 2017)] == 992


def test_a_city_is_not_taken_for_the_province_whose_english_name_it_shares(samples: CleanResult) -> None:
    # 吉林省 has no values of its own; the row of the city 吉林市 is called Jilin as well.
    assert [key for key in values(samples) if key[0] == "jilin" and key[2] == 2017] == []


def test_the_panel_whose_heads_name_no_unit(samples: CleanResult) -> None:
    found = values(samples)
    assert found[("liaoning", "energy", 1998)] == 9106
    assert found[("liaoning", "energy", 2019)] == 23749
    assert found[("liaoning", "urban_share", 2005)] == 59.0  # 0.59
    assert len([key for key in found if key[0] == "liaoning"]) == 2 * 22


def test_months_become_a_year_only_if_all_twelve_are_there(samples: CleanResult) -> None:
    found, places = values(samples), cells(samples)
    months = [228.02844486486484, 198.868954, 222.7, 234.3, 259.9, 276.8, 269.0, 260.7, 245.4, 258.0, 249.5, 254.0]
    assert found[("inner-mongolia", "electricity", 2011)] == pytest.approx(sum(months), rel=1e-12)
    assert places[("inner-mongolia", "electricity", 2011)] == "B5:M5"
    assert places[("jilin", "electricity", 2012)] == "N11:Y11"
    notes = samples.observations.set_index("cell")["note"]
    assert notes["N11:Y11"] == "sum(N11:Y11)"


def test_months_without_a_rule_are_refused(folder: Path) -> None:
    list_source(folder, MONTHLY, layout="ignore=*")
    result = read(folder)
    assert codes(result) == ["months_without_rule"]
    assert result.problems[0].cell == "B1"
    assert result.observations.empty
