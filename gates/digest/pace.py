"""How far through its time a project is. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal


def time_gone(started: date | None, weeks: int | None, today: date) -> Decimal | None:
    """The share of a project's time that is gone, between 0 and 1; None where it has none."""
    if started is None or not weeks:
        return None
    return max(Decimal(0), min(Decimal(1), Decimal((today - started).days) / (weeks * 7)))
