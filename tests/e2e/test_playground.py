"""Conversations of Teams against Microsoft's Agents Playground, headless: people, cards, a channel and its threads."""

from __future__ import annotations

import pytest

from tests.bot.conformance.teams import read_aloud
from tests.e2e.conftest import Pass, Play
from tests.e2e.playground import CHANNEL, GROUP, PERSONAL, Playground
from tests.e2e.signing import ADA, BO, CY, DI, ED, STRANGER, sign, submit, titles

pytestmark = pytest.mark.e2e


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
            await on.until(lambda at=chat: "Review and sign" in titles(on, at), what=f"the request to {approver}")
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
        await on.until(lambda: "Review and sign" in titles(on, cy), what="the request to the risk owner")
        await on.writes(CY, "hold beam launch the load test used last month's data")
        await on.until(lambda: "last month's data" in on.said(cy), what="the hold")
        await on.says(PERSONAL, "what is blocking the launch of beam?")
        await on.until(lambda: "last month's data" in on.said(PERSONAL), what="the hold among the blockers")
        before = len(on.posted(cy))
        await on.writes(CY, "lift beam launch")
        await on.until(lambda: len(on.posted(cy)) > before, what="the end of the hold")
        assert "lifted the hold" in on.said(cy)

    play(story)


def test_the_message_box_finds_gates_and_documents_within_what_one_may_know(play: Play) -> None:
    async def story(on: Playground, _: Pass) -> None:
        found = (await on.searches(ADA, "beam", what="gates"))["composeExtension"]
        assert "beam" in str(found["attachments"][0]["preview"])
        found = (await on.searches(ADA, "switch the lamp", what="documents"))["composeExtension"]
        assert "runbook.md" in str(found["attachments"][0]["preview"])

    play(story)
