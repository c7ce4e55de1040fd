"""The files that a report is typeset as."""

FORMATS = ("html", "pdf", "docx")
