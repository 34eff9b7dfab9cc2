"""Turns a reply into plain JSON for the page to draw. Pure."""

from __future__ import annotations

from base64 import b64encode

from bot.chat import (
    Button,
    Buttons,
    Details,
    Heading,
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


def render(reply: Reply) -> list[dict[str, object]]:
    """The parts in reading order, each with its `kind`: the part's name in small letters.

    Characters that would act on the page's text instead of being read (direction overrides, controls) are written out;
    the verbatim quote is in the answer's own JSON.
    """
    return [_part(part) for part in reply.parts]


def _part(part: Part) -> dict[str, object]:
    match part:
        case Heading(text):
            return {"kind": "heading", "text": visible(text)}
        case Line(text, quiet):
            return {"kind": "line", "text": visible(text), "quiet": quiet}
        case Items(items, title, folded):
            shown = [{"text": visible(item.text), "detail": visible(item.detail)} for item in items]
            return {"kind": "items", "title": visible(title), "folded": folded, "items": shown}
        case Quote(n, where, text, updated, url):
            words = {"where": visible(where), "text": visible(text), "updated": visible(updated), "url": url}
            return {"kind": "quote", "n": n, **words}
        case Suggestion(text):
            return {"kind": "suggestion", "text": visible(text)}
        case Status(text, tone):
            return {"kind": "status", "text": visible(text), "tone": tone}
        case Details(rows):
            return {"kind": "details", "rows": [[visible(label), visible(value)] for label, value in rows]}
        case Table(columns, rows, title):
            cells = [[visible(cell) for cell in row] for row in rows]
            return {"kind": "table", "title": visible(title), "columns": [*map(visible, columns)], "rows": cells}
        case Picture(png, alt, title):
            drawn = b64encode(png).decode()
            return {"kind": "picture", "png": drawn, "alt": visible(alt), "title": visible(title)}
        case Buttons(buttons):
            return {"kind": "buttons", "buttons": [render_button(button) for button in buttons]}
        case Link(label, url):
            return {"kind": "link", "label": visible(label), "url": url}


def render_button(button: Button) -> dict[str, object]:
    """A button with the command it runs."""
    words = {"label": visible(button.label), "confirm": visible(button.confirm)}
    return {"command": button.command, "style": button.style, **words}
