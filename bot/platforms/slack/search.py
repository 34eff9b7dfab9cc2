"""The search behind the global shortcut: one field that asks us for its options. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.platforms.slack import limits
from bot.platforms.slack.parse import SEARCH
from bot.platforms.slack.rich import Json
from bot.platforms.slack.text import plain


def search_view() -> Json:
    """The modal that is opened at once."""
    select: Json = {
        "type": "external_select",
        "action_id": SEARCH,
        "placeholder": plain("Type a project or a gate", limits.PLACEHOLDER),
        "min_query_length": 0,
    }
    field = {"type": "input", "block_id": f"input:{SEARCH}", "label": plain("Project or gate", 100), "element": select}
    return {
        "type": "modal",
        "callback_id": SEARCH,
        "title": plain("Look up a gate", limits.VIEW_TITLE),
        "submit": plain("Show", limits.VIEW_TITLE),
        "close": plain("Close", limits.VIEW_TITLE),
        "blocks": [field],
    }


def options_of(found: Sequence[tuple[str, str]]) -> Json:
    """The options, each (what to show, how it is called); what Slack would cut is left out rather than changed."""
    options = [
        {"text": plain(label, limits.OPTION_LABEL), "value": value}
        for label, value in found[: limits.OPTIONS]
        if 0 < len(value) <= limits.OPTION_VALUE
    ]
    return {"options": options}
