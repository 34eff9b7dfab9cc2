"""Timers on approvals: what is due after so many working hours of the approver's own calendar. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gates.calendar import WorkCalendar
from gates.model import Programme, Project
from gates.order import GateKey
from gates.report import Blocker, ProjectReport
from gates.signoff.model import GateLedger
from gates.signoff.submission import Submission
from gates.timer import Timer


@dataclass(frozen=True, slots=True)
class DueStep:
    """A timer that has run out on an empty seat of a submission.

    `key` names it for all time. `to` are the people who are told of it by a message: nobody, where the timer acts on
    the request itself.
    """

    key: str
    about: str
    timer: Timer
    submission: int
    to: tuple[str, ...]

    @property
    def criterion(self) -> str:
        return self.about.rpartition("/")[2]


def due_steps(
    report: ProjectReport,
    ledgers: Mapping[GateKey, GateLedger],
    *,
    programme: Programme,
    now: datetime,
) -> Iterator[DueStep]:
    """The timers that have run out on the seats of open submissions, the longest last; each under its own key."""
    for gate in report.gates:
        ledger = ledgers.get((gate.project, gate.gate))
        submission = ledger.submission if ledger and ledger.is_open else None
        if submission is None or gate.is_passed:
            continue
        for blocker in gate.blockers:
            if blocker.kind == "approval" and blocker.mover.people:
                yield from _steps(blocker, submission, report.project, programme=programme, now=now)


def _steps(
    blocker: Blocker, submission: Submission, project: Project, *, programme: Programme, now: datetime
) -> Iterator[DueStep]:
    about = f"{blocker.project}/{blocker.gate}/{blocker.criterion}"
    zones = {p: programme.people[p].time_zone or programme.calendar.time_zone for p in blocker.mover.people}
    waited = {p: working_hours(submission.at, now, programme.calendar, zone) for p, zone in zones.items()}
    for number, timer in enumerate(programme.terms.timers):
        ran_out = tuple(person for person, hours in waited.items() if hours >= timer.after_hours)
        if ran_out:
            to = {"remind": ran_out, "escalate": _above(project, blocker)}.get(timer.action, ())
            yield DueStep(f"{about}/{submission.number}/{number}", about, timer, submission.number, to)


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
