"""Plain data of programme.yaml into people, roles, channels, calendar and folder rules, or all of its problems."""

from __future__ import annotations

import re
from datetime import time
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gates.calendar import WEEKDAYS, WorkCalendar
from gates.fields import Fields
from gates.model import AccessRule, Channel, Person, Programme, Terms
from gates.record_problems import Problems, RecordProblem, Where, nearest
from gates.records import source_of
from gates.timer import ACTIONS, Timer, TimerAction

_HOURS = re.compile(r"^(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})$")


def load_programme(data: object, where: Where) -> Programme | tuple[RecordProblem, ...]:
    """The programme, or all that is wrong with its record."""
    problems = Problems(where)
    fields = Fields(data, "", problems)
    people = {name: _person(name, inner) for name, inner in fields.entries("people")}
    problems.people = frozenset(people)
    programme = Programme(
        name=fields.need("programme"),
        people=people,
        roles=fields.groups("roles"),
        channels={name: _channel(name, inner) for name, inner in fields.entries("channels")},
        calendar=_calendar(fields),
        access=tuple(_access_rule(inner) for inner in fields.items("access")),
        terms=_terms(fields),
        now=fields.instant("now"),
        source=source_of(data, where),
    )
    fields.close()
    return programme if not problems.found else tuple(problems.found)


def _person(name: str, fields: Fields) -> Person:
    person = Person(
        name, fields.need("name"), fields.text("title"), fields.text("email"), fields.texts("groups"), _zone(fields)
    )
    fields.close()
    return person


def _zone(fields: Fields) -> str | None:
    zone = fields.text("time_zone")
    if zone is None:
        return None
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        fields.wrong("time_zone", "a time zone name as Europe/Lisbon")
        return None
    return zone


def _channel(name: str, fields: Fields) -> Channel:
    kind = fields.choice("kind", ("public", "private")) or "private"
    channel = Channel(name, fields.need("id"), kind, fields.people("members"))  # type: ignore[arg-type]
    fields.close()
    return channel


def _access_rule(fields: Fields) -> AccessRule:
    rule = AccessRule(fields.need("path"), fields.texts("readers"))
    if not rule.readers and not fields.has("readers"):
        fields.missing("readers", "a list of groups, roles or person ids")
    fields.close()
    return rule


def _terms(fields: Fields) -> Terms:
    """Who may do what besides signing, and how long things last; what is left out has its default."""
    inner, usual = fields.inner("terms"), Terms()
    if inner is None:
        return usual
    terms = Terms(
        hold=inner.texts("hold") or usual.hold,
        waive=inner.texts("waive") or usual.waive,
        override=inner.texts("override") or usual.override,
        review=inner.texts("review") or usual.review,
        signature_days=inner.whole("signature_days", least=1),
        longest_waiver_days=inner.whole("longest_waiver_days", least=1) or usual.longest_waiver_days,
        override_hours=inner.whole("override_hours", least=1) or usual.override_hours,
        longest_override_hours=inner.whole("longest_override_hours", least=1) or usual.longest_override_hours,
        review_days=inner.whole("review_days", least=1) or usual.review_days,
        timers=_timers(inner) if inner.has("timers") else usual.timers,
    )
    inner.close()
    return terms


def _timers(fields: Fields) -> tuple[Timer, ...]:
    """The timers in the order in which they run out; an empty list switches them off."""
    found = [timer for inner in fields.items("timers") if (timer := _timer(inner)) is not None]
    return tuple(sorted(found, key=lambda timer: timer.after_hours))


def _timer(fields: Fields) -> Timer | None:
    hours, action = fields.whole("after_hours", least=2), fields.choice("action", ACTIONS)
    role = fields.text("role") or ""
    if action == "add" and not role:
        fields.missing("role", "the role somebody of which may sign in the absent approver's place")
    fields.close()
    if hours is None or action is None or (action == "add" and not role):
        return None
    return Timer(hours, cast(TimerAction, action), role)


def _calendar(fields: Fields) -> WorkCalendar:
    inner = fields.inner("calendar")
    if inner is None:
        return WorkCalendar()
    opens, closes = _hours(inner)
    holidays = tuple(sorted(set(inner.days("holidays"))))
    calendar = WorkCalendar(_zone(inner) or "UTC", _working_days(inner), holidays, opens, closes)
    inner.close()
    return calendar


def _working_days(fields: Fields) -> tuple[int, ...]:
    names = fields.texts("working_days")
    if not names:
        return (0, 1, 2, 3, 4)
    for name in names:
        if name.lower()[:3] not in WEEKDAYS:
            near = nearest(name, WEEKDAYS)
            hint = f" (did you mean {near!r}?)" if near else ""
            fields.wrong("working_days", f"days out of {', '.join(WEEKDAYS)}{hint}")
            return (0, 1, 2, 3, 4)
    return tuple(sorted({WEEKDAYS.index(name.lower()[:3]) for name in names}))


def _hours(fields: Fields) -> tuple[time, time]:
    default = time(9), time(18)
    written = fields.text("hours")
    if written is None:
        return default
    found = _HOURS.match(written)
    try:
        opens = time(int(found[1]), int(found[2])) if found else time.max
        closes = time(int(found[3]), int(found[4])) if found else time.min
    except ValueError:
        opens, closes = time.max, time.min
    if opens >= closes:
        fields.wrong("hours", 'opening hours as "09:00-18:00"')
        return default
    return opens, closes
