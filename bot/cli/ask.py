"""`gatehouse ask`: one question, or a file of them."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.chat import Ask
from bot.cli.usage import UsageError
from bot.conversation.asking import Rooms, answer_question
from bot.conversation.told import to_json
from bot.settings import load_settings
from bot.wiring import open_installation, open_rooms

log = logging.getLogger(__name__)


def run_ask(question: str | None, *, person: str | None, place: str | None, as_json: bool) -> None:
    """Answer one question; without one, read it from standard input."""
    if question is None:
        if sys.stdin.isatty():
            raise UsageError('There is no question. Write: gatehouse ask "what is blocking the next gate?"')
        question = sys.stdin.read()
    here = open_installation(load_settings())
    with open_rooms(here) as rooms:
        told = answer_question(Ask(question, "command line", person, place), rooms)
    if as_json:
        print_json(to_json(told))
        return
    from bot.conversation.views import reply_of
    from bot.platforms.terminal.render import console_on, render

    console_on(sys.stdout).print(render(reply_of(told)))


def print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


@dataclass(frozen=True)
class Line:
    """One question of a batch file; `id` is whatever JSON value its line gives."""

    id: object
    text: str
    person: str | None
    place: str | None
    thread: str


@dataclass(frozen=True)
class BadLine:
    """A line of a batch file that holds no question, and why."""

    id: object
    error: str


def run_batch(path: Path, *, person: str | None, place: str | None) -> None:
    """Answer a file of questions: a JSON a line in, one a line out, in order; a bad line is answered with its error."""
    here = open_installation(load_settings())
    with open_rooms(here) as rooms:
        answer_lines(path, rooms, person=person, place=place)


def answer_lines(path: Path, rooms: Rooms, *, person: str | None, place: str | None) -> None:
    """Print the answer to each line of a file; empty lines are passed over."""
    for number, text in enumerate(_lines(path), 1):
        if text.strip():
            print_json(_answered(number, text, rooms, person=person, place=place))


def _lines(path: Path) -> Iterator[str]:
    if str(path) == "-":
        yield from sys.stdin
        return
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        yield from file


def _answered(number: int, text: str, rooms: Rooms, *, person: str | None, place: str | None) -> dict[str, object]:
    """The answer to one line, or its error. A defect costs its own line only: it is logged, and the rest goes on."""
    from bot.audience import AudienceError
    from bot.cli.failures import foreseen
    from bot.platforms.failure import log_failure

    line = read_line(number, text, person=person, place=place)
    if isinstance(line, BadLine):
        return {"id": line.id, "error": line.error}
    try:
        told = answer_question(Ask(line.text, line.thread, line.person, line.place), rooms)
    except AudienceError as error:
        return {"id": line.id, "error": str(error)}
    except Exception as error:
        if foreseen(error):
            raise  # no index, a locked database: no other line can be answered either
        event = log_failure(log, error)
        return {
            "id": line.id,
            "error": f"Something failed on this side, so there is no answer. Event {event} is logged.",
        }
    return {**to_json(told), "id": line.id}


def read_line(number: int, text: str, *, person: str | None, place: str | None) -> Line | BadLine:
    """A question of a batch file, its number as id where it gives none.

    `thread` ties lines together; without it every line stands alone. `as` and `in` of the line go before those of the
    command.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        return BadLine(number, f"Line {number} is no JSON: {error}")
    if not isinstance(data, dict):
        return BadLine(number, f'Line {number}: expected {{"id": ..., "text": "the question"}}.')
    name = data.get("id", number)
    if not isinstance(data.get("text"), str):
        return BadLine(name, f"Line {number}: 'text' must be there, and a text: the question.")
    found = {key: data.get(key) for key in ("as", "in", "thread")}
    wrong = [key for key, value in found.items() if value is not None and not isinstance(value, str)]
    if wrong:
        return BadLine(name, f"Line {number}: {wrong[0]!r} must be a text.")
    who = person if found["as"] is None else found["as"]
    where = place if found["in"] is None else found["in"]
    thread = f"line {number}" if found["thread"] is None else f"thread {found['thread']}"
    return Line(name, data["text"], who, where, f"{who}/{where}/{thread}")
