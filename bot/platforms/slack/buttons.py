"""Buttons as Slack blocks: each carries an opaque value, never the command itself. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.chat import Button
from bot.platforms.slack import limits
from bot.platforms.slack.rich import Json
from bot.platforms.slack.text import plain

PRESS = "press"
"""Start of the action id of every button of ours."""

ROW = 5
"""Buttons in a row, though Slack would take 25: more wrap badly on a phone."""


NO_TOKEN = "none"
"""Carried by a button whose command has no token: pressing it is answered like a press on an outdated one."""


def button_row(buttons: Sequence[Button], tokens: Mapping[str, str]) -> Iterator[Json]:
    """Actions blocks of at most five buttons each; `tokens` are by command."""
    for at in range(0, len(buttons), ROW):
        row = [
            drawn(button, tokens.get(button.command, NO_TOKEN), number)
            for number, button in enumerate(buttons[at : at + ROW])
        ]
        yield {"type": "actions", "elements": row}


def drawn(button: Button, value: str, number: int) -> Json:
    """One button; `number` tells it from the others of its row."""
    element: Json = {
        "type": "button",
        "action_id": f"{PRESS}:{number}",
        "text": plain(button.label, limits.BUTTON_LABEL),
        "value": value,
    }
    if len(button.label) > limits.BUTTON_LABEL:
        element["accessibility_label"] = plain(button.label, limits.BUTTON_LABEL)["text"]
    if button.style != "plain":
        element["style"] = button.style
    return element | {"confirm": _confirm(button)} if button.confirm else element


def feedback_row(buttons: Sequence[Button], tokens: Mapping[str, str]) -> list[Json]:
    """Slack's own feedback buttons where two buttons are that, none otherwise."""
    if len(buttons) != 2 or not all(button.command.startswith("feedback ") for button in buttons):
        return []
    good, bad = (
        {
            "text": plain(button.label, limits.BUTTON_LABEL),
            "value": tokens.get(button.command, NO_TOKEN),
            "accessibility_label": plain(button.label, limits.BUTTON_LABEL)["text"],
        }
        for button in buttons
    )
    element = {
        "type": "feedback_buttons",
        "action_id": f"{PRESS}:feedback",
        "positive_button": good,
        "negative_button": bad,
    }
    return [{"type": "context_actions", "elements": [element]}]


def _confirm(button: Button) -> Json:
    return {
        "title": plain(button.label, limits.CONFIRM_TITLE),
        "text": plain(button.confirm, limits.CONFIRM_TEXT),
        "confirm": plain(button.label, limits.CONFIRM_LABEL),
        "deny": plain("Cancel", limits.CONFIRM_LABEL),
        **({"style": button.style} if button.style != "plain" else {}),
    }
