"""The command line: ``python -m analysis report|check|doctor|notebook|new-plan|…``.

Only this module talks to the caller: errors of this package are printed without a traceback, exit status 1; a wrong
option is exit status 2. Libraries are imported by the commands that need them, so that help and checks are quick.
"""

from __future__ import annotations

import gc
import locale
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from analysis.errors import AnalysisError
from analysis.formats import FORMATS
from analysis.messages import catalogue
from analysis.pipeline.wish import Wish


class Language(StrEnum):
    """Languages of a report."""

    ZH = "zh"
    EN = "en"


class Renderer(StrEnum):
    """Who typesets the report."""

    AUTO = "auto"
    QUARTO = "quarto"
    EMBEDDED = "embedded"


class Kernels(StrEnum):
    """How notebooks get their kernels."""

    WARM = "warm"
    PLAIN = "plain"


BENCH_PARTS = ("forecasts", "many", "cities", "report", "batch", "reading")

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

PlanOption = Annotated[str, typer.Option(help="An id under data/raw, or a path to a plan folder.")]
YearOption = Annotated[int, typer.Option(min=0, help="The last year whose data may be used; 0: the newest.")]
LanguageOption = Annotated[Language, typer.Option(help="Language of the report and of the messages.")]
CompareOption = Annotated[
    str,
    typer.Option(
        help="The edition to compare with: a year, or its folder of tables; none; if not given, the year before."
    ),
]
FormatsOption = Annotated[str, typer.Option(help="Any of html, pdf and docx, with commas.")]
RendererOption = Annotated[Renderer, typer.Option(help="auto: Quarto if it is there.")]
KernelsOption = Annotated[Kernels, typer.Option(help="warm: forked; plain: started one by one.")]
FreshOption = Annotated[bool, typer.Option("--fresh", help="Make everything anew, whatever earlier runs have kept.")]
JobsOption = Annotated[int, typer.Option(min=0, help="Notebooks to run side by side; 0: as many as pay.")]


@app.command()
def report(
    plan: PlanOption = "",
    year: YearOption = 0,
    language: LanguageOption = Language.ZH,
    formats: FormatsOption = "html,pdf,docx",
    renderer: RendererOption = Renderer.AUTO,
    jobs: JobsOption = 0,
    compare: CompareOption = "",
    kernels: KernelsOption = Kernels.WARM,
    fresh: FreshOption = False,
) -> None:
    """Make the report of a plan from its raw files."""
    wish = Wish(year, language.value, _formats(formats), renderer.value, jobs, compare, kernels.value, fresh)
    with _reported_errors(language):
        from analysis.pipeline.run import run_report

        folder = run_report(plan, wish)
        for path in sorted(folder.glob("report*")):
            typer.echo(path)


@app.command()
def reports(
    plans: Annotated[list[str] | None, typer.Argument(help="Ids, plan folders, folders of plan folders.")] = None,
    year: YearOption = 0,
    language: LanguageOption = Language.ZH,
    formats: FormatsOption = "html,pdf,docx",
    renderer: RendererOption = Renderer.AUTO,
    jobs: JobsOption = 0,
    compare: CompareOption = "",
    kernels: KernelsOption = Kernels.WARM,
    fresh: FreshOption = False,
    scheduler: Annotated[str, typer.Option(help="Address of a Dask scheduler; this machine if not given.")] = "",
) -> None:
    """Make the reports of several plans, and a page that compares the places."""
    wish = Wish(year, language.value, _formats(formats), renderer.value, jobs, compare, kernels.value, fresh)
    with _reported_errors(language):
        from analysis.batch.run import run_reports

        typer.echo(run_reports(plans or [], wish, scheduler, lambda line: typer.echo(line, err=True)))


@app.command()
def explain(
    plan: PlanOption = "", year: YearOption = 0, language: LanguageOption = Language.ZH, compare: CompareOption = ""
) -> None:
    """Say which steps of a report would run and why, without running them."""
    with _reported_errors(language):
        from analysis.pipeline.explaining import explain as explained

        typer.echo(explained(plan, year, language.value, compare))


