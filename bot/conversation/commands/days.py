"""Days as people type them: 2026-11-27, 27 Nov, Friday, tomorrow, in 5 days."""

from __future__ import annotations

import re
from datetime import date, timedelta

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NEAR = {"yesterday": -1, "today": 0, "tomorrow": 1}
_DIGITS = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}")
_NAMED_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?\s+([a-z]{3,9})\.?(?:\s+(\d{4}))?", re.IGNORECASE)
_AHEAD = re.compile(r"(?:in\s+)?(\d{1,3})\s*(d|days?|w|weeks?)", re.IGNORECASE)


def read_day(text: str, *, today: date) -> date | None:
    """The day that is meant, or None. A weekday is the next one after today; a day without a year is the next such."""
    said = " ".join(text.casefold().replace(",", " ").split())
    if said in _NEAR:
        return today + timedelta(days=_NEAR[said])
    if said[:3] in _WEEKDAYS and _is_weekday(said):
        ahead = (_WEEKDAYS.index(said[:3]) - today.weekday()) % 7
        return today + timedelta(days=ahead or 7)
    if found := _AHEAD.fullmatch(said):
        return today + timedelta(days=int(found[1]) * (7 if found[2].startswith("w") else 1))
    if found := _NAMED_DAY.fullmatch(said):
        return _named(int(found[1]), found[2], found[3], today=today)
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def looks_like_a_day(word: str) -> bool:
    """Whether a word can only be meant as a date, also where there is no such day."""
    return _DIGITS.fullmatch(word) is not None


def _is_weekday(said: str) -> bool:
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return any(len(said) >= 3 and name.startswith(said) for name in names)


def _named(day: int, month: str, year: str | None, *, today: date) -> date | None:
    if month[:3] not in _MONTHS:
        return None
    try:
        found = date(int(year) if year else today.year, _MONTHS.index(month[:3]) + 1, day)
    except ValueError:
        return None
    if year or found >= today:
        return found
    try:
        return found.replace(year=today.year + 1)
    except ValueError:  # 29 February of a year that has none
        return None
