"""The neutral words between platforms and conversation: what comes in, what goes out, on every surface alike."""

from __future__ import annotations

from dataclasses import dataclass

# --- in ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Ask:
    """A question in a person's words.

    `thread` ties follow-ups together; `person` and `place` decide who reads the answer.
    """

    text: str
    thread: str
    person: str | None = None
    place: str | None = None


# --- out --------------------------------------------------------------------------


@dataclass(frozen=True)
class Heading:
    """The first line: what this is about."""

    text: str


@dataclass(frozen=True)
class Line:
    """A line of running text; `quiet` marks small print (as-of times, tier)."""

    text: str
    quiet: bool = False


@dataclass(frozen=True)
class Item:
    """One entry of a numbered list: the matter, and the small print of who, since when and what next."""

    text: str
    detail: str = ""


@dataclass(frozen=True)
class Items:
    """A numbered list; `folded` may be shown closed at first."""

    items: tuple[Item, ...]
    title: str = ""
    folded: bool = False


@dataclass(frozen=True)
class Quote:
    """A source: number, where it stands, how old it is, and its words verbatim."""

    n: int
    where: str
    text: str
    updated: str = ""


@dataclass(frozen=True)
class Suggestion:
    """A question that may be asked next, shown as a button where there are buttons."""

    text: str


Part = Heading | Line | Items | Quote | Suggestion


@dataclass(frozen=True)
class Reply:
    """An answer for every surface; `parts` in reading order."""

    parts: tuple[Part, ...]
