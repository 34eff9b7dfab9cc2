"""Budgets: who may spend how much in a day or a month, and which accounts a request draws on. Pure.

A budget is counted in accounts, one for each payer it is about and each of its periods ("person:ana/day/2026-11-20").
Periods are those of UTC, so that every process and every database agrees when a day ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from inference.model import Payer

Scope = Literal["person", "channel", "project", "programme", "everyone"]
Period = Literal["day", "month"]

EACH = "*"
"""A budget of this name holds for each person (channel, project, programme) that has none of its own."""


@dataclass(frozen=True)
class Budget:
    """At most `tokens`, and at most `micros` (millionths of a dollar), in each period; None is no limit.

    `name` says whose: an id, or "*" for everybody's own.
    """

    scope: Scope
    period: Period
    name: str = EACH
    tokens: int | None = None
    micros: int | None = None


@dataclass(frozen=True)
class Account:
    """Where a budget is counted for one payer and one period."""

    key: str
    tokens: int | None
    micros: int | None


def accounts_of(budgets: Iterable[Budget], payer: Payer, *, now: datetime) -> tuple[Account, ...]:
    """The accounts a request of this payer draws on, in the order in which they are locked: by key, everywhere."""
    drawn = {}
    for budget in sorted(budgets, key=lambda budget: budget.name != EACH):  # a budget by name goes before "*"
        name = _name_in(payer, budget.scope)
        if name is not None and budget.name in (EACH, name):
            key = account_key(budget.scope, name, budget.period, now=now)
            drawn[key] = Account(key, budget.tokens, budget.micros)
    return tuple(drawn[key] for key in sorted(drawn))


def account_key(scope: Scope, name: str, period: Period, *, now: datetime) -> str:
    """The account's name: whose it is, and which day or month it counts."""
    return f"{scope}:{name}/{period}/{period_of(period, now=now).isoformat()}"


def period_of(period: Period, *, now: datetime) -> date:
    """The first day of the running period."""
    today = now.astimezone(UTC).date()
    return today if period == "day" else today.replace(day=1)


def label_of(key: str) -> str:
    """An account's key in a person's words: "ana's day", "everyone's month"."""
    whose, period, _ = key.rsplit("/", 2)
    scope, _, name = whose.partition(":")
    return f"everyone's {period}" if scope == "everyone" else f"the {period} of {scope} {name}"


def _name_in(payer: Payer, scope: Scope) -> str | None:
    match scope:
        case "everyone":
            return "all"
        case "person":
            return payer.person
        case "channel":
            return payer.channel
        case "project":
            return payer.project
        case "programme":
            return payer.programme


WARNINGS = (50, 80, 100)
"""Per cent of a budget at which its owner is told."""


def crossed(spent: int, limit: int | None, *, thresholds: Sequence[int] = WARNINGS) -> int | None:
    """The highest threshold that is reached, in per cent; None for none and for a budget without a limit."""
    if not limit:
        return None
    return max((mark for mark in thresholds if spent * 100 >= limit * mark), default=None)
