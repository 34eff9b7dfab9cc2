"""What the message extension finds, as Teams wants it. Pure.

Whoever picks a result puts its card before others, so a card holds the name that was found and how to ask for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.chat import Heading, Line
from bot.platforms.teams import limits
from bot.platforms.teams.parts import Means
from bot.platforms.teams.render import CONTENT_TYPE, render_parts
from bot.platforms.teams.text import shortened

THUMBNAIL = "application/vnd.microsoft.card.thumbnail"
GATES, DOCUMENTS = "gates", "documents"
"""Commands of the manifest."""


def results_of(found: Sequence[tuple[str, str]], *, what: str) -> dict[str, Any]:
    """The response; each find is (what to show, how it is called)."""
    attachments = [_result(*one, what=what) for one in found[: limits.FOUND]]
    if not attachments:
        return {"composeExtension": {"type": "message", "text": "Nothing was found among what you may know of."}}
    return {"composeExtension": {"type": "result", "attachmentLayout": "list", "attachments": attachments}}


def _result(label: str, called: str, *, what: str) -> dict[str, Any]:
    how = f"Mention Gatehouse: show {called}" if what == GATES else called
    card = render_parts((Heading(label), Line(how, quiet=True)), Means()).card
    preview = {"title": shortened(label, limits.LABEL), "text": shortened(called, limits.CELL)}
    return {
        "contentType": CONTENT_TYPE,
        "content": card,
        "preview": {"contentType": THUMBNAIL, "content": preview},
    }
