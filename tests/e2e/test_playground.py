"""Conversations of Teams against Microsoft's Agents Playground, headless: people, cards, a channel and its threads."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.conformance.teams import nodes, read_aloud
from tests.e2e.conftest import Pass, Play
from tests.e2e.playground import CHANNEL, GROUP, PERSONAL, Playground

pytestmark = pytest.mark.e2e

CHOICES = {"verdict": "confirm", "decision": "approve"}
"""What somebody chooses who finds everything good."""

ADA, BO, CY, DI, ED, STRANGER = "ada.moss", "bo.lind", "cy.park", "di.roth", "ed.vale", "new.person"


def test_a_question_in_the_personal_chat_is_answered_and_followed_up(play: Play) -> None:
    async def story(on: Playground, _: Pass) -> None:
        await on.says(PERSONAL, "what is blocking the launch of beam?")
        await on.until(lambda: "Risk owner signs" in on.said(PERSONAL), what="the answer")
        await on.says(PERSONAL, "and who owns it?")
        await on.until(lambda: len(on.posted(PERSONAL)) == 2, what="the answer to the follow-up")
        assert "Ada Moss" in read_aloud(on.posted(PERSONAL)[-1][1])

    play(story)


def test_a_mention_in_a_group_chat_is_answered_for_its_readers(play: Play) -> None:
    async def story(on: Playground, _: Pass) -> None:
        await on.says(GROUP, "status of beam?", mention=True)
        await on.until(lambda: "approvals" in on.said(GROUP), what="the answer")

    play(story)


def test_a_mention_in_a_channel_is_answered_in_its_thread(play: Play) -> None:
    async def story(on: Playground, _: Pass) -> None:
        await on.says(CHANNEL, "status of beam?", mention=True)
        await on.until(lambda: "approvals" in on.said(CHANNEL), what="the answer")
        ((thread, _, _),) = on.relay.messages()
        assert thread.startswith(f"{CHANNEL};messageid=")
        assert "mention me" in on.said(CHANNEL)
        await on.says(thread, "and who owns it?", mention=True)
        await on.until(lambda: len(on.posted(CHANNEL)) == 2, what="the answer to the follow-up")
        assert {at for at, _, _ in on.relay.messages()} == {thread}

    play(story)


def test_three_people_sign_one_is_refused_and_every_card_moves(play: Play) -> None:
    async def story(on: Playground, pass_: Pass) -> None:
        await on.installs()
        await submit(on)
        for approver in (BO, CY, DI):
            chat = await on.chat(approver)
            await on.until(lambda at=chat: "Review and sign" in _titles(on, at), what=f"the request to {approver}")
        await on.until(lambda: on.posted(CHANNEL), what="the card in the channel")

        stranger = await on.chat(STRANGER)
        await on.writes(STRANGER, "approve beam launch")
        await on.until(lambda: on.posted(stranger), what="the refusal of somebody who is not linked")
        assert "approved" not in on.said(stranger)
        ed = await on.chat(ED)
        await on.writes(ED, "approve beam launch")
        await on.until(lambda: "can sign" in on.said(ed), what="the refusal of somebody without the role")

        assert "approved as Model risk owner" in await sign(on, CY)
        pass_(10)
        await on.until(lambda: "Cy Park" in on.said(CHANNEL), what="the card in the channel moved")
        assert "approved as Model risk owner" in await sign(on, DI)
        assert "The gate passed" in await sign(on, BO)
        pass_(10)
        await on.until(lambda: "The gate passed" in on.said(CHANNEL), what="the decision in the channel")
        await on.until(lambda: "The gate passed" in on.said(PERSONAL), what="the decision for the one who asked")

    play(story)


def test_a_hold_stops_the_gate_until_it_is_released(play: Play) -> None:
    async def story(on: Playground, _: Pass) -> None:
        await submit(on)
        cy = await on.chat(CY)
        await on.until(lambda: "Review and sign" in _titles(on, cy), what="the request to the risk owner")
        await on.writes(CY, "hold beam launch the load test used last month's data")
        await on.until(lambda: "last month's data" in on.said(cy), what="the hold")
        await on.says(PERSONAL, "what is blocking the launch of beam?")
        await on.until(lambda: "last month's data" in on.said(PERSONAL), what="the hold among the blockers")
        before = len(on.posted(cy))
        await on.writes(CY, "lift beam launch")
        await on.until(lambda: len(on.posted(cy)) > before, what="the end of the hold")
        assert "lifted the hold" in on.said(cy)

    play(story)


def test_the_message_box_finds_gates_within_what_one_may_know(play: Play) -> None:
    async def story(on: Playground, _: Pass) -> None:
        found = (await on.searches(ADA, "beam", what="gates"))["composeExtension"]
        assert "beam" in str(found["attachments"][0]["preview"])

    play(story)


async def submit(on: Playground) -> None:
    """The ML lead submits the gate from her personal chat."""
    await on.says(PERSONAL, "submit beam launch")
    await on.until(lambda: "Open" in _titles(on, PERSONAL), what="the way to the form")
    await on.presses(ADA, "Open")
    await on.until(lambda: "Ask for sign-off" in _titles(on, PERSONAL), what="the form in the place of the card")
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


def _titles(on: Playground, place: str) -> set[str]:
    return {str(action.get("title")) for _, action in on.actions(place)}
