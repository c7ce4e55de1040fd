"""Empty forms: workbooks that a bureau fills in and that are read back without any description."""

from __future__ import annotations

from pathlib import Path

from analysis.errors import StepError
from analysis.forms.contents import form_of
from analysis.forms.workbook import workbook_of
from analysis.messages import catalogue
from analysis.pipeline.files import writing
from analysis.plan import load_plan
from analysis.project import forms_folder, plan_folder


def write_form(plan: str, output: str = "", language: str = "zh", department: str = "", region: str = "") -> str:
    """Write the form of a plan.

    Parameters
    ----------
    plan : str
        An id under ``data/raw``, a path to a plan folder, or empty for the default plan.
    output : str
        The file to write; empty for one in ``data/forms``, which nothing cleans up.
    language : {"zh", "en"}
    department, region : str
        Id or name, to ask for that part only; empty for all.

    Returns
    -------
    str
        What was written and where, ready to print.

    Raises
    ------
    InputError
        If there is no such plan, department or region.
    StepError
        If the department has nothing to report, or the file exists and is another one: it may be filled in.
    """
    words = catalogue(language)
    content = load_plan(plan_folder(plan, language), language)
    form = form_of(content, language, department, region)
    parts = "".join(f"-{part}" for part in (department, region) if part)
    path = (
        Path(output)
        if output
        else forms_folder() / words.text("template.file", plan=content.id, part=parts.replace("/", "-"))
    )
    made = workbook_of(form)
    with writing(path, language):
        if path.exists() and path.read_bytes() != made:
            raise StepError(words.text("template.exists", path=path))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made)
    return words.text("template.written", path=path, sheets=len(form.regions), indicators=len(form.lines))
