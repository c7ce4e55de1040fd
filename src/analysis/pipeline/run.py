"""One report from beginning to end: notebooks, tables, colophon, merged report, typeset files.

Everything is made in staging folders beside the final ones and put in place at the end, so that a run that fails
leaves the last good tables and the last good report where they are.
"""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from time import perf_counter

from analysis import rendering
from analysis.editing import review
from analysis.edition import Edition, open_edition
from analysis.errors import describe
from analysis.messages import catalogue
from analysis.pipeline.files import staging, swap, write_text, writing
from analysis.pipeline.keys import NO_COMPARISON, Keys, store_of
from analysis.pipeline.manifest import Manifest, current_commit, table_hashes
from analysis.pipeline.printing import (
    DATA,
    PRINTED,
    STEP,
    notebooks_name,
    print_report,
    publish,
    put_beside_tables,
    report_key,
    suffix,
)
from analysis.pipeline.progress import Progress
from analysis.pipeline.single import NOTEBOOK as ON_DEMAND
from analysis.pipeline.stages import reading_order, running_order
from analysis.pipeline.steps import Run, expect_unedited
from analysis.pipeline.wish import Wish
from analysis.project import output_folder, plan_folder, processed_folder, root
from analysis.rendering.pictures import FOLDER as PICTURES

WISH = Wish()
# Modules that only printing needs.
PRINTING = ("analysis.pipeline.data_files", "fontTools.ttLib", "uharfbuzz", "openpyxl")


def run_report(plan: str = "", wish: Wish = WISH) -> Path:
    """Make a report.

    Parameters
    ----------
    plan : str
        An id under ``data/raw``, a path to a plan folder, or empty for the project's default plan.
    wish : Wish
        What the report is to be; if not given, the newest edition in Chinese in every format.

    Returns
    -------
    Path
        The folder of the report.

    Raises
    ------
    InputError, StepError, RenderingError
    """
    language = wish.language
    # Before anything else: a renderer that is not there must not be found out at the end.
    described = rendering.renderer_name(wish.renderer, language)
    with ExitStack() as stack:
        keys = Keys(plan_folder(plan, language))
        known = wish.year or (0 if wish.is_fresh else keys.newest_year())
        if not known:
            _prepare_kernels(wish, stack)
        edition = open_edition(plan, known, language)
        remarks = review(edition.plan_folder, edition.plan, language)
        if not wish.year:
            keys.remember_year(edition.year, language)
        wish = replace(wish, compare=keys.past(edition, wish.compare.strip(), is_fresh=wish.is_fresh))
        folder = processed_folder() / edition.plan.id / str(edition.year)
        # The code is read now, as the kernels read it: what somebody edits meanwhile counts for the next run.
        keys.code.whole()
        steps = sum(len(stage) for stage in running_order(edition.plan, wish.compare))
        with staging(folder, language) as temporary, Progress(steps + 1, language) as progress:
            if remarks:
                progress.say(describe(remarks, catalogue(language)))
            _make(replace(edition, folder=temporary), wish, described, folder, keys, progress, stack)
        keys.remember_code(language)
    return output_folder() / edition.plan.id / str(edition.year)


def _prepare_kernels(wish: Wish, stack: ExitStack) -> None:
    """Have kernels ready while the caller goes on; asked for once."""
    from analysis.pipeline.fork_server import are_prepared, kernels

    if not are_prepared():
        stack.enter_context(kernels(wish.kernels))
        # Getting the kernels ready takes longer than what comes before the first: what printing needs is imported now.
        for name in PRINTING:
            import_module(name)


def _make(
    edition: Edition, wish: Wish, renderer: str, folder: Path, keys: Keys, progress: Progress, stack: ExitStack
) -> None:
    language = edition.language
    name = notebooks_name(language)
    store = store_of(edition, is_fresh=wish.is_fresh)
    run = Run(edition, keys, store, name, folder / name, wish.jobs, progress, wish.compare)
    run.before = lambda: _prepare_kernels(wish, stack)
    durations = run.all()
    # Typesetting takes memory enough; nothing needs the prepared kernels any more.
    stack.close()
    progress.started(STEP)
    start = perf_counter()
    chapters = [edition.folder / name / f"{step.name}.ipynb" for step in reading_order(edition.plan, wish.compare)]
    manifest = _describe(edition, wish, renderer, keys)
    key = report_key(keys, manifest, chapters, edition.folder)
    reason = store.reason(STEP, key)
    target = output_folder() / edition.plan.id / str(edition.year)
    notice = ""
    with staging(target, language) as made:
        if reason.code:
            notice = print_report(edition, manifest, chapters, wish.formats, wish.renderer, made)
        else:
            store.restore(STEP, made)
        expect_unedited(keys.edited(), language)
        if reason.code:
            store.keep(STEP, key, made)
        put_beside_tables(made, edition.folder)
        durations[STEP] = perf_counter() - start
        text = replace(manifest, durations=durations).to_json()
        write_text(edition.folder / f"manifest{suffix(language)}.json", text, language)
        with writing(target, language):
            publish(made / PRINTED, made / DATA, target, language)
    # As late as can be: a report in the other language may have been finished meanwhile.
    keep_the_rest(folder, edition.folder, language)
    swap(edition.folder, folder, language)
    progress.finished(STEP, durations[STEP], reason)
    if notice:
        progress.say(notice)


def _describe(edition: Edition, wish: Wish, renderer: str, keys: Keys) -> Manifest:
    used = {step.notebook for stage in running_order(edition.plan, wish.compare) for step in stage}
    parameters = {
        "plan": edition.plan.id,
        "year": edition.year,
        "language": edition.language,
        "formats": list(wish.formats),
        "renderer": wish.renderer,
        "compare": wish.compare or NO_COMPARISON,
    }
    return Manifest(
        parameters=parameters,
        renderer=renderer,
        plan_files=keys.inputs.files,
        notebooks=keys.inputs.notebooks(sorted(used)),
        package=keys.code.whole(),
        templates=keys.inputs.templates,
        versions=keys.versions,
        commit=current_commit(root()),
        tables=table_hashes(edition.folder),
    )


def keep_the_rest(folder: Path, temporary: Path, language: str) -> None:
    """Carry over what this run does not make: reports in the other language, notebooks run on demand."""
    ending = suffix(language)
    own = (f"notebooks{ending}", f"{PICTURES}{ending}", f"manifest{ending}.json", f"report{ending}.ipynb")
    with writing(temporary, language):
        for item in folder.glob("*") if folder.is_dir() else []:
            if item.is_dir() and item.name.startswith(("notebooks", PICTURES)) and item.name not in own:
                shutil.copytree(item, temporary / item.name)
            elif item.name.startswith(("manifest", "report")) and item.name not in own:
                shutil.copy2(item, temporary / item.name)
        for item in folder.glob(f"{notebooks_name(language)}/{ON_DEMAND}-*.ipynb"):
            (temporary / notebooks_name(language)).mkdir(exist_ok=True)
            shutil.copy2(item, temporary / notebooks_name(language) / item.name)
