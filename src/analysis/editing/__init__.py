"""What an analyst adds to a report without code: comments, a preface, the cover with its logo.

Nothing that stands in these files can bring HTML, code or labels into the report: texts are parsed by Pandoc without
any of these, and only paragraphs, lists, quotations, emphasis, links and plain tables are written again.
"""

from analysis.editing.comments import PREFACE, comment_files, comments, places_in, preface, read_comments
from analysis.editing.cover import Cover, read_cover
from analysis.editing.files import COMMENTS_FOLDER, is_editing
from analysis.editing.review import review

__all__ = [
    "COMMENTS_FOLDER",
    "PREFACE",
    "Cover",
    "comment_files",
    "comments",
    "is_editing",
    "places_in",
    "preface",
    "read_comments",
    "read_cover",
    "review",
]
