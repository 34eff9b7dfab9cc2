"""What people do in a sign-off, as they do it in Teams."""

from __future__ import annotations

from typing import Any

from tests.bot.conformance.teams import nodes
from tests.e2e.playground import PERSONAL, Playground

CHOICES = {"verdict": "confirm", "decision": "approve"}
"""What somebody chooses who finds everything good."""

ADA, BO, CY, DI, ED, STRANGER = "ada.moss", "bo.lind", "cy.park", "di.roth", "ed.vale", "new.person"


async def submit(on: Playground) -> None:
    """The ML lead submits the gate from her personal chat."""
    await on.says(PERSONAL, "submit beam launch")
    await on.until(lambda: "Open" in titles(on, PERSONAL), what="the way to the form")
    await on.presses(ADA, "Open")
    await on.until(lambda: "Ask for sign-off" in titles(on, PERSONAL), what="the form in the place of the card")
    await on.presses(ADA, "Ask for sign-off")
    await on.until(lambda: "Launch is submitted" in on.said(PERSONAL), what="the receipt")


async def sign(on: Playground, user: str) -> str:
    """The whole walk-through in the personal chat, one card that changes; its last face."""
    place = await on.chat(user)
    await on.presses(user, "Review and sign")
    for _ in range(12):
        await on.until(lambda: _form(on, place), what=f"a step of the review by {user}")
        id, data, typed = _form(on, place)
        await on.sends(user, place, id, data, **typed)
        await on.until(lambda done=data: (_form(on, place) or ("", {}))[1] != done, what="the next step")
        if "decision" in typed:
            return on.said(place)
    raise AssertionError(f"the walk-through does not end\n{on.transcript()}")


def _form(on: Playground, place: str) -> tuple[str, dict[str, Any], dict[str, str]] | tuple[()]:
    """The newest form there: its message, what its button carries, what is typed into it. Empty without one."""
    for id, action in on.actions(place):
        if action["data"].get("gatehouse") == "send":
            inputs = [one for one in nodes(dict(on.posted(place))[id]) if str(one.get("type", "")).startswith("Input")]
            typed = {one["id"].removeprefix("in."): str(one.get("value", "")) for one in inputs}
            chosen = {name: choice for name, choice in CHOICES.items() if name in typed}
            return id, action["data"], typed | chosen
    return ()


def titles(on: Playground, place: str) -> set[str]:
    """What can be pressed there."""
    return {str(action.get("title")) for _, action in on.actions(place)}
