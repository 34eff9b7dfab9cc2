"""The quarterly edition for a steering committee: every project it may read, on one page. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from gates.digest.pace import time_gone
from gates.digest.sight import View
from gates.report import Health, ProjectReport

SETTLES = timedelta(days=30)
"""An edition covers the quarter that was running this long before it: at a quarter's start the one that has ended."""

_WORST_FIRST: tuple[Health, ...] = ("blocked", "at risk", "restricted", "on track", "passed")


@dataclass(frozen=True, slots=True)
class Standing:
    """One project: its open gate with its date, the date at the usual pace, spend and time gone as shares of all.

    `gate` is None where every gate is passed, the others where nothing is recorded.
    """

    project: str
    health: Health
    gate: str | None
    due: date | None
    expected: date | None
    spent: Decimal | None
    gone: Decimal | None


@dataclass(frozen=True, slots=True)
class Edition:
    """What a steering committee is told of a quarter; `passed` and `decided` count since its first day."""

    since: date
    standings: tuple[Standing, ...]
    passed: int
    decided: int


def edition_of(views: Sequence[View], today: date) -> Edition:
    """The edition over these projects, the worst off first."""
    since = quarter_of(today - SETTLES)
    reports = [view.report for view in views]
    passed = sum(1 for r in reports for gate in r.gates if gate.is_passed and _in(gate.passed_on, since, today))
    decided = sum(1 for r in reports for decision in r.project.decisions if _in(decision.date, since, today))
    standings = sorted((_standing(report, today) for report in reports), key=_worst_first)
    return Edition(since, tuple(standings), passed, decided)


def quarter_of(day: date) -> date:
    """The first day of the quarter."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def _in(day: date | None, since: date, today: date) -> bool:
    return day is not None and since <= day <= today


def _standing(report: ProjectReport, today: date) -> Standing:
    project, gate = report.project, report.current
    slips = gate.forecast.expected if gate and gate.forecast and gate.forecast.slips else None
    return Standing(
        project.slug,
        report.health,
        gate.name if gate else None,
        gate.due if gate else None,
        slips,
        project.budget.share if project.budget else None,
        time_gone(project.started, project.weeks, today),
    )


def _worst_first(standing: Standing) -> tuple[int, date, str]:
    return _WORST_FIRST.index(standing.health), standing.due or date.max, standing.project
