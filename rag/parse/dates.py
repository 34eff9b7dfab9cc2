"""Dates as people write them, to ISO; one that can be read in two ways is not guessed."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = {name: number for number, names in enumerate((
    ("jan", "january", "januar", "janeiro"), ("feb", "february", "februar"), ("mar", "march", "märz"),
    ("apr", "april"), ("may", "mai"), ("jun", "june", "juni"), ("jul", "july", "juli"), ("aug", "august"),
    ("sep", "sept", "september"), ("oct", "october", "oktober", "okt"), ("nov", "november"),
    ("dec", "december", "dezember", "dez"),
), start=1) for name in names}  # fmt: skip
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?:T\d+Z?)?(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|\.)?[\s\-/]+([^\W\d_]{3,9})\.?,?[\s\-/]+(\d{4})(?!\d)")
_MONTH_FIRST = re.compile(r"\b([^\W\d_]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)")
_ORDERS = ((_ISO, (1, 2, 3)), (_COMPACT, (1, 2, 3)), (_DAY_FIRST, (3, 2, 1)), (_MONTH_FIRST, (3, 1, 2)))
"""Each way of writing with the groups of its year, month and day."""


def iso_date(text: str) -> str | None:
    """The first date in a text as YYYY-MM-DD; None when there is none.

    "03.04.2026" is 3 April; "03/04/2026" could be either month and is None, "13/04/2026" is not.
    """
    for pattern, order in _ORDERS:
        for match in pattern.finditer(text):
            year, month, day = (match[group] for group in order)
            if found := _valid(year, month, day=day):
                return found
    numbers = _NUMBERS.search(text)
    return _of_numbers(numbers) if numbers else None


def _of_numbers(match: re.Match[str]) -> str | None:
    first, mark, second, year = match.groups()
    if mark == "." or int(first) > 12:
        return _valid(year, second, day=first)
    if int(second) > 12 or first == second:
        return _valid(year, first, day=second)
    return None


def _valid(year: str, month: str, *, day: str) -> str | None:
    number = int(month) if month.isdecimal() else _MONTHS.get(month.lower(), 0)
    try:
        return date(int(year), number, int(day)).isoformat()
    except ValueError:
        return None
