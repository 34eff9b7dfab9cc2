"""Turns a reply into plain JSON for the page to draw. Pure."""

from __future__ import annotations

from bot.chat import Heading, Items, Line, Part, Quote, Reply, Suggestion
from bot.platforms.visible import visible


def render(reply: Reply) -> list[dict[str, object]]:
    """The parts in reading order, each with its `kind`: heading, line, items, quote or suggestion.

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
        case Quote(n, where, text, updated):
            words = {"where": visible(where), "text": visible(text), "updated": visible(updated)}
            return {"kind": "quote", "n": n, **words}
        case Suggestion(text):
            return {"kind": "suggestion", "text": visible(text)}
