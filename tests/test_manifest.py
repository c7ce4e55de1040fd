"""What a report was made from is recorded completely, and only its durations differ between two equal runs."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from running import git

from analysis.pipeline.colophon import colophon, colophon_notebook, rebuild_command
from analysis.pipeline.manifest import (
    Commit,
    Manifest,
    current_commit,
    digest,
    files_below,
    hashes,
    installed_versions,
    raw_files,
)

MANIFEST = Manifest(
    parameters={"plan": "my-plan", "year": 7, "language": "zh", "formats": ["html"], "renderer": "auto"},
    renderer="Typesetter 1.0",
    plan_files={"observations/a|b.csv": "ab" * 32, "plan.yaml": "cd" * 32},
    notebooks={"01-clean.ipynb": "ef" * 32},
    package="12" * 32,
    templates="34" * 32,
    versions={"python": "3.11.0", "pandas": "3.1.0"},
    commit=Commit("0123456789abcdef" * 2, False),
    tables={"quality.csv": "56" * 32},
    durations={"01-clean": 1.5},
)


def test_hashes_are_sha256_by_path(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "数据.csv").write_bytes(b"abc")
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert hashes(tmp_path, files_below(tmp_path)) == {"sub/数据.csv": expected}


def test_hidden_temporary_and_generated_files_are_no_input(tmp_path: Path) -> None:
    for name in (".DS_Store", "~$open.xlsx", "output/report.html", "__pycache__/a.pyc", "kept.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert [path.name for path in files_below(tmp_path)] == ["kept.csv"]


def test_the_digest_changes_with_a_name_and_with_a_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x", encoding="utf-8")
    first = digest(tmp_path)
    assert first == hashlib.sha256(f"a {hashlib.sha256(b'x').hexdigest()}\n".encode()).hexdigest()
    (tmp_path / "a").rename(tmp_path / "b")
    second = digest(tmp_path)
    (tmp_path / "b").write_text("y", encoding="utf-8")
    assert len({first, second, digest(tmp_path)}) == 3


def test_versions_name_python_and_pandas() -> None:
    assert {"python", "pandas", "statsmodels", "papermill"} <= set(installed_versions())


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_commit_and_whether_files_differ_from_it(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "a").write_text("x", encoding="utf-8")
    git(tmp_path, "add", "a")
    git(tmp_path, "commit", "-q", "-m", "first")
    commit = current_commit(tmp_path)
    assert len(commit.id) == 40
    assert not commit.is_changed
    (tmp_path / "a").write_text("y", encoding="utf-8")
    assert current_commit(tmp_path) == replace(commit, is_changed=True)


def test_without_a_repository_there_is_no_commit(tmp_path: Path) -> None:
    assert current_commit(tmp_path) == Commit()


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_repository_further_up_is_not_ours(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "copy").mkdir()
    assert current_commit(tmp_path / "copy") == Commit()


def test_without_git_there_is_no_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert current_commit(Path(__file__).parents[1]) == Commit()


def test_the_manifest_is_readable_json() -> None:
    content = json.loads(MANIFEST.to_json())
    assert content["commit"] == {"id": "0123456789abcdef" * 2, "is_changed": False}
    assert content["plan_files"]["plan.yaml"] == "cd" * 32
    assert content["durations"] == {"01-clean": 1.5}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_colophon_does_not_depend_on_durations_formats_or_tables(language: str) -> None:
    other = replace(MANIFEST, durations={"01-clean": 9.9})
    assert colophon(MANIFEST, language) == colophon(other, language)
    text = json.dumps(colophon(MANIFEST, language), ensure_ascii=False)
    assert "1.5" not in text
    assert "docx" not in text


def test_the_colophon_tells_all_that_it_was_made_from() -> None:
    outputs = colophon(MANIFEST, "en")
    text = "\n".join(output["data"]["text/markdown"] for output in outputs)
    assert text.startswith("# Colophon {#sec-colophon}")
    for part in ("Typesetter 1.0", "0123456789ab", "abababababab", "| pandas | 3.1.0 |", rebuild_command(MANIFEST)):
        assert part in text
    # A bar in a file's name must not open a new column.
    assert "| `observations/a\\|b.csv` | `abababababab` |" in text


def test_changes_that_are_not_committed_are_told() -> None:
    changed = replace(MANIFEST, commit=replace(MANIFEST.commit, is_changed=True))
    assert "not committed" in str(colophon(changed, "en")[0])
    assert "not under version control" in str(colophon(replace(MANIFEST, commit=Commit()), "en")[0])


def test_the_rebuild_command_is_one_line_for_the_shell() -> None:
    assert rebuild_command(MANIFEST) == "make report PLAN=my-plan YEAR=7 LANGUAGE=zh"


def test_the_colophon_is_a_chapter_like_the_others() -> None:
    notebook = colophon_notebook(MANIFEST, "zh")
    nbformat.validate(notebook)
    about = [output["metadata"]["analysis"] for cell in notebook.cells for output in cell["outputs"]]
    assert [item["kind"] for item in about] == ["text", "text", "table", "text", "table"]
    labels = [item["label"] for item in about if item["kind"] == "table"]
    assert labels == ["tbl-colophon-inputs", "tbl-colophon-versions"]
    assert nbformat.writes(notebook) == nbformat.writes(colophon_notebook(MANIFEST, "zh"))


def test_whatever_of_a_plan_can_be_read_counts(tmp_path: Path) -> None:
    plan, elsewhere = tmp_path / "plan", tmp_path / "elsewhere"
    for name in ("plan.yaml", "observations/output/a.csv", "observations/_build/b.csv", ".DS_Store", "~$a.xlsx"):
        (plan / name).parent.mkdir(parents=True, exist_ok=True)
        (plan / name).write_text(name, encoding="utf-8")
    elsewhere.mkdir()
    (elsewhere / "c.csv").write_text("c", encoding="utf-8")
    (plan / "linked").symlink_to(elsewhere, target_is_directory=True)
    (plan / "linked-to-nothing.csv").symlink_to(tmp_path / "nothing")
    # A link may lead back to where it stands.
    (elsewhere / "back").symlink_to(plan, target_is_directory=True)
    found = [path.relative_to(plan).as_posix() for path in raw_files(plan)]
    assert {"linked/c.csv", "observations/_build/b.csv", "observations/output/a.csv", "plan.yaml"} <= set(found)
    assert not any(name.endswith((".DS_Store", ".xlsx", "nothing.csv")) for name in found)
    assert found == sorted(found)