@app.command()
def check(plan: PlanOption = "", year: YearOption = 0, language: LanguageOption = Language.ZH) -> None:
    """Check the raw files of a plan, without making a report."""
    with _reported_errors(language):
        from analysis.pipeline.checking import check_plan

        typer.echo(check_plan(plan, year, language.value))


@app.command()
def doctor(language: LanguageOption = Language.ZH) -> None:
    """Say what is installed, what is missing, and what to do about it."""
    with _reported_errors(language):
        from analysis.pipeline.doctor import examine

        findings = examine(language.value)
        for finding in findings:
            typer.echo(finding.line)
        if not all(finding.is_well for finding in findings):
            raise typer.Exit(1)


@app.command()
def notebook(
    indicator: Annotated[str, typer.Option(help="Id of an indicator of the plan.")],
    region: Annotated[str, typer.Option(help="Id of a region; the plan's area if not given.")] = "",
    plan: PlanOption = "",
    year: YearOption = 0,
    language: LanguageOption = Language.ZH,
) -> None:
    """Run the notebook of one indicator, for one's own analysis."""
    with _reported_errors(language):
        from analysis.pipeline.single import run_indicator

        typer.echo(run_indicator(indicator, region, plan, year, language.value))


@app.command()
def whatif(
    indicator: Annotated[str, typer.Option(help="Id of an indicator of the plan.")],
    region: Annotated[str, typer.Option(help="Id of a region; the plan's area if not given.")] = "",
    change: Annotated[
        str, typer.Option(help="Assumed change per year: -2.5 in the indicator's unit, or -2.5%; falling is negative.")
    ] = "",
    extra: Annotated[float, typer.Option(help="Extra tonnes of projects, on top of the latest total.")] = 0.0,
    plan: PlanOption = "",
    year: YearOption = 0,
    language: LanguageOption = Language.ZH,
) -> None:
    """Say what a target still needs, and what an assumed yearly change or extra tonnes would mean for it."""
    with _reported_errors(language):
        from analysis.pipeline.asking import ask

        typer.echo(ask(indicator, region, plan, year, change, extra, language.value))


@app.command()
def trace(
    indicator: Annotated[str, typer.Argument(help="Id or name of an indicator of the plan.")],
    region: Annotated[str, typer.Argument(help="Id or name of a region.")],
    year: Annotated[int, typer.Argument(help="The year of the value.")],
    plan: PlanOption = "",
    edition: YearOption = 0,
    language: LanguageOption = Language.ZH,
) -> None:
    """Say which cell a value comes from, and what was done to it on the way."""
    with _reported_errors(language):
        from analysis.pipeline.tracing import trace_value

        typer.echo(trace_value(indicator, region, year, plan, edition, language.value))


@app.command("new-plan")
def new_plan(
    folder: Annotated[Path, typer.Argument(help="The folder to create; its name becomes the plan's id.")],
    base_year: Annotated[int, typer.Option(min=1000, max=9999, help="The year that targets start from.")],
    target_year: Annotated[int, typer.Option(min=1000, max=9999, help="The year to reach them in.")],
    language: LanguageOption = Language.ZH,
) -> None:
    """Create a commented plan folder to start from."""
    if base_year >= target_year:
        raise typer.BadParameter(catalogue(language.value).text("cli.years_reversed"))
    with _reported_errors(language):
        from analysis.pipeline.new_plan import create_plan

        typer.echo(create_plan(folder, base_year, target_year, language.value))


@app.command()
def template(
    plan: Annotated[str, typer.Argument(help="An id under data/raw, or a path to a plan folder.")] = "",
    output: Annotated[str, typer.Option(help="The xlsx file to write; in data/forms if not given.")] = "",
    department: Annotated[str, typer.Option(help="Id or name of a department, for its indicators only.")] = "",
    region: Annotated[str, typer.Option(help="Id or name of a region, for its sheet only.")] = "",
    language: LanguageOption = Language.ZH,
) -> None:
    """Write an empty workbook that bureaus can fill in."""
    with _reported_errors(language):
        from analysis.forms import write_form

        typer.echo(write_form(plan, output, language.value, department, region))


