"""Reads what the page posts: bytes in, a question or an order out, or the reason why not. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.chat import Ask, Command

FIELDS = ("text", "thread", "as", "in")
ORDER_FIELDS = ("command", "fields", "key", "in")
COMMAND_LIMIT = 4_000
THREAD_LIMIT = 100


@dataclass(frozen=True)
class Rejected:
    """A request that cannot be taken: HTTP status, a sentence for its sender, the field at fault if there is one."""

    status: int
    message: str
    field: str | None = None


def parse_ask(
    body: bytes, *, people: Collection[str], places: Collection[str], thread: str, person: str | None = None
) -> Ask | Rejected:
    """The question in a JSON body; `thread` and the signed-in `person` are used where the body names none.

    Only people and places in these collections may be named: an unknown one is rejected, never ignored. The thread is
    kept apart by person and place, so that one reader's subject is not carried over to another.
    """
    fields = read_object(body, expected='{"text": "your question"}')
    if isinstance(fields, Rejected):
        return fields
    wrong = _wrong_field(fields)
    if wrong is not None:
        return wrong
    text, asker, place = fields["text"], fields.get("as", person), fields.get("in")
    named = fields.get("thread") or thread
    if asker is not None and asker not in people:
        return Rejected(400, f"'as': there is nobody called {_short(str(asker))} to ask as.", "as")
    if place is not None and place not in places:
        return Rejected(400, f"'in': there is no place called {_short(str(place))} to ask in.", "in")
    return Ask(clean(str(text)), clean(f"web/{asker or ''}/{place or ''}/{named}"), _or_none(asker), _or_none(place))


def parse_order(body: bytes, *, places: Collection[str]) -> Command | Rejected:
    """The order in a JSON body; who gives it and under which key it takes effect once is added by the door."""
    fields = read_object(body, expected='{"command": "hold churn-uplift production", "key": "..."}')
    if isinstance(fields, Rejected):
        return fields
    unknown = next((name for name in fields if name not in ORDER_FIELDS), None)
    if unknown is not None:
        return Rejected(400, f"Unknown field {_short(unknown)}. Valid fields: {', '.join(ORDER_FIELDS)}.", unknown[:40])
    command, given, key, place = (fields.get(name) for name in ORDER_FIELDS)
    if not isinstance(command, str) or not command.strip() or len(command) > COMMAND_LIMIT:
        return Rejected(400, f"'command' must be text of 1 to {COMMAND_LIMIT} characters.", "command")
    if not isinstance(key, str) or not 8 <= len(key) <= THREAD_LIMIT:
        return Rejected(400, f"'key' must be text of 8 to {THREAD_LIMIT} characters, a new one for each order.", "key")
    if place is not None and place not in places:
        return Rejected(400, f"'in': there is no place called {_short(str(place))}.", "in")
    filled = given if given is not None else {}
    if not isinstance(filled, dict) or not all(isinstance(value, str) for value in filled.values()):
        return Rejected(400, "'fields' must be an object of texts.", "fields")
    kept = {clean(name): clean(value) for name, value in filled.items()}
    return Command(clean(command), "web", None, _or_none(place), kept, clean(key), "web")


def read_object(body: bytes, *, expected: str) -> dict[str, object] | Rejected:
    """The JSON object of a body; `expected` is shown where it is none."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return Rejected(400, f"The body is not JSON. Expected: {expected}.")
    if not isinstance(value, dict):
        return Rejected(400, f"The body is JSON, but no object. Expected: {expected}.")
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


def _or_none(value: object) -> str | None:
    return str(value) if value is not None else None


def _short(value: str) -> str:
    return repr(clean(value[:40]))


def clean(text: str) -> str:
    """Text that can be encoded: halves of surrogate pairs, which JSON can smuggle in, become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")
