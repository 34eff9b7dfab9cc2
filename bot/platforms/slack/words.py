"""A reply in plain words: what a notification shows and a screen reader says in place of the blocks. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
    Status,
    Suggestion,
    Table,
)
from bot.platforms.slack import limits
from bot.platforms.slack.text import ELLIPSIS, EMPTY, escaped

TABLE_ROWS = 20


def in_words(parts: Sequence[Part]) -> str:
    """Every part in words, escaped, as long as Slack advises at most."""
    text = escaped("\n".join(line for part in parts for line in _said(part) if line.strip())) or EMPTY
    if len(text) <= limits.MESSAGE_TEXT:
        return text
    cut = text[: limits.MESSAGE_TEXT - len(ELLIPSIS)]
    return cut[: max(cut.rfind("\n"), cut.rfind(" "), len(cut) - 10)] + ELLIPSIS


def _said(part: Part) -> Iterator[str]:
    match part:
        case Heading(text) | Line(text) | Status(text):
            yield text
        case Details(rows):
            yield from (f"{label}: {value}" for label, value in rows)
        case Items(items, title):
            yield title
            yield from (_numbered(number, item) for number, item in enumerate(items, start=1))
        case Table(columns, rows, title):
            yield title
            yield from (", ".join(map(": ".join, zip(columns, row, strict=True))) for row in rows[:TABLE_ROWS])
            yield f"{len(rows) - TABLE_ROWS} more rows." if len(rows) > TABLE_ROWS else ""
        case Quote(n, where, text, updated):
            yield f'[{n}] {where}{f", updated {updated}" if updated else ""}: "{text}"'
        case Picture(_, alt):
            yield f"Picture: {alt}"
        case Buttons(buttons):
            yield f"Buttons: {', '.join(button.label for button in buttons)}"
        case Suggestion(text):
            yield f"You may ask: {text}"
        case Link(label, url):
            yield f"{label}: {url}"


def _numbered(number: int, item: Item) -> str:
    return f"{number}. {item.text}" + (f" ({item.detail})" if item.detail else "")
