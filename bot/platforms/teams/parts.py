"""Each part of a reply as elements of a card. Pure."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.chat import (
    Button,
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
    Status,
    Suggestion,
    Table,
)
from bot.platforms.teams import limits
from bot.platforms.teams.buttons import button_rows
from bot.platforms.teams.elements import Json, line, link, run
from bot.platforms.teams.text import shortened

COLOURS = {"good": "Good", "warning": "Warning", "bad": "Attention", "neutral": "Default"}
QUIET: Mapping[str, Any] = {"isSubtle": True, "size": "Small"}


@dataclass(frozen=True)
class Means:
    """What drawing needs from outside: the opaque token of every button's command and every suggestion's question."""

    tokens: Mapping[str, str] = field(default_factory=dict)


def elements_of(parts: Sequence[Part], means: Means) -> Iterator[Json]:
    """The elements in reading order; suggestions that follow each other share a row."""
    asked: list[Button] = []
    for number, part in enumerate(parts):
        if isinstance(part, Suggestion):
            asked.append(Button(part.text, part.text))
            continue
        yield from button_rows(asked, means.tokens)
        asked = []
        yield from _drawn(part, means, name=f"part{number}")
    yield from button_rows(asked, means.tokens)


def _drawn(part: Part, means: Means, *, name: str) -> Iterator[Json]:
    match part:
        case Heading(text):
            yield line(run(text, size="Large", weight="Bolder"))
        case Line(text, quiet):
            yield line(run(text, **(QUIET if quiet else {})))
        case Status(text, tone):
            yield line(run(text, weight="Bolder", color=COLOURS[tone]))
        case Details(rows):
            yield from (_detail(*row) for row in rows)
        case Items():
            yield from _folded(part, name=name) if part.folded else _items(part)
        case Table():
            yield from _table(part)
        case Quote():
            yield _quote(part)
        case Picture():
            yield from _picture(part)
        case Buttons(buttons):
            yield from button_rows(buttons, means.tokens)
        case Link(label, url):
            yield line(link(label, url))
        case Suggestion():
            return


def _detail(label: str, value: str) -> Json:
    bold = run(f"{shortened(label, limits.ITEM)}: ", weight="Bolder")
    return line(bold, run(value, limit=limits.ITEM), spacing="Small")


def _items(part: Items) -> Iterator[Json]:
    if part.title:
        yield line(run(part.title, limit=limits.ITEM, weight="Bolder"))
    yield from (_item(number, item) for number, item in enumerate(part.items, start=1))


def _item(number: int, item: Item) -> Json:
    text = run(f"{number}. {shortened(item.text, limits.ITEM)}")
    if not item.detail:
        return line(text, spacing="Small")
    return line(text, run("\n" + shortened(item.detail, limits.ITEM), **QUIET), spacing="Small")


def _folded(part: Items, *, name: str) -> Iterator[Json]:
    """A list that a press unfolds, without asking us."""
    toggle = {
        "type": "Action.ToggleVisibility",
        "title": shortened(part.title or "More", limits.LABEL),
        "targetElements": [name],
    }
    yield {"type": "ActionSet", "actions": [toggle]}
    entries = [_item(number, item) for number, item in enumerate(part.items, start=1)]
    yield {"type": "Container", "id": name, "isVisible": False, "items": entries or [line(run(""))]}


def _table(table: Table) -> Iterator[Json]:
    if table.title:
        yield line(run(table.title, limit=limits.ITEM, weight="Bolder"))
    columns = table.columns[: limits.TABLE_COLUMNS]
    rows = [row[: limits.TABLE_COLUMNS] for row in table.rows[: limits.TABLE_ROWS]]
    if columns:
        yield {
            "type": "Table",
            "firstRowAsHeader": True,
            "columns": [{"width": 1} for _ in columns],
            "rows": [_row(columns, weight="Bolder"), *(_row(row) for row in rows)],
        }
    left = ((len(table.rows) - len(rows), "rows"), (len(table.columns) - len(columns), "columns"))
    if said := " and ".join(f"{count} more {what}" for count, what in left if count > 0):
        yield line(run(f"{said} not shown here.", **QUIET))


def _row(cells: Sequence[str], **look: object) -> Json:
    drawn = [{"type": "TableCell", "items": [line(run(cell, limit=limits.CELL, **look))]} for cell in cells]
    return {"type": "TableRow", "cells": drawn}


def _quote(quote: Quote) -> Json:
    where = f"[{quote.n}] {shortened(quote.where, limits.ITEM)}"
    said = [link(where, quote.url) if quote.url else run(where, weight="Bolder")]
    if quote.updated:
        said.append(run(f" · updated {shortened(quote.updated, limits.CELL)}", **QUIET))
    words = line(run(quote.text, limit=limits.QUOTE, italic=True), spacing="None")
    return {"type": "Container", "style": "emphasis", "items": [line(*said), words]}


def _picture(picture: Picture) -> Iterator[Json]:
    """Inline, so that nobody can guess its address; what is too large for a message is told in its words."""
    if picture.title:
        yield line(run(picture.title, limit=limits.ITEM, weight="Bolder"))
    if len(picture.png) > limits.PICTURE_BYTES:
        yield line(run(f"Picture: {picture.alt}", **QUIET))
        return
    inline = base64.b64encode(picture.png).decode()
    yield {
        "type": "Image",
        "url": f"data:image/png;base64,{inline}",
        "altText": shortened(picture.alt, limits.TEXT),
        "size": "Stretch",
    }
