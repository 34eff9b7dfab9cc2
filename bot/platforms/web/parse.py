"""Reads a posted question: bytes in, a question out or the reason why not. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.chat import Ask

FIELDS = ("text", "thread", "as", "in")
THREAD_LIMIT = 100


@dataclass(frozen=True)
class Rejected:
    """A request that cannot be taken: HTTP status, a sentence for its sender, the field at fault if there is one."""

    status: int
    message: str
    field: str | None = None


def parse_ask(body: bytes, *, people: Collection[str], places: Collection[str], thread: str) -> Ask | Rejected:
    """The question in a JSON body; `thread` is used where the body names none.

    Only people and places in these collections may be named: an unknown one is rejected, never ignored. The thread is
    kept apart by person and place, so that one reader's subject is not carried over to another.
    """
    fields = _object(body)
    if isinstance(fields, Rejected):
        return fields
    wrong = _wrong_field(fields)
    if wrong is not None:
        return wrong
    text, person, place = fields["text"], fields.get("as"), fields.get("in")
    named = fields.get("thread") or thread
    if person is not None and person not in people:
        return Rejected(400, f"'as': there is nobody called {_short(person)} to ask as.", "as")
    if place is not None and place not in places:
        return Rejected(400, f"'in': there is no place called {_short(place)} to ask in.", "in")
    return Ask(_clean(str(text)), _clean(f"web/{person or ''}/{place or ''}/{named}"), person, place)


def _object(body: bytes) -> dict[str, str | None] | Rejected:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return Rejected(400, 'The body is not JSON. Expected: {"text": "your question"}.')
    if not isinstance(value, dict):
        return Rejected(400, 'The body is JSON, but no object. Expected: {"text": "your question"}.')
    return value


def _wrong_field(fields: Mapping[str, object]) -> Rejected | None:
    for name, value in fields.items():
        if name not in FIELDS:
            return Rejected(400, f"Unknown field {_short(name)}. Valid fields: {', '.join(FIELDS)}.", name[:40])
        if not (isinstance(value, str) or (value is None and name != "text")):
            return Rejected(400, f"{name!r} must be text.", name)
    if "text" not in fields:
        return Rejected(400, "'text' is missing: the question.", "text")
    if len(str(fields.get("thread") or "")) > THREAD_LIMIT:
        return Rejected(400, f"'thread' is longer than {THREAD_LIMIT} characters.", "thread")
    return None


def _short(value: str) -> str:
    return repr(_clean(value[:40]))


def _clean(text: str) -> str:
    """Text that can be encoded: halves of surrogate pairs, which JSON can smuggle in, become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")
