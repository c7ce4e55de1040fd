"""Verdicts for other programs: a data dictionary, a JSON Schema and a workbook, all made from the contract."""

from analysis.results.dictionary import dictionary
from analysis.results.json_schema import json_schema, to_records
from analysis.results.workbook import workbook

__all__ = ["dictionary", "json_schema", "to_records", "workbook"]
