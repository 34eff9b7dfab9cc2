"""Draws a reply in the terminal: calm, wrapped to its width, plain where there are no colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from bot.chat import (
    Buttons,
    Details,
    Heading,
    Item,
    Items,
    Line,
    Link,
    Part,
    Picture,
    Quote,
    Reply,
    Status,
    Suggestion,
    Table,
)
from bot.platforms.visible import visible

WIDE = 100  # columns from which the small print of an item stands beside it
READABLE = 120  # longer lines are hard to follow
QUOTE_LINES = 4
GAP = 3
TONES = {"good": "green", "warning": "yellow", "bad": "red", "neutral": ""}


def console_on(stream: TextIO) -> Console:
    """A console that writes to this stream; a character its encoding lacks is escaped instead of ending the command."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
    return Console(file=stream, highlight=False, emoji=False, markup=False)


def render(reply: Reply, *, width: int | None = None) -> RenderableType:
    """The reply as something rich can print; over at most `width` columns and never more than the console has."""
    return _Drawn(reply, width)


@dataclass(frozen=True)
class _Drawn:
    reply: Reply
    width: int | None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        width = max(20, min(self.width or READABLE, options.max_width, READABLE))
        before: Part | None = None
        for part in sorted(self.reply.parts, key=lambda part: isinstance(part, Suggestion)):
            if before is not None and _apart(before, part):
                yield Text()
            yield from _draw(console, part, width=width)
            before = part


def _apart(before: Part, part: Part) -> bool:
    """Whether an empty line stands between two parts: where the kind of thing changes, not within it."""
    match part:
        case Heading():
            return True
        case Items(title=title):
            return bool(title)
        case Line():
            return isinstance(before, Quote) or (isinstance(before, Items) and not part.quiet)
        case _:
            return type(before) is not type(part)


def _draw(console: Console, part: Part, *, width: int) -> Iterator[Text]:
    match part:
        case Heading(text):
            yield from _hanging(console, Text(visible(text), "bold"), width=width)
        case Line(text, quiet):
            yield from _hanging(console, Text(visible(text), "dim" if quiet else ""), width=width)
        case Items():
            yield from _items(console, part, width=width)
        case Quote():
            yield from _quote(console, part, width=width)
        case Suggestion(text):
            yield from _hanging(console, Text(visible(text), "italic"), lead="ask:  ", width=width)
        case Status(text, tone):
            yield from _hanging(console, Text(visible(text), TONES[tone]), width=width)
        case Details(rows):
            yield from _details(console, rows, width=width)
        case Table():
            yield from _table(console, part, width=width)
        case Picture(alt=alt):
            yield from _hanging(console, Text(visible(alt), "dim"), lead="picture:  ", width=width)
        case Buttons(buttons):
            for button in buttons:
                said = visible(f"{button.label}: gatehouse gate {button.command}")
                yield from _hanging(console, Text(said, "italic"), lead="  > ", width=width)
        case Link(label, url):
            yield from _hanging(console, Text(visible(f"{label}: {url}")), width=width)


def _details(console: Console, rows: Sequence[tuple[str, str]], *, width: int) -> Iterator[Text]:
    room = min(max((cell_len(visible(label)) for label, _ in rows), default=0), width // 3) + GAP
    for label, value in rows:
        lead = visible(label)
        lead += " " * max(1, room - cell_len(lead))
        yield from _hanging(console, Text(visible(value)), lead=lead, width=width)


def _table(console: Console, table: Table, *, width: int) -> Iterator[Text]:
    """Columns side by side where they fit, otherwise each row as its labels and values."""
    if table.title:
        yield from _hanging(console, Text(visible(table.title), "bold"), width=width)
    cells = [[visible(cell) for cell in row] for row in (table.columns, *table.rows)]
    rooms = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    if sum(rooms) + 2 * len(rooms) > width:
        for row in table.rows:
            yield from _details(console, tuple(zip(table.columns, row, strict=True)), width=width)
            yield Text()
        return
    for number, shown in enumerate(cells):
        line = "  ".join(cell + " " * (room - cell_len(cell)) for cell, room in zip(shown, rooms, strict=True))
        yield Text(line.rstrip(), "bold" if number == 0 else "")


def _items(console: Console, part: Items, *, width: int) -> Iterator[Text]:
    if part.folded:  # what a page shows closed is one line here
        yield from _hanging(console, Text(visible(_folded(part)), "dim"), width=width)
        return
    if part.title:
        yield from _hanging(console, Text(visible(part.title), "bold"), width=width)
    room = len(str(len(part.items))) + 2
    for number, item in enumerate(part.items, start=1):
        draw = _beside if width >= WIDE and item.detail else _below
        yield from draw(console, item, lead=f"{number:>{room}}  ", width=width)


def _folded(part: Items) -> str:
    names = "; ".join(item.text for item in part.items)
    return f"{part.title} ({names})" if part.title else names


def _below(console: Console, item: Item, *, lead: str, width: int) -> Iterator[Text]:
    yield from _hanging(console, Text(visible(item.text)), lead=lead, width=width)
    if item.detail:
        yield from _hanging(console, Text(visible(item.detail), "dim"), lead=" " * len(lead), width=width)


def _beside(console: Console, item: Item, *, lead: str, width: int) -> Iterator[Text]:
    room = width - len(lead) - GAP
    left = room * 55 // 100
    matter = Text(visible(item.text)).wrap(console, left)
    detail = Text(visible(item.detail), "dim").wrap(console, room - left)
    for row, (main, side) in enumerate(zip_longest(matter, detail)):
        line = Text(lead if row == 0 else " " * len(lead))
        line.append_text(_trimmed(main))
        if side is not None and side.plain.strip():
            line.append(" " * (len(lead) + left + GAP - line.cell_len)).append_text(_trimmed(side))
        yield _trimmed(line)


def _quote(console: Console, quote: Quote, *, width: int) -> Iterator[Text]:
    lead = f"[{quote.n}] "
    where = Text(visible(quote.where))
    if quote.updated:
        where.append(f" · updated {visible(quote.updated)}", "dim")
    yield from _hanging(console, where, lead=lead, width=width)
    lines = list(_hanging(console, Text(visible(quote.text).strip("\n"), "dim"), lead=" " * len(lead), width=width))
    yield from lines[:QUOTE_LINES]
    if len(lines) > QUOTE_LINES:
        yield Text(" " * len(lead) + "…", "dim")


def _hanging(console: Console, text: Text, *, width: int, lead: str = "") -> Iterator[Text]:
    """The text wrapped, with `lead` before its first line and as much space before the others."""
    for row, wrapped in enumerate(text.wrap(console, max(8, width - len(lead)))):
        yield _trimmed(Text(lead if row == 0 else " " * len(lead)).append_text(wrapped))


def _trimmed(text: Text | None) -> Text:
    line = text or Text()
    line.rstrip()
    return line
