"""Days in texts and in questions: "12 October", "Mon 12 Oct", "2026-10-12", "week of 23 Nov", "next week", "today"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

_MONTHS = (
    "jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october "
    "nov november dec december"
).split()
_NUMBER = {name: at for at, head in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
) for name in _MONTHS if name.startswith(head)}  # fmt: skip
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_WEEKDAY = r"(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?,?\s+)?"
_FORMS = tuple(
    re.compile(form, re.I)
    for form in (
        r"(?<!\d)(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})(?!\d)",
        rf"\b{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b(?:,?\s+(?P<year>\d{{4}}))?",
        rf"\b{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s?[%:])(?:,?\s+(?P<year>\d{{4}}))?",
    )
)
_MONTH_ONLY = re.compile(
    rf"\b(?:in|of|during|for|since|last|next|this|by|to|until)\s+(?:the\s+)?{_MONTH}(?![\w])(?:\s+(?P<year>\d{{4}}))?",
    re.I,
)
_BARE_MONTH = re.compile(
    r"(?P<month>January|February|April|June|July|August|September|October|November|December)(?:\s+(?P<year>\d{4}))?",
    re.I,
)
_WHOLE_MONTH = re.compile(
    rf"(?:(?P<year>\d{{4}})-(?P<number>0[1-9]|1[0-2])|{_MONTH}(?:\s+(?P<written>\d{{4}}))?)", re.I
)
_WEEK = re.compile(r"\bweek\s*(?:of|from|starting|beginning|commencing|in which|with)?\s*(?:the\s+|on\s+)?$", re.I)
_RELATIVE = re.compile(
    r"\b(?P<day>today|tomorrow|yesterday|tonight)\b|\b(?P<which>this|next|last|previous|current|coming)\s+week\b"
    r"|\b(?P<week>week)\s+(?P<after>after next)\b",
    re.I,
)
_FAR = 400


@dataclass(frozen=True)
class Day:
    """A day as written; the year is None where it is left out."""

    month: int
    day: int
    year: int | None = None

    def near(self, today: date) -> date | None:
        """The full date, of the year nearest to today when none is given."""
        years = (self.year,) if self.year else (today.year - 1, today.year, today.year + 1)
        found = [made for year in years if (made := _made(year, self.month, self.day))]
        return min(found, key=lambda one: abs((one - today).days), default=None)


@dataclass(frozen=True)
class Span:
    """First and last day that a question speaks of; it stands at [start, end).

    A soft one ("today") may only mean now. A yearless one means the day of another year where this one has none.
    """

    first: date
    last: date
    start: int
    end: int
    soft: bool = False
    yearless: bool = False

    def in_year(self, year: int) -> Span:
        """The same days of another year."""
        return replace(
            self, first=_moved(self.first, year), last=_moved(self.last, year + self.last.year - self.first.year)
        )

    def holds(self, day: date, *, days: int = 1) -> bool:
        """Whether the stretch of `days` that begins on this day touches the span."""
        return day <= self.last and day + timedelta(days=days - 1) >= self.first


def month_of(text: str) -> tuple[int | None, int] | None:
    """Year and month of a text that is nothing but a month: "2026-10", "Oct", "October 2026"."""
    match = _WHOLE_MONTH.fullmatch(text.strip())
    if match is None:
        return None
    year = match["year"] or match["written"]
    return (int(year) if year else None), int(match["number"] or _NUMBER[match["month"].lower()])


@lru_cache(maxsize=16384)
def days_in(text: str) -> tuple[Day, ...]:
    """Every day a text names, in order."""
    if not any(letter.isdigit() for letter in text):
        return ()
    return tuple(day for day, _, _ in sorted(_days(text), key=lambda one: one[1]))


def _days(text: str) -> Iterator[tuple[Day, int, int]]:
    taken: list[tuple[int, int]] = []
    for form in _FORMS:
        for match in form.finditer(text):
            start, end = match.span()
            parts = match.groupdict()
            month = int(parts["number"]) if parts.get("number") else _NUMBER[parts["month"].lower()]
            year = int(parts["year"]) if parts.get("year") else None
            right = _made(year or 2024, month, int(parts["day"]))
            if right and not any(a < end and start < b for a, b in taken):
                taken.append((start, end))
                yield Day(month, int(parts["day"]), year), start, end


def spans_in(question: str, *, today: date) -> tuple[Span, ...]:
    """The days and weeks that a question speaks of, resolved against today."""
    return (*_absolute(question, today), *_relative(question, today))


def _absolute(question: str, today: date) -> Iterator[Span]:
    found = False
    for day, start, end in _days(question):
        first = day.near(today)
        if first is None:
            continue
        found = True
        week = _WEEK.search(question[:start])
        last = first + timedelta(days=6) if week else first
        yield Span(first, last, week.start() if week else start, end, yearless=day.year is None)
    month = _MONTH_ONLY.search(question) or _BARE_MONTH.search(question)
    if month and not found:
        yield from _whole_month(month, today)


def _whole_month(match: re.Match[str], today: date) -> Iterator[Span]:
    number = _NUMBER[match["month"].lower()]
    first = Day(number, 1, int(match["year"]) if match["year"] else None).near(today)
    if first:
        following = date(first.year + number // 12, number % 12 + 1, 1)
        last = following - timedelta(days=1)
        yield Span(first, last, match.start("month"), match.end(), yearless=not match["year"])


def _relative(question: str, today: date) -> Iterator[Span]:
    monday = today - timedelta(days=today.weekday())
    for match in _RELATIVE.finditer(question):
        if match["day"]:
            shift = {"tomorrow": 1, "yesterday": -1}.get(match["day"].lower(), 0)
            first = last = today + timedelta(days=shift)
        else:
            which = (match["which"] or "after").lower()
            weeks = {"next": 1, "coming": 1, "last": -1, "previous": -1, "after": 2}.get(which, 0)
            first = monday + timedelta(weeks=weeks)
            last = first + timedelta(days=6)
        yield Span(first, last, match.start(), match.end(), soft=bool(match["day"]))


def without(question: str, spans: tuple[Span, ...]) -> str:
    """The question without the words that name days."""
    text = question
    for span in sorted(spans, key=lambda one: -one.start):
        text = f"{text[: span.start]} {text[span.end :]}"
    return text


def _moved(day: date, year: int) -> date:
    return _made(year, day.month, day.day) or date(year, day.month, day.day - 1)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
