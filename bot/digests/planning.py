"""Notes which digests fall due, a day ahead and after a standstill some days back: each local date of a reader once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from bot.database import Session
from bot.messaging.store_due import Due, expire_due, forget_due, put_due
from bot.subscriptions.model import Subscription
from bot.subscriptions.store import expire_digests, keep_subscription, subscriptions
from bot.subscriptions.when import due_between
from gates.model import Programme, Project

AHEAD = timedelta(hours=26)
BACK = timedelta(days=3)
"""Digests that a standstill left out are skipped as stale and said, as far back as this."""

KEPT_FOR = timedelta(days=30)
FOLLOW_MINUTES = 5


def recurring(now: datetime) -> Sequence[Due]:
    """Planning once an hour, following the records and looking for reminders every five minutes."""
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    slot = hour + timedelta(minutes=now.minute // FOLLOW_MINUTES * FOLLOW_MINUTES)
    return (
        Due(f"plan:{hour.isoformat()}", "plan", hour, {}),
        Due(f"follow:{slot.isoformat()}", "follow", slot, {}),
    )


def plan(session: Session, *, programme: Programme, projects: Sequence[Project], now: datetime) -> None:
    """Note every digest that is due until tomorrow, and let go of what is long done.

    Whoever manages a project gets a digest without asking for it, until he switches it off.
    """
    known = {kept.reader for kept in subscriptions(session)}
    managers = {project.manager for project in projects if project.manager in programme.people}
    for manager in sorted(filter(None, managers - known)):
        keep_subscription(session, Subscription(manager, now))
    for kept in subscriptions(session):
        put_due(session, list(planned(kept, programme, now=now)))
    expire_due(session, before=now - KEPT_FOR)
    expire_digests(session, today=now.date())


def replan(session: Session, kept: Subscription, programme: Programme, *, now: datetime) -> None:
    """What a reader has just set holds from his next digest on; a date that had one gets no second."""
    forget_due(session, beginning=f"digest:{kept.reader}:")
    ahead = (due for due in planned(kept, programme, now=now) if due.at > now)
    put_due(session, list(ahead))


def planned(kept: Subscription, programme: Programme, *, now: datetime) -> Iterator[Due]:
    """The digests of one reader around a moment."""
    zone = zone_of(kept, programme)
    for due in due_between(kept, programme.calendar, zone, after=now - BACK, until=now + AHEAD):
        day = due.day.isoformat()
        yield Due(f"digest:{kept.reader}:{day}", "digest", due.at, {"reader": kept.reader, "day": day})


def zone_of(kept: Subscription, programme: Programme) -> str:
    """The zone a reader's times are in: his own setting, his place in the programme, the programme's."""
    person = programme.people.get(kept.person or "")
    return kept.zone or (person.time_zone if person else None) or programme.calendar.time_zone
