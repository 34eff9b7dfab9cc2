"""Buttons as actions of a card: each carries an opaque value, never the command itself. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.chat import Button
from bot.platforms.teams import limits
from bot.platforms.teams.elements import Json, line, run
from bot.platforms.teams.text import shortened

WHAT = "gatehouse"
"""Key of an action's data that says what was done: a press, or the sending of a form."""

TOKEN = "token"
PRESSED, SENT, VIEWED = "press", "send", "view"
CARD = "card"
"""Key of the card that is to be drawn for whoever looks at it."""

ASKED = "asked"
"""Key of the names of a form's inputs: some clients leave out what stayed empty."""

NO_TOKEN = "none"
"""Carried by a button whose command has no token: pressing it is answered like a press on an outdated one."""

STYLES = {"plain": "default", "primary": "positive", "danger": "destructive"}


def button_rows(buttons: Sequence[Button], tokens: Mapping[str, str]) -> Iterator[Json]:
    """Sets of at most five actions each; `tokens` are by command."""
    for at in range(0, len(buttons), limits.ROW):
        row = [drawn(button, tokens.get(button.command, NO_TOKEN)) for button in buttons[at : at + limits.ROW]]
        yield {"type": "ActionSet", "actions": row}


def drawn(button: Button, token: str) -> Json:
    """One button; one that asks first opens the question with the button behind it."""
    pressed = action(button.label, {WHAT: PRESSED, TOKEN: token}, style=STYLES[button.style])
    if not button.confirm:
        return pressed
    question = {"type": "AdaptiveCard", "body": [line(run(button.confirm))], "actions": [pressed]}
    return {"type": "Action.ShowCard", "title": shortened(button.label, limits.LABEL), "card": question}


def action(label: str, data: Mapping[str, str], *, style: str = "default", inputs: bool = True) -> Json:
    """A universal action; clients that do not know those send the same by a message. `inputs`: with what was typed."""
    said: Json = {"title": shortened(label, limits.LABEL), "data": dict(data)}
    if style != "default":
        said["style"] = style
    if not inputs:
        said["associatedInputs"] = "none"
    fallback = {"type": "Action.Submit", **said}
    return {"type": "Action.Execute", "verb": data[WHAT], **said, "fallback": fallback}


def refresh(card: str, viewers: Sequence[str]) -> Json:
    """Has Teams ask for the card anew for each of these people (by Teams' own ids) when he looks at it.

    Teams takes 60 at most: the first ones count.
    """
    asked = {"type": "Action.Execute", "verb": VIEWED, "title": "Refresh", "data": {WHAT: VIEWED, CARD: card}}
    return {"action": asked, "userIds": list(viewers[: limits.VIEWERS])}
