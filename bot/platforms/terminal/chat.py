"""Talks in the terminal: reads a question, shows its answer, keeps the thread until told otherwise."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from uuid import uuid4

from rich.console import RenderableType
from rich.text import Text

from bot.chat import Ask, Reply
from bot.platforms.failure import log_failure
from bot.platforms.terminal.render import render
from bot.platforms.visible import visible

log = logging.getLogger(__name__)

HELP = """\
Ask in your own words: "what's blocking the production gate of ...?", "who owns ...?", "why did we ...?"
A follow-up ("and who owns it?") keeps the subject.

  /as PERSON    ask as this person; /as alone: as everyone
  /in CHANNEL   ask in this channel; /in alone: in no channel
  /new          start a new thread
  /help         this text
  /quit         leave (Ctrl-D too)"""


@dataclass(frozen=True)
class Seat:
    """Who asks, where, and in which thread."""

    thread: str
    person: str | None = None
    place: str | None = None

    @property
    def said(self) -> str:
        who = f"Asking as {self.person}" if self.person else "Asking as everyone"
        return f"{who} in {self.place}. New thread." if self.place else f"{who}. New thread."


def chat(
    answer: Callable[[Ask], Reply],
    *,
    read: Callable[[str], str],
    write: Callable[[RenderableType], None],
    person: str | None = None,
    place: str | None = None,
    new_thread: Callable[[], str] = lambda: uuid4().hex,
) -> None:
    """Asks and answers until the input ends, `/quit` or Ctrl-C.

    `read` is given the prompt and returns a line, or raises EOFError (as `input` does); `write` prints (as a rich
    console does). Who `/as` and `/in` may name is for `answer` to decide: it refuses a person or place unknown to it.
    A question that fails is said to have failed, and the talk goes on.
    """
    seat = Seat(new_thread(), person, place)
    write(Text("Ask where things stand. /help says what else can be typed.", "dim"))
    for line in _lines(read):
        if line in {"/quit", "/exit"}:
            return
        if line.startswith("/"):
            seat, said = _command(line, seat, new_thread)
            write(Text(visible(said), "dim"))
        else:
            write(_answered(answer, Ask(line, seat.thread, seat.person, seat.place)))


def _lines(read: Callable[[str], str]) -> Iterator[str]:
    """What is typed, without empty lines, until there is no more."""
    while True:
        try:
            line = read("> ").strip()
        except (EOFError, KeyboardInterrupt):
            return
        if line:
            yield line


def _command(line: str, seat: Seat, new_thread: Callable[[], str]) -> tuple[Seat, str]:
    """Where the talk stands after a slash command, and what to say about it.

    Another person or place starts a new thread, so that a subject one reader may know never carries over to another.
    """
    name, _, rest = line.partition(" ")
    value = rest.strip() or None
    match name:
        case "/as":
            moved = replace(seat, thread=new_thread(), person=value)
        case "/in":
            moved = replace(seat, thread=new_thread(), place=value)
        case "/new":
            moved = replace(seat, thread=new_thread())
        case "/help":
            return seat, HELP
        case _:
            return seat, f"{name} is not a command here. /help lists them."
    return moved, moved.said


def _answered(answer: Callable[[Ask], Reply], ask: Ask) -> RenderableType:
    try:
        return render(answer(ask))
    except KeyboardInterrupt:
        return Text("Stopped.", "dim")
    except Exception as error:
        event = log_failure(log, error)
        return Text(f"That question could not be answered: something failed on this side (event {event}). Try again.")
