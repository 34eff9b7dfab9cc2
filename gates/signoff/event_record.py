"""An event with its place in the record, and its way to JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast, get_args

from gates.codec import from_plain, to_plain
from gates.signoff.events import Event


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event with its place in the record: sequence number, decision time, and who acted through which surface.

    `actor` is a person's id, None for the schedule and for pipelines without a person.
    """

    seq: int
    at: datetime
    actor: str | None
    surface: str
    event: Event


_KINDS: Mapping[str, type[Event]] = {kind.__name__: kind for kind in get_args(Event)}


def event_kind(event: Event) -> str:
    """The name under which an event is kept."""
    return type(event).__name__


def is_event(kind: str) -> bool:
    """Whether an entry of the log of this kind is an event of sign-off; the kinds of other entries are words."""
    return kind in _KINDS or (kind[:1].isupper() and " " not in kind)


def event_to_plain(event: Event) -> dict[str, object]:
    """JSON data of an event, without its kind."""
    return cast(dict[str, object], to_plain(event))


def event_from_plain(kind: str, plain: object) -> Event:
    """The event of a kind from its JSON data. Raises ValueError for a kind that this version does not know."""
    if kind not in _KINDS:
        raise ValueError(f"event of a kind this version does not know: {kind!r}; it was written by a newer one")
    return from_plain(_KINDS[kind], plain)
