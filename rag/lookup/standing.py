"""Whether a row is of the day, the project and the version of things that a question is about."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import PurePosixPath

from rag.lookup.asked import Asked
from rag.lookup.dates import Span, days_in, month_of
from rag.lookup.rows import Row, document_days
from rag.lookup.stems import stems_of

OTHER_PROJECT = 0.45
"""What is left of a fact from the folder of another project than the one the question names."""

SUPERSEDED = 0.75
"""What is left of a fact from a superseded document, or from the current one when the old one is asked for."""


def row_on_day(row: Row, span: Span) -> float:
    """Whether the row is about the days asked for: by its own cells, else by heading or document."""
    dated = False
    for cell in row.cells:
        if len(cell.fact.value) > 60:
            continue
        if month := month_of(cell.fact.value):
            if month[1] == span.first.month and month[0] in (None, span.first.year):
                return 1.0
            dated = True
        length = 7 if "week" in cell.field_stems else 1
        for day in days_in(cell.fact.value):
            near = day.near(span.first)
            if near and span.holds(near, days=length):
                return 1.0
            dated = dated or cell is row.cells[0] or length == 7
    if dated:
        return 0.0
    around = (*document_days(row.document.path, row.document.title), *days_in(row.heading))
    if any((near := day.near(span.first)) and span.holds(near) for day in around) or _in_month(row, span):
        return 0.95
    long = (day for cell in row.cells for day in days_in(cell.fact.value))
    return 0.8 if any((near := day.near(span.first)) and span.holds(near) for day in long) else 0.0


def _in_month(row: Row, span: Span) -> bool:
    """Whether the document is named after the month that the question speaks of: "quality-2026-10"."""
    named = f"{row.document.path} {row.document.title} {row.heading}"
    month = f"{span.first:%Y-%m}(?!-?\\d)|{span.first:%B}(?:,? {span.first:%Y}|(?!\\w|,? \\d))"
    return re.search(month, named) is not None


def standing(row: Row, asked: Asked) -> float:
    """Less for a superseded document, unless the old one is asked for: then less for the others."""
    if row.document.superseded:
        return 1.1 if asked.wants_old else SUPERSEDED
    return SUPERSEDED if asked.wants_old else 1.0


def project_fit(row: Row, asked: Asked, folders: frozenset[str]) -> float:
    """Less for what lies in the folder of another project than the one the question names."""
    known = {term.stem for term in asked.terms}
    named = {folder for folder in folders if _folder_stems(folder) & known}
    if not named or len(named) == len(folders):
        return 1.0
    own = next((folder for folder in folders if row.document.path.startswith(folder + "/")), None)
    return 1.0 if own is None or own in named else OTHER_PROJECT


@lru_cache(maxsize=1024)
def _folder_stems(folder: str) -> frozenset[str]:
    return stems_of(PurePosixPath(folder).name.replace("-", " "))
