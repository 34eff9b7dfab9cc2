"""Changes of a subscription in the words that people type: "at 08:30", "weekly", "pause until Fri". Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.subscriptions.model import WEEKDAYS, Subscription, topic_named
from gates.calendar import WEEKDAYS as DAY_NAMES
from gates.digest.model import TOPICS

_TIME = re.compile(r"(\d{1,2})[:.h](\d{2})")
_SPAN = re.compile(r"(\d{1,2}[:.h]\d{2})\s*(?:-|to|until)\s*(\d{1,2}[:.h]\d{2})")
ReadDay = Callable[[str], date | None]


@dataclass(frozen=True)
class NotUnderstood:
    """What was typed cannot be set; `reason` says what to write instead."""

    reason: str


def change(kept: Subscription, words: Sequence[str], *, read_day: ReadDay) -> Subscription | NotUnderstood:
    """The subscription as these words want it. `read_day` reads a day as people type it."""
    name, rest = words[0].casefold().removeprefix("--"), " ".join(words[1:]).strip()
    setter = _SETTERS.get(name)
    if setter is None:
        return NotUnderstood(f"{words[0]!r} cannot be set. What can: {', '.join(_SETTERS)}.")
    return setter(kept, rest, read_day)


def _at(kept: Subscription, said: str, _: ReadDay) -> Subscription | NotUnderstood:
    found = read_time(said)
    return replace(kept, at=found, on=True) if found else NotUnderstood(f"{said!r} is no time; write it as 08:30.")


def read_time(said: str) -> time | None:
    """A time of day as 08:30 or 8.30."""
    found = _TIME.fullmatch(said.strip())
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return time(int(found[1]), int(found[2]))


def _days(kept: Subscription, said: str, _: ReadDay) -> Subscription | NotUnderstood:
    names = [word[:3] for word in re.split(r"[,\s]+", said.casefold()) if word and word != "and"]
    if not names or any(name not in DAY_NAMES for name in names):
        return NotUnderstood("Which days? Write them as mon,tue,fri.")
    return replace(kept, days=tuple(sorted({DAY_NAMES.index(name) for name in names})), on=True)


def _pause(kept: Subscription, said: str, read_day: ReadDay) -> Subscription | NotUnderstood:
    day = read_day(said.removeprefix("until ").strip())
    return replace(kept, paused_until=day) if day else NotUnderstood("Until when? Write pause until 2026-12-01.")


def _quiet(kept: Subscription, said: str, _: ReadDay) -> Subscription | NotUnderstood:
    if said in ("off", "none"):
        return replace(kept, quiet=None)
    found = _SPAN.fullmatch(said)
    ends = (read_time(found[1]), read_time(found[2])) if found else (None, None)
    if ends[0] is None or ends[1] is None:
        return NotUnderstood("Which hours? Write quiet 19:00-08:00, or quiet off.")
    return replace(kept, quiet=(ends[0], ends[1]))


def _zone(kept: Subscription, said: str, _: ReadDay) -> Subscription | NotUnderstood:
    try:
        ZoneInfo(said)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return NotUnderstood(f"{said!r} is no time zone; write it as Europe/Lisbon.")
    return replace(kept, zone=said)


def _mute(kept: Subscription, said: str, _: ReadDay) -> Subscription | NotUnderstood:
    topic = topic_named(said)
    return replace(kept, muted=tuple(sorted({*kept.muted, topic}))) if topic else _no_topic(said)


def _unmute(kept: Subscription, said: str, _: ReadDay) -> Subscription | NotUnderstood:
    topic = topic_named(said)
    return replace(kept, muted=tuple(t for t in kept.muted if t != topic)) if topic else _no_topic(said)


def _no_topic(said: str) -> NotUnderstood:
    return NotUnderstood(f"There is no section {said!r}. Sections: {', '.join(TOPICS)}.")


def _plain(**values: object) -> Callable[[Subscription, str, ReadDay], Subscription | NotUnderstood]:
    def setter(kept: Subscription, _said: str, _: ReadDay) -> Subscription | NotUnderstood:
        return replace(kept, **values)  # type: ignore[arg-type]

    return setter


_SETTERS: Mapping[str, Callable[[Subscription, str, ReadDay], Subscription | NotUnderstood]] = {
    "at": _at,
    "daily": _plain(every="day", on=True),
    "weekly": _plain(every="week", on=True),
    "quarterly": _plain(every="quarter", on=True),
    "days": _days,
    "weekdays": _plain(days=WEEKDAYS, on=True),
    "quiet": _quiet,
    "zone": _zone,
    "pause": _pause,
    "resume": _plain(paused_until=None, on=True),
    "mute": _mute,
    "unmute": _unmute,
    "all": _plain(everything=True, projects=()),
    "mine": _plain(everything=False, projects=()),
    "on": _plain(on=True),
    "off": _plain(on=False),
}
