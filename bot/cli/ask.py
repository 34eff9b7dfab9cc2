"""`gatehouse ask`: one question, or a file of them."""

from __future__ import annotations

import json
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
    """One question of a batch file."""

    id: str
    text: str
    person: str | None
    place: str | None
    thread: str


def run_batch(path: Path, *, person: str | None, place: str | None) -> None:
    """Answer a file of questions: a JSON a line in, one a line out, in order; a bad line is answered with its error."""
    here = open_installation(load_settings())
    with open_rooms(here) as rooms:
        for number, text in enumerate(_lines(path), 1):
            if text.strip():
                print_json(_answered(number, text, rooms, person=person, place=place))


def _lines(path: Path) -> Iterator[str]:
    if str(path) == "-":
        yield from sys.stdin
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        yield from file


def _answered(number: int, text: str, rooms: Rooms, *, person: str | None, place: str | None) -> dict[str, object]:
    from bot.audience import AudienceError

    try:
        line = read_line(number, text, person=person, place=place)
        told = answer_question(Ask(line.text, line.thread, line.person, line.place), rooms)
    except (UsageError, AudienceError) as error:
        return {"id": str(number), "error": str(error)}
    return {**to_json(told), "id": line.id}


def read_line(number: int, text: str, *, person: str | None, place: str | None) -> Line:
    """A question of a batch file. `thread` ties lines together; without it every line stands alone."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise UsageError(f"Line {number} is no JSON: {error}") from error
    if not isinstance(data, dict) or not isinstance(data.get("text"), str):
        raise UsageError(f'Line {number}: expected {{"id": ..., "text": "the question"}}.')
    found = {key: data.get(key) for key in ("as", "in", "thread")}
    wrong = [key for key, value in found.items() if value is not None and not isinstance(value, str)]
    if wrong:
        raise UsageError(f"Line {number}: {wrong[0]!r} must be a text.")
    name = str(data.get("id", number))
    who, where = found["as"] or person, found["in"] or place
    return Line(name, data["text"], who, where, f"{who}/{where}/{found['thread'] or f'line {number}'}")
