"""When digests are due: local wall time in the reader's zone, on working days, outside quiet hours. Pure.

Where the clocks go forward over the time, it is sent at the same instant as if they had not; where they go back, the
first time round. Due moments are named by their local date, so that each date has one at most.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.subscriptions.model import Subscription
from gates.calendar import WorkCalendar

LATE_AFTER = timedelta(minutes=15)
"""A digest that goes out this much after its time says that it is late."""

STALE_AFTER = timedelta(hours=8)
"""A digest that is later than this, or whose day is over, is not sent; the next one says so."""


@dataclass(frozen=True)
class DueDigest:
    """A digest of one local date, at an instant in UTC."""

    day: date
    at: datetime


def due_between(
    subscription: Subscription, calendar: WorkCalendar, zone: str, *, after: datetime, until: datetime
) -> Iterator[DueDigest]:
    """The digests that are due after one instant, up to and including another; in order."""
    if not subscription.on:
        return
    here, start = ZoneInfo(zone), max(after, subscription.since)
    day, last = start.astimezone(here).date(), until.astimezone(here).date()
    while day <= last:
        if is_day(subscription, calendar, day):
            at = _instant(day, _moment(subscription), here)
            if start < at <= until:
                yield DueDigest(day, at)
        day += timedelta(days=1)


def is_day(subscription: Subscription, calendar: WorkCalendar, day: date) -> bool:
    """Whether a digest goes out on this local date."""
    if subscription.paused_until is not None and day < subscription.paused_until:
        return False
    if day.weekday() not in subscription.days or not calendar.is_working(day):
        return False
    match subscription.every:
        case "day":
            return True
        case "week":
            first = day - timedelta(days=day.weekday())
        case "quarter":
            first = date(day.year, day.month - (day.month - 1) % 3, 1)
    earlier = (first + timedelta(days=step) for step in range((day - first).days))
    return not any(other.weekday() in subscription.days and calendar.is_working(other) for other in earlier)


def lateness(due: datetime, now: datetime, zone: str) -> str:
    """ "", "late" or "stale"."""
    here = ZoneInfo(zone)
    if now - due > STALE_AFTER or now.astimezone(here).date() > due.astimezone(here).date():
        return "stale"
    return "late" if now - due > LATE_AFTER else ""


def _moment(subscription: Subscription) -> time:
    """The local time of sending: that which was set, or the end of the quiet hours it falls in."""
    at, quiet = subscription.at, subscription.quiet
    if quiet is None or quiet[0] == quiet[1]:
        return at
    start, end = quiet
    inside = start <= at < end if start < end else at >= start or at < end
    return end if inside else at


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