@app.command()
def demo(plan: PlanOption = "", language: LanguageOption = Language.ZH) -> None:
    """Write the demonstration data of a plan anew."""
    with _reported_errors(language):
        from analysis.demo import write_demo
        from analysis.project import plan_folder

        write_demo(plan_folder(plan, language.value))


@app.command()
def calibrate(
    data: Annotated[Path, typer.Option(help="A folder of past series, one csv file per collection.")],
    language: LanguageOption = Language.ZH,
) -> None:
    """Learn the constants of the forecast anew from past series."""
    with _reported_errors(language):
        from analysis.benchmark import backtest
        from analysis.trends import calibration

        calibration.write(data)
        backtest.write(data)


@app.command("peer-cases")
def peer_cases(
    data: Annotated[Path, typer.Argument(help="A JSON file of published cases: method, inputs, expected, tolerance.")],
    language: LanguageOption = Language.ZH,
) -> None:
    """Reproduce published results of other systems anew, and keep the pass table."""
    with _reported_errors(language):
        from analysis.assessment.peer_rules.published import write

        write(data)


@app.command()
def bench(
    plan: PlanOption = "",
    language: LanguageOption = Language.ZH,
    parts: Annotated[str, typer.Option(help="Any of forecasts, many, cities, report, batch, reading.")] = "",
    series: Annotated[int, typer.Option(min=0, help="Series per collection, for a quick look; 0: all that count.")] = 0,
    jobs: Annotated[int, typer.Option(min=0, help="Processes for forecasts; 0: one per core.")] = 0,
) -> None:
    """Compare forecasts with peers, and measure time and memory of many series and of a full report."""
    chosen = _chosen(parts or ",".join(BENCH_PARTS), BENCH_PARTS, "--parts")
    with _reported_errors(language):
        from analysis.timing.bench import run_bench

        typer.echo(run_bench(chosen, plan, language.value, series, jobs, lambda line: typer.echo(line, err=True)))


@app.command("install-quarto", hidden=True)
def install_quarto(language: LanguageOption = Language.ZH) -> None:
    """Try once to install Quarto; never fails."""
    from analysis.pipeline.quarto_program import try_to_install

    message = try_to_install(language.value)
    if message:
        typer.echo(message, err=True)


def main() -> None:
    """Run the command line."""
    _write_any_character()
    _name_any_file()
    try:
        app(prog_name="analysis")
    finally:
        # What is in memory goes with the process: to look for garbage among it takes Python half a second.
        gc.freeze()


@contextmanager
def _reported_errors(language: Language) -> Iterator[None]:
    try:
        yield
    except AnalysisError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        typer.echo(catalogue(language.value).text("cli.interrupted"), err=True)
        raise typer.Exit(130) from None


def _formats(text: str) -> tuple[str, ...]:
    return _chosen(text, FORMATS, "--formats")


def _chosen(text: str, known: tuple[str, ...], option: str) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(text.replace(",", " ").lower().split()))
    unknown = [name for name in wanted if name not in known]
    if unknown or not wanted:
        raise typer.BadParameter(f"{', '.join(unknown) or '—'}; {', '.join(known)}", param_hint=option)
    return wanted


def _write_any_character() -> None:
    """Chinese texts must be printable under any locale."""
    for stream in (sys.stdout, sys.stderr):
        encoding = (stream.encoding or "").lower().replace("_", "-")
        if encoding.startswith(("utf", "gb")):
            continue
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8")


def _name_any_file() -> None:
    """The programs that typeset read paths in the locale's encoding; it must be able to hold Chinese folder names."""
    if os.name == "posix" and locale.getencoding().lower().replace("-", "") != "utf8":
        os.environ["LC_ALL"] = "C.UTF-8"


if __name__ == "__main__":
    main()
