"""Reproducible annual evaluation reports for public plans.

The small public interface, for notebooks and for researchers::

    from analysis import assess, draw_indicator, fit_trends, load_observations, measure, open_edition

    edition = open_edition("my-plan")
    measures = measure(load_observations(edition).observations, edition.plan)
    trends = fit_trends(measures, edition.plan, edition.year)
    verdicts = assess(edition.plan, measures, trends, edition.year)

Names are loaded when they are first used, so that ``import analysis`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "analysis.assessment": ("assess", "load_rules", "rules_hash"),
    "analysis.assessment.evidence": ("gather_evidence",),
    "analysis.assessment.peer_rules": ("evaluate",),
    "analysis.assessment.peer_rules.comparison": ("compare_rules",),
    "analysis.assessment.turning_points": ("find_turning_points",),
    "analysis.chapters": (
        "chapter_heading",
        "data_status",
        "edition_facts",
        "has_values",
        "heading",
        "indicator_heading",
        "numbered_texts",
        "part_heading",
        "plan_notes",
        "section_heading",
        "see",
        "without_values",
    ),
    "analysis.comparison": (
        "Snapshot",
        "check_projections",
        "compare_values",
        "compare_verdicts",
        "keep_past",
        "read_past",
    ),
    "analysis.comparison.many": ("Delivered", "assess_many"),
    "analysis.display": ("show_figure", "show_indicator", "show_table", "show_text"),
    "analysis.districts": (
        "contributions_paragraph",
        "grades_paragraph",
        "invented_targets_note",
        "regional_caption",
        "targets_paragraph",
    ),
    "analysis.edition": ("Edition", "open_edition"),
    "analysis.editing": ("comments",),
    "analysis.figures": (
        "Drawing",
        "draw_indicator",
        "draw_progress",
        "draw_projects",
        "draw_regions",
        "draw_screening",
        "draw_section",
        "drawable_findings",
        "section_panels",
    ),
    "analysis.measures": ("chain_changes", "measure", "running_total"),
    "analysis.narrative": ("demonstration_note", "indicator_paragraph", "section_paragraph", "summary_paragraph"),
    "analysis.observations": ("load_observations",),
    "analysis.messages": ("catalogue",),
    "analysis.screening": ("find", "findings_to_quality", "screen"),
    "analysis.plan": ("Plan", "load_plan", "section_indicators"),
    "analysis.projects": ("department_items", "derived_tables"),
    "analysis.responsibilities": (
        "department_heading",
        "department_paragraph",
        "energy_paragraph",
        "energy_threshold",
        "milestones_paragraph",
        "projects_caption",
        "projects_paragraph",
        "qualitative_paragraph",
        "responsible_departments",
    ),
    "analysis.panorama": ("courses_introduction", "demonstration_places", "places_paragraph", "ranking_introduction"),
    "analysis.places": ("keep_ranking", "rank_places", "read_places"),
    "analysis.prospect": ("whatif_paragraph",),
    "analysis.retrospect": ("comparison_paragraph", "statuses_sentence"),
    "analysis.figures.contributions": ("draw_contributions",),
    "analysis.figures.places": ("draw_places",),
    "analysis.figures.strip": ("draw_strip",),
    "analysis.figures.regions": ("draw_regional_status",),
    "analysis.regions": ("contributions", "grade_regions", "reconcile", "reconcile_targets"),
    "analysis.tables.grades": (
        "barometer_table",
        "division_table",
        "measures_table",
        "reconciliation_table",
        "responsibility_table",
    ),
    "analysis.tables.places": ("failures_table", "places_table", "ranking_table"),
    "analysis.tables.regions": ("region_progress",),
    "analysis.tables": (
        "Table",
        "attention",
        "brief_scoreboard",
        "changed_values_table",
        "changed_verdicts_table",
        "commitments",
        "corrections_table",
        "counts_compared",
        "coverage_table",
        "department_table",
        "departments_overview",
        "energy_classes_table",
        "large_projects_table",
        "milestones_table",
        "needs_table",
        "not_assessed_table",
        "observations_note",
        "observations_table",
        "open_projects_note",
        "open_projects_table",
        "peer_cases_table",
        "profile",
        "project_regions_table",
        "project_totals_table",
        "projections_table",
        "qualitative_table",
        "quality_table",
        "region_changes",
        "region_values",
        "revisions_table",
        "rules_table",
        "scoreboard",
        "screening_table",
        "sources_table",
        "status_counts",
        "unverified_table",
        "whatif_table",
    ),
    "analysis.tables.forecasts": ("backtest_table", "horizons_table", "proof_table"),
    "analysis.figures.reliability": ("draw_reliability",),
    "analysis.assessment.history": ("outlooks_by_edition",),
    "analysis.benchmark.backtest": ("load_backtest",),
    "analysis.project": ("finished_plan",),
    "analysis.trends": ("fit_trends", "forecast"),
    "analysis.trends.hindcasts": ("compare_members", "hindcast"),
    "analysis.trends.many": ("Series", "fit_blocks", "fit_many"),
    "analysis.whatif": ("parse_change", "what_if"),
    "analysis.wording": ("escape", "label_id", "wording"),
}
# Where a public name is found: the module, and its name there.
_HOME_OF = {name: (home, name) for home, names in _HOMES.items() for name in names}
_HOME_OF["load_calibration"] = ("analysis.trends.calibration", "load")
_HOME_OF["load_peer_cases"] = ("analysis.assessment.peer_rules.published", "load")

__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:
    """Load a public name from the module that holds it."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'analysis' has no attribute {name!r}")
    return _load(name)


def load_all() -> None:
    """Load every public name at once, for a process that will need them all."""
    for name in _HOME_OF:
        _load(name)


def _load(name: str) -> Any:
    # Kept here, because a module of the same name would hide it once it is imported.
    module, own_name = _HOME_OF[name]
    value = globals()[name] = getattr(import_module(module), own_name)
    return value


def home(name: str) -> str:
    """The module that holds a public name."""
    return _HOME_OF[name][0]


def __dir__() -> list[str]:
    """The public names."""
    return list(__all__)
