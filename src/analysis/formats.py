"""Kinds of files: what a report is typeset as, and the query that stands in place of a delivered table."""

FORMATS = ("html", "pdf", "docx")
QUERY_ENDING = ".sql"


def is_query(file: str) -> bool:
    """Whether a delivered file is a query to a database."""
    return file.lower().endswith(QUERY_ENDING)
