"""Days, months, weeks, quarters and times of a text, in one form however they are written."""

from __future__ import annotations

import re
from calendar import day_abbr
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,?\s+(?P<year>(?:1[5-9]|20)\d{2}))?(?!\d)"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE if at < 4 else 0)
    for at, pattern in enumerate(
        (
            r"(?<![\d-])(?P<year>\d{4})-(?P<number>\d{2})(?:-(?P<day>\d{2}))?(?![\d-])",
            rf"\b{_DAY}(?:\s+of)?[\s-]+{_MONTH}(?:[,-]?\s*(?P<year>(?:1[5-9]|20)\d{{2}}))?(?!\d)",
            rf"\b{_MONTH}\s+{_DAY}\b{_YEAR}(?!\s?%)",
            r"\bQ(?P<quarter>[1-4])(?:\s+(?P<year>20\d{2}))?\b|\bweek\s+(?P<week>\d{1,2})\b",
            rf"\b{_MONTH}\s+(?P<year>(?:1[5-9]|20)\d{{2}})\b",
            r"\b(?P<named>January|February|March|April|June|July|August|September|October|November|December)\b",
            r"\b(?P<clock>\d{1,2}:\d{2})\b",
            r"(?<![\w.,/€$£-])(?P<year>1[5-9]\d{2}|20\d{2})(?![\w%/]|,\d|\.\d|\s?(?:ms|rps|EUR)\b)",
            r"\b(?P<weekday>Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:s|nes|rs|ur)?(?:day)?\b",
        )
    )
)


class Moment(NamedTuple):
    """A point in time at [start, end) of its text; what it does not say is 0 or ""."""

    start: int
    end: int
    year: int = 0
    month: int = 0
    day: int = 0
    other: str = ""  # "Q2", "week 7", "17:00", "Fri"

    def same(self, other: Moment, *, year: int = 0) -> bool:
        """Whether all that is said here is said there; `year` is the year that goes without saying there."""
        if self.other or (other.other and not other.day):
            return self.other == other.other or self._is_weekday_of(other, year)
        mine, theirs = (self.year, self.month, self.day), (other.year or year, other.month, other.day)
        return all(not one or one == two for one, two in zip(mine, theirs, strict=True))

    def _is_weekday_of(self, other: Moment, year: int) -> bool:
        year = other.year or year
        if not (year and other.month and other.day):
            return False
        try:
            return day_abbr[date(year, other.month, other.day).weekday()] == self.other
        except ValueError:
            return False


def moments(text: str) -> tuple[Moment, ...]:
    """Every date and time in order, not overlapping."""
    taken: list[Moment] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if not any(one.start < match.end() and match.start() < one.end for one in taken):
                taken += _moment(match)
    return tuple(sorted(taken))


def _moment(match: re.Match[str]) -> Iterator[Moment]:
    said = match.groupdict()
    month = said.get("month") or said.get("named")
    number = _MONTHS.index(month[:3].lower()) + 1 if month else int(said.get("number") or 0)
    other = ""
    if said.get("quarter"):
        other = f"Q{said['quarter']}"
    elif said.get("week"):
        other = f"week {said['week']}"
    elif said.get("clock") or said.get("weekday"):
        other = str(said.get("clock") or said.get("weekday"))
    if number <= 12:
        yield Moment(match.start(), match.end(), int(said.get("year") or 0), number, int(said.get("day") or 0), other)
