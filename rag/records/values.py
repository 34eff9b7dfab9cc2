"""Values: taking the asked part out of what is written, and comparing dates and numbers."""

from __future__ import annotations

import re
from datetime import date, timedelta

from rag.fields.folding import without_markup
from rag.fields.schema import FieldRule

_MONTHS = {
    name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATES = (
    re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<number>\d{1,2})-(?P<day>\d{1,2})(?!\d)"),
    re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+(?:of\s+)?{_MONTH}\.?[\s,-]+(?P<year>\d{{4}})(?!\d)",
        re.IGNORECASE,
    ),
    re.compile(rf"\b{_MONTH}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?!\d)", re.IGNORECASE),
)
_NUMBER = re.compile(r"-?\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?")


def taken(value: str, rule: FieldRule | None) -> str | None:
    """The part of a written value that a mapping rule asks for, verbatim; None when it is not in it."""
    if rule is None:
        return value
    if rule.plain:
        value = without_markup(value)
    if rule.take == "first_date":
        found = first_date(value)
        return found[0] if found else None
    if rule.take in ("number", "version"):
        match = re.search(r"v?\d+(?:\.\d+)*", value)
        return match.group() if match else None
    return value if value and value not in rule.empty else None


def first_date(text: str) -> tuple[str, date] | None:
    """The first date in a text, as written and as a date."""
    matches = (match for pattern in _DATES for match in pattern.finditer(text))
    for match in sorted(matches, key=lambda found: found.start()):
        day = _date_of(match)
        if day:
            return match.group(), day
    return None


def _date_of(match: re.Match[str]) -> date | None:
    parts = match.groupdict()
    month = int(parts["number"]) if parts.get("number") else _MONTHS[parts["month"].casefold()]
    try:
        return date(int(parts["year"]), month, int(parts["day"]))
    except ValueError:
        return None


def as_number(text: str) -> float | None:
    """The only number of a value, thousands separators and unit left aside; None when it has none or several."""
    found = _NUMBER.findall(text)
    if len(found) != 1 or first_date(text):
        return None
    return float(found[0].replace(",", "").replace(" ", ""))


def shown_number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{round(value, 6):g}"


def span_of_time(text: str, today: date) -> tuple[date, date] | None:
    """First and last day of what a phrase names: a date, "november 2026", "2026", "next week", "tomorrow"."""
    text = text.strip().casefold()
    exact = first_date(text)
    if exact and exact[0].casefold() == text:
        return exact[1], exact[1]
    return _relative(text, today) or _month(text, today) or _year(text)


def _relative(text: str, today: date) -> tuple[date, date] | None:
    monday = today - timedelta(days=today.weekday())
    weeks = {"last week": -7, "this week": 0, "next week": 7}
    if text in weeks:
        start = monday + timedelta(days=weeks[text])
        return start, start + timedelta(days=6)
    days = {"yesterday": -1, "today": 0, "tomorrow": 1}
    if text in days:
        day = today + timedelta(days=days[text])
        return day, day
    months = {"last month": -1, "this month": 0, "next month": 1}
    if text in months:
        return _whole_month(today.year, today.month + months[text])
    years = {"last year": -1, "this year": 0, "next year": 1}
    return (date(today.year + years[text], 1, 1), date(today.year + years[text], 12, 31)) if text in years else None


def _whole_month(year: int, month: int) -> tuple[date, date]:
    year, month = (year + (month - 1) // 12, (month - 1) % 12 + 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1)


def _month(text: str, today: date) -> tuple[date, date] | None:
    match = re.fullmatch(
        rf"(?:(?P<day>\d{{1,2}})\s+)?{_MONTH}(?:\s+(?P<later>\d{{1,2}}))?(?:\s+(?P<year>\d{{4}}))?", text
    )
    if not match or not _is_month(match):
        return None
    month, year = _MONTHS[match["month"]], int(match["year"] or today.year)
    day = match["day"] or match["later"]
    if not day:
        return _whole_month(year, month)
    try:
        return date(year, month, int(day)), date(year, month, int(day))
    except ValueError:
        return None


def _is_month(match: re.Match[str]) -> bool:
    word = re.search(r"[a-z]+", match.group())
    full = "january february march april may june july august september october november december sept".split()
    return bool(word) and (word.group() in full or word.group() in _MONTHS) if word else False


def _year(text: str) -> tuple[date, date] | None:
    if re.fullmatch(r"(?:19|20)\d\d", text):
        return date(int(text), 1, 1), date(int(text), 12, 31)
    return None
