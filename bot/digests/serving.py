"""What models cost to serve, from the meter, in the words of a digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bot.database import Session
from inference.pricing import dollars
from inference.spend import Held, Spent
from inference.store_spend import held_now, spent_since


@dataclass(frozen=True)
class Serving:
    """In US dollars: yesterday and this month (days in UTC), the budget of a day for all, and this month by project."""

    yesterday: Decimal = Decimal(0)
    month: Decimal = Decimal(0)
    budget: Decimal | None = None
    projects: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """The line of the digest; empty where nothing was spent."""
        if not self.month and not self.yesterday:
            return ""
        budget = f" (budget {self.budget:.2f} a day)" if self.budget else ""
        return f"Model answers: {self.yesterday:.2f} USD yesterday{budget}, {self.month:.2f} USD this month"


def read_serving(session: Session, *, now: datetime) -> Serving:
    """What the meter says now."""
    today = now.astimezone(UTC).date()
    yesterday, first = today - timedelta(days=1), today.replace(day=1)
    rows = spent_since(session, min(yesterday, first))
    month = [row for row in rows if row.day >= first]
    projects = {row.project for row in month if row.project}
    return Serving(
        _sum([row for row in rows if row.day == yesterday]),
        _sum(month),
        next(filter(None, map(_daily, held_now(session, now=now))), None),
        {project: _sum([row for row in month if row.project == project]) for project in sorted(projects)},
    )


def _sum(rows: list[Spent]) -> Decimal:
    return dollars(sum(row.micros for row in rows))


def _daily(held: Held) -> Decimal | None:
    of_all = held.key.startswith("everyone") and "/day/" in held.key
    return dollars(held.micros_limit) if of_all and held.micros_limit else None
