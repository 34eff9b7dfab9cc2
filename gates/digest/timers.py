"""Timers on approvals: what is due after so many working hours of the approver's own calendar. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from gates.calendar import WorkCalendar
from gates.model import Programme, Project
from gates.order import GateKey
from gates.report import Blocker, ProjectReport
from gates.signoff.model import GateLedger

Action = Literal["remind", "escalate"]


@dataclass(frozen=True, slots=True)
class Timer:
    """After so many working hours without a signature: remind who can sign, or tell the role above."""

    after_hours: int
    action: Action


TIMERS = (Timer(8, "remind"), Timer(24, "remind"), Timer(40, "escalate"))
"""A working day, three and five, at eight hours a day."""


@dataclass(frozen=True, slots=True)
class DueStep:
    """A timer that has run out on an empty seat. `key` names it for all time; `to` are the people it concerns."""

    key: str
    about: str
    action: Action
    to: tuple[str, ...]
    hours: int


def due_steps(
    report: ProjectReport,
    ledgers: Mapping[GateKey, GateLedger],
    *,
    programme: Programme,
    now: datetime,
    timers: Sequence[Timer] = TIMERS,
) -> Iterator[DueStep]:
    """The timers that have run out on the seats of open submissions, the longest last; each under its own key."""
    for gate in report.gates:
        ledger = ledgers.get((gate.project, gate.gate))
        submission = ledger.submission if ledger and ledger.is_open else None
        if submission is None or gate.is_passed:
            continue
        for blocker in gate.blockers:
            if blocker.kind == "approval" and blocker.mover.people:
                key = f"{gate.project}/{gate.gate}/{blocker.criterion}/{submission.number}"
                since, owner = submission.at, report.project
                yield from _steps(blocker, since, key, owner, programme=programme, now=now, timers=timers)


def _steps(
    blocker: Blocker, since: datetime, key: str, project: Project, *, programme: Programme, now: datetime,
    timers: Sequence[Timer],
) -> Iterator[DueStep]:  # fmt: skip
    about = f"{blocker.project}/{blocker.gate}/{blocker.criterion}"
    zones = {p: programme.people[p].time_zone or programme.calendar.time_zone for p in blocker.mover.people}
    for number, timer in enumerate(timers):
        done = {p: working_hours(since, now, programme.calendar, zone) for p, zone in zones.items()}
        ran_out = tuple(person for person, hours in done.items() if hours >= timer.after_hours)
        if ran_out:
            to = ran_out if timer.action == "remind" else _above(project, blocker)
            yield DueStep(f"{key}/{number}", about, timer.action, to, timer.after_hours)


def _above(project: Project, blocker: Blocker) -> tuple[str, ...]:
    """The role above an approver: the accountable owner and the project manager."""
    named = (project.owner, project.manager)
    return tuple(dict.fromkeys(person for person in named if person and person not in blocker.mover.people))


def working_hours(start: datetime, end: datetime, calendar: WorkCalendar, zone: str) -> float:
    """Hours between two instants that lie in the calendar's opening hours, read on a clock in this zone."""
    here = ZoneInfo(zone)
    first, last = start.astimezone(here).date(), end.astimezone(here).date()
    total, day = timedelta(0), first
    while day <= last:
        if calendar.is_working(day):
            total += _overlap(start, end, day, calendar, here)
        day += timedelta(days=1)
    return total.total_seconds() / 3600


def _overlap(start: datetime, end: datetime, day: date, calendar: WorkCalendar, zone: ZoneInfo) -> timedelta:
    opens = datetime.combine(day, calendar.opens, tzinfo=zone)
    closes = datetime.combine(day, calendar.closes, tzinfo=zone)
    return max(timedelta(0), min(end, closes) - max(start, opens))
