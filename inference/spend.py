"""What the model has cost by day, project and person, beside the budgets, and what the month will come to. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from inference.budget import crossed, label_of
from inference.pricing import dollars

RECENT_DAYS = 7
"""The pace of a forecast is that of the last week: working days and weekends in their proportion."""


@dataclass(frozen=True)
class Spent:
    """Calls of one day with the same payers, added up."""

    day: date
    person: str | None
    project: str | None
    request_class: str
    calls: int
    tokens: int
    micros: int


@dataclass(frozen=True)
class Held:
    """An account of a running period: spent, reserved for calls under way, and the limit."""

    key: str
    tokens: int
    tokens_reserved: int
    tokens_limit: int | None
    micros: int
    micros_reserved: int
    micros_limit: int | None

    @property
    def label(self) -> str:
        return label_of(self.key)

    @property
    def share(self) -> Decimal:
        """The part of the tighter limit that is spent, 1 being all of it."""
        parts = [
            Decimal(spent) / limit
            for spent, limit in ((self.tokens, self.tokens_limit), (self.micros, self.micros_limit))
            if limit
        ]
        return max(parts, default=Decimal(0))

    @property
    def warning(self) -> int | None:
        """The highest of the marks 50, 80 and 100 per cent that is reached."""
        return crossed(int(self.share * 10_000), 10_000)


@dataclass(frozen=True)
class Sum:
    """Calls, tokens and money under one name."""

    name: str
    calls: int
    tokens: int
    micros: int

    @property
    def usd(self) -> Decimal:
        return dollars(self.micros)


@dataclass(frozen=True)
class SpendReport:
    """One month so far. `forecast` is for the whole month, None before there is a pace to go by."""

    month: date
    today: date
    total: Sum
    days: tuple[Sum, ...]
    projects: tuple[Sum, ...]
    people: tuple[Sum, ...]
    classes: tuple[Sum, ...]
    budgets: tuple[Held, ...]
    forecast: Sum | None


def report_of(rows: Iterable[Spent], budgets: Iterable[Held], *, month: date, today: date) -> SpendReport:
    """The report of `month` (its first day), as of `today`."""
    inside = [row for row in rows if (row.day.year, row.day.month) == (month.year, month.month)]
    return SpendReport(
        month=month,
        today=today,
        total=_sum("total", inside),
        days=tuple(sorted(_by(inside, lambda row: row.day.isoformat()), key=lambda found: found.name)),
        projects=_by(inside, lambda row: row.project or "no project"),
        people=_by(inside, lambda row: row.person or "nobody by name"),
        classes=_by(inside, lambda row: row.request_class),
        budgets=tuple(sorted(budgets, key=lambda held: (-held.share, held.key))),
        forecast=forecast(inside, month=month, today=today),
    )


def forecast(rows: Iterable[Spent], *, month: date, today: date) -> Sum | None:
    """What the month will have cost: what it has so far, and each day left at the pace of the last seven whole days.

    A month that is over is its own forecast. In the first days the pace is that of the days there have been.
    """
    found = list(rows)
    last = month.replace(day=monthrange(month.year, month.month)[1])
    if today > last:
        return _sum("month", found)
    since = max(month, today - timedelta(days=RECENT_DAYS))
    whole_days = (today - since).days
    if whole_days < 1 or not found:
        return None
    recent = _sum("recent", [row for row in found if since <= row.day < today])
    so_far = _sum("month", [row for row in found if row.day < today])
    left = (last - today).days + 1

    def grown(spent: int, pace: int) -> int:
        return spent + round(Decimal(pace) / whole_days * left)

    return Sum(
        "month",
        grown(so_far.calls, recent.calls),
        grown(so_far.tokens, recent.tokens),
        grown(so_far.micros, recent.micros),
    )


def _by(rows: list[Spent], name_of: Callable[[Spent], str]) -> tuple[Sum, ...]:
    groups: dict[str, list[Spent]] = {}
    for row in rows:
        groups.setdefault(name_of(row), []).append(row)
    sums = (_sum(name, found) for name, found in groups.items())
    return tuple(sorted(sums, key=lambda found: (-found.micros, -found.tokens, found.name)))


def _sum(name: str, rows: list[Spent]) -> Sum:
    return Sum(name, sum(row.calls for row in rows), sum(row.tokens for row in rows), sum(row.micros for row in rows))
