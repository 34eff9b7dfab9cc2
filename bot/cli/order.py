"""`gatehouse gate submit|review|approve|hold ...`: orders of the grammar, typed in the terminal."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from rich.console import Console

from bot.audience import AudienceError, person_id
from bot.chat import Command, Form, Heading, Line, Outcome, Reply
from bot.cli.ask import print_json
from bot.cli.usage import UsageError
from bot.conversing import Conversing
from bot.orders import Orders
from bot.platforms.terminal.forms import fill_form
from bot.platforms.terminal.render import console_on, render
from bot.platforms.web.render import render as parts_of
from bot.settings import load_settings
from bot.wiring import Installation, open_installation, open_orders


@dataclass(frozen=True)
class How:
    """How an order is given: as whom (None: this installation's person), without being asked, told as JSON.

    `fields` are NAME=VALUE pairs for what a form would ask.
    """

    person: str | None
    at_once: bool
    as_json: bool
    fields: tuple[str, ...] = ()


def run_order(words: Sequence[str], *, how: How) -> None:
    """Carry one order out, asking for what it wants; exits with 1 when it was refused."""
    here = open_installation(load_settings())
    with open_orders(here) as orders:
        person, behind = _who(here, orders.conversing, how.person)
        fields = ({"comment": ""} if how.at_once else {}) | _fields(how.fields)
        outcome = _give(_line(words), fields, orders, person=person, behind=behind)
        if how.as_json:
            print_json(_plain(outcome))
        else:
            outcome = _talk(outcome, orders, person=person, behind=behind)
    if outcome.refused:
        sys.exit(1)


def _line(words: Sequence[str]) -> str:
    """What the shell split, as one line again: words that hold spaces are quoted."""
    return " ".join(
        f'"{word}"' if " " in word and index and len(words) > 2 else word for index, word in enumerate(words)
    )


def _who(here: Installation, conversing: Conversing, said: str | None) -> tuple[str | None, str | None]:
    """The person the order is given as, and who really gives it where that is somebody else."""
    own = here.settings.person
    programme = conversing.rooms.ledger().programme
    if programme is None or not (said or own):
        return None, None
    try:
        person = person_id(programme, said or own)
    except AudienceError as error:
        raise UsageError(str(error)) from error
    if not said or (own and person == person_id(programme, own)):
        return person, None
    return person, own or f"terminal:{getpass.getuser()}"


def _give(line: str, fields: Mapping[str, str], orders: Orders, *, person: str | None, behind: str | None) -> Outcome:
    command = Command(line, thread="terminal", person=person, fields=fields, key=uuid4().hex, surface="terminal")
    return orders.carry_out(command, impersonated_by=behind)


def _talk(outcome: Outcome, orders: Orders, *, person: str | None, behind: str | None) -> Outcome:
    """Show the answer; forms are filled in and sent until there is an answer that is none."""
    console = console_on(sys.stdout)
    while isinstance(outcome.answer, Form):
        if not sys.stdin.isatty():
            return _hand_over(outcome, console)
        filled = fill_form(outcome.answer, read=input, write=console.print)
        if filled is None:
            console.print("Left; what was said so far is kept.")
            return outcome
        outcome = _give(filled.command, filled.fields, orders, person=person, behind=behind)
    console.print(render(outcome.answer))
    return outcome


def _hand_over(outcome: Outcome, console: Console) -> Outcome:
    """Where nobody can be asked: what comes next, and how a script gives it. Steps before it are kept."""
    form = outcome.answer
    assert isinstance(form, Form)
    wanted = " ".join(f"--set {item.name}=..." for item in form.inputs)
    next_step = f"Next: gatehouse gate {form.command} {wanted}".rstrip()
    console.print(render(Reply((Heading(form.title), *form.parts, Line(next_step)))))
    return outcome


def _fields(pairs: Sequence[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise UsageError(f"--set wants NAME=VALUE, not {pair!r}.")
        found[name] = value
    return found


def _plain(outcome: Outcome) -> dict[str, object]:
    """The stable JSON of an order's answer."""
    answer = outcome.answer
    if isinstance(answer, Form):
        inputs = [{"name": item.name, "label": item.label, "value": item.value} for item in answer.inputs]
        return {
            "refused": outcome.refused,
            "form": {"title": answer.title, "command": answer.command, "inputs": inputs},
        }
    return {"refused": outcome.refused, "parts": parts_of(answer)}
