"""The span of days a question names: "this week", "next quarter", "the next ten days", "within a month"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Unit = Literal["day", "week", "month", "quarter"]

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_AMOUNT = rf"\d{{1,3}}|an?|{'|'.join(_NUMBERS)}"
_CALENDAR = re.compile(r"\b(?P<which>this|next) (?P<unit>week|month|quarter)\b", re.IGNORECASE)
_AHEAD = re.compile(
    rf"\b(?:(?:(?:in|within|during|over|for) )?(?:the )?(?:next|coming|following)|within) (?P<amount>{_AMOUNT})"
    r" (?P<working>working |business )?(?P<unit>day|week|fortnight|month|quarter)s?\b",
    re.IGNORECASE,
)
_DAY = re.compile(r"\b(?P<day>today|tomorrow)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Horizon:
    """Days from `skip` units after the running one: a calendar unit (`amount` 0), or `amount` units from today on.

    `said` is how the question put it.
    """

    said: str
    unit: Unit
    skip: int = 0
    amount: int = 0


def find_horizon(text: str) -> tuple[Horizon | None, str]:
    """The first span that is named, and the text without it."""
    for pattern, read in ((_CALENDAR, _calendar), (_AHEAD, _ahead), (_DAY, _day)):
        if match := pattern.search(text):
            return read(match), f"{text[: match.start()]} {text[match.end() :]}"
    return None, text


def span_of(horizon: Horizon, today: date) -> tuple[date, date]:
    """First and last day."""
    if horizon.amount:
        return today, _after(today, horizon.amount, horizon.unit)
    match horizon.unit:
        case "day":
            first = today + timedelta(days=horizon.skip)
            return first, first
        case "week":
            first = today - timedelta(days=today.weekday()) + timedelta(weeks=horizon.skip)
            return first, first + timedelta(days=6)
        case unit:
            months = _MONTHS[unit]
            first = today.replace(day=1, month=today.month - (today.month - 1) % months)
            first = _first_of(first, months * horizon.skip)
            return first, _first_of(first, months) - timedelta(days=1)


_MONTHS = {"month": 1, "quarter": 3}


def _calendar(match: re.Match[str]) -> Horizon:
    return Horizon(match[0].lower(), match["unit"].lower(), skip=int(match["which"].lower() == "next"))  # type: ignore[arg-type]


def _ahead(match: re.Match[str]) -> Horizon:
    said, unit = match["amount"].lower(), match["unit"].lower()
    amount = int(said) if said.isdecimal() else _NUMBERS.index(said) + 1 if said in _NUMBERS else 1
    if unit == "fortnight":
        amount, unit = amount * 2, "week"
    if match["working"]:  # ten working days are two weeks; a rest of the week counts as working
        weeks, days = divmod(amount, 5)
        amount = weeks * 7 + days
    return Horizon(re.sub(r"\s+", " ", match[0].lower()), unit, amount=max(1, amount))  # type: ignore[arg-type]


def _day(match: re.Match[str]) -> Horizon:
    return Horizon(match[0].lower(), "day", skip=int(match["day"].lower() == "tomorrow"))


def _after(today: date, amount: int, unit: Unit) -> date:
    """The last day of so many units that begin today."""
    match unit:
        case "day":
            return today + timedelta(days=amount)
        case "week":
            return today + timedelta(weeks=amount)
        case _:
            month = _first_of(today.replace(day=1), _MONTHS[unit] * amount)
            last = (_first_of(month, 1) - timedelta(days=1)).day
            return month.replace(day=min(today.day, last))


def _first_of(first: date, months: int) -> date:
    """The first of a month so many months on."""
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
