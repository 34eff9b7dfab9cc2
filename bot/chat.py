"""The neutral words between platforms and conversation: what comes in, what goes out, on every surface alike.

In comes an `Ask` (a question in a person's words), a `Command` (an order in the words of the grammar, whether typed,
mentioned, pressed or sent by a form) or a `Tick`. Out goes an `Outcome`: one answer to the one who acted, and the
messages that others get. A button is a command with a label, so that whatever can be pressed can also be typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

# --- in ---------------------------------------------------------------------------

Surface = Literal["terminal", "web", "slack", "teams", "api", "schedule"]


@dataclass(frozen=True)
class Ask:
    """A question in a person's words.

    `thread` ties follow-ups together; `person` and `place` decide who reads the answer.
    """

    text: str
    thread: str
    person: str | None = None
    place: str | None = None


@dataclass(frozen=True)
class Command:
    """An order in the words of the grammar ("sign churn-uplift production"), without the name of the bot.

    `person` is an id of the programme as the platform verified it, None for somebody who is not linked. `fields` are
    what a form adds, by the input's name. `key` names the event: whatever comes twice under one key takes effect once.
    """

    text: str
    thread: str
    person: str | None = None
    place: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    surface: Surface = "terminal"


@dataclass(frozen=True)
class Tick:
    """Time has passed: reminders, expiries, digests that are due at `now` go out."""

    now: datetime


# --- out: what a message is made of -----------------------------------------------


@dataclass(frozen=True)
class Heading:
    """The first line: what this is about."""

    text: str


@dataclass(frozen=True)
class Line:
    """A line of running text; `quiet` marks small print (as-of times, tier)."""

    text: str
    quiet: bool = False


Tone = Literal["good", "warning", "bad", "neutral"]


@dataclass(frozen=True)
class Status:
    """A state in words; `tone` may colour it, the words alone must say it."""

    text: str
    tone: Tone = "neutral"


@dataclass(frozen=True)
class Details:
    """Short facts side by side, each a label and a value."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Item:
    """One entry of a numbered list: the matter, and the small print of who, since when and what next.

    `about` names what it is about ("churn-uplift/production/latency-p95"), "" where nothing of the ledger; never shown.
    """

    text: str
    detail: str = ""
    about: str = ""


@dataclass(frozen=True)
class Items:
    """A numbered list; `folded` may be shown closed at first."""

    items: tuple[Item, ...]
    title: str = ""
    folded: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of text under column names; every row is as long as `columns`."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""


@dataclass(frozen=True)
class Quote:
    """A source: number, where it stands, how old it is, and its words verbatim. `url` is ours, never the model's."""

    n: int
    where: str
    text: str
    updated: str = ""
    url: str = ""


@dataclass(frozen=True)
class Picture:
    """A PNG drawn by us; `alt` says in words what it shows."""

    png: bytes
    alt: str
    title: str = ""


@dataclass(frozen=True)
class Suggestion:
    """A question that may be asked next, shown as a button where there are buttons."""

    text: str


@dataclass(frozen=True)
class Button:
    """A command that can be pressed; where nothing can be pressed the command itself is shown.

    `confirm` is a question to be answered with yes before the command runs.
    """

    label: str
    command: str
    style: Literal["plain", "primary", "danger"] = "plain"
    confirm: str = ""


@dataclass(frozen=True)
class Buttons:
    """Buttons in one row, the likeliest first."""

    buttons: tuple[Button, ...]


@dataclass(frozen=True)
class Link:
    """A way to one of our own pages."""

    label: str
    url: str


Part = Heading | Line | Status | Details | Items | Table | Quote | Picture | Suggestion | Buttons | Link


@dataclass(frozen=True)
class Reply:
    """An answer for every surface; `parts` in reading order.

    `private` is for the one who asked alone, sent apart: that it exists must not show in what the others get.
    """

    parts: tuple[Part, ...]
    private: tuple[Part, ...] = ()


# --- out: forms ---------------------------------------------------------------------


@dataclass(frozen=True)
class TextInput:
    """Text that a person types; `lines` is 1 for a single line.

    `only_if` (another input's name, and values of it) spares the question where inputs are asked one after the other.
    """

    name: str
    label: str
    value: str = ""
    hint: str = ""
    lines: int = 1
    required: bool = False
    only_if: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Choice:
    """One (or with `many` several, comma separated) of `options`, each a value and what is shown for it."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    value: str = ""
    hint: str = ""
    many: bool = False
    required: bool = False


@dataclass(frozen=True)
class DateInput:
    """A day, as YYYY-MM-DD."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    required: bool = False


Input = TextInput | Choice | DateInput


@dataclass(frozen=True)
class Form:
    """Something to fill in; sending it runs `command` with the inputs as its fields.

    `parts` stand above the inputs. `errors` names inputs that could not be taken, with the reason; what was typed is
    in their `value`. `others` are the ways out beside sending ("Save and leave").
    """

    title: str
    command: str
    parts: tuple[Part, ...] = ()
    inputs: tuple[Input, ...] = ()
    submit: str = "Confirm"
    errors: Mapping[str, str] = field(default_factory=dict)
    others: tuple[Button, ...] = ()


# --- out: effects -------------------------------------------------------------------


@dataclass(frozen=True)
class ToPerson:
    """Somebody alone, wherever he is reached (direct message, personal chat)."""

    person: str


@dataclass(frozen=True)
class ToPlace:
    """Everyone who reads a place; `thread` answers in a thread there."""

    place: str
    thread: str = ""


@dataclass(frozen=True)
class Post:
    """A new message. `card` names what it shows ("gate:churn-uplift/production"), so that it can be drawn anew."""

    to: ToPerson | ToPlace
    reply: Reply
    card: str = ""


@dataclass(frozen=True)
class Refresh:
    """Every message that was posted under this card's name is to be drawn anew, each for its own readers."""

    card: str


Send = Post | Refresh


@dataclass(frozen=True)
class Outcome:
    """What handling came to: the answer to the one who acted, and what is sent to others.

    `answer` is tried once while the platform waits and is never replayed; `sends` are durable. `refused`: nothing that
    was ordered was done (scripts want to know).
    """

    answer: Reply | Form
    sends: tuple[Send, ...] = ()
    refused: bool = False
