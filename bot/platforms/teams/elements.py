"""The elements of an Adaptive Card that everything is made of. Text runs show their text as it stands. Pure."""

from __future__ import annotations

from typing import Any

from bot.platforms.teams import limits
from bot.platforms.teams.text import shortened

Json = dict[str, Any]


def run(text: str, *, limit: int = limits.TEXT, **look: object) -> Json:
    """Text that no client reads as markup (a TextBlock would)."""
    return {"type": "TextRun", "text": shortened(text, limit), **look}


def line(*runs: Json, **look: object) -> Json:
    """Runs that follow each other in one paragraph."""
    return {"type": "RichTextBlock", "inlines": list(runs), **look}


def link(text: str, url: str, *, limit: int = limits.TEXT) -> Json:
    """A run that opens one of our own pages; any other address stays words."""
    if not url.startswith(("https://", "http://")):
        return run(text, limit=limit)
    return run(text, limit=limit, selectAction={"type": "Action.OpenUrl", "url": url})
