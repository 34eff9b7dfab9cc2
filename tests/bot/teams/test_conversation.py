"""Whole conversations on Teams: asked, submitted, walked through, signed, refused, every card moved."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.bot.conformance.teams import broken, nodes, read_aloud
from tests.bot.front_door import House
from tests.bot.signing import LIGHTHOUSE
from tests.bot.teams.lighthouse import CHANNEL, GROUP, STRANGER, VENDOR, Lighthouse, lighthouse_at_work
from tests.stand_ins.teams.service import TEAM, TENANT, card_of


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    with pytest.MonkeyPatch.context() as patched:
        house = House.build(tmp_path_factory.mktemp("lighthouse-teams"), models, patched)
        house.write({name: text.replace("id: C1", f'id: "{CHANNEL}"') for name, text in LIGHTHOUSE.items()})
        house.write({"projects/beam/risk/failures.md": "# Failures\n\nWhat must be redone when the lamp fails.\n"})
        house.sync()
    return house.home


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    copied = tmp_path / "home"
    shutil.copytree(built, copied, symlinks=True)
    return copied


Story = Callable[[Lighthouse], Coroutine[None, None, None]]


def play(home: Path, story: Story) -> None:
    async def run() -> None:
        async with lighthouse_at_work(home) as here:
            await story(here)
            assert here.teams.refused == []

    asyncio.run(run())


def test_a_question_in_a_chat_is_answered_for_its_readers(home: Path) -> None:
    async def story(here: Lighthouse) -> None:
        await here.client.says("ada.moss", GROUP, "what is blocking the launch of beam?")
        await here.until(lambda: "Risk owner signs" in here.said(GROUP), what="the answer")
        ((_, answer),) = here.posted(GROUP)
        assert answer["summary"]
        await here.client.says("ada.moss", GROUP, "just talking among ourselves", mention=False)
        assert len(here.posted(GROUP)) == 1

    play(home, story)


def test_the_typing_sign_that_stands_in_a_chat_is_not_sent_again(home: Path) -> None:
    async def story(here: Lighthouse) -> None:
        for _ in range(3):
            await here.client.says("ada.moss", GROUP, "who owns beam?")
        await here.until(lambda: len(here.posted(GROUP)) == 3, what="three answers")
        assert len(here.teams.conversations[GROUP].typing) < 3

    play(home, story)


def test_a_question_in_a_channel_is_answered_in_its_thread(home: Path) -> None:
    async def story(here: Lighthouse) -> None:
        await here.client.says("ada.moss", CHANNEL, "help")
        await here.until(lambda: here.posted(CHANNEL), what="the answer")
        ((_, answer),) = here.posted(CHANNEL)
        assert answer["thread"] == "act-1"

    play(home, story)


def test_where_outsiders_may_read_nothing_is_told_and_the_way_out_is(home: Path) -> None:
    async def story(here: Lighthouse) -> None:
        await here.client.says("ada.moss", VENDOR, "status of beam?")
        await here.until(lambda: here.posted(VENDOR), what="the refusal")
        assert "People of another organisation read here" in here.said(VENDOR)
        assert "beam" not in here.said(VENDOR).lower()

    play(home, story)


def test_a_gate_is_submitted_walked_through_and_signed_and_every_card_moves(home: Path) -> None:
    async def story(here: Lighthouse) -> None:
        await here.client.installs(TEAM)
        await here.client.says("ada.moss", "a:ada.moss", "submit beam launch")
        await here.until(lambda: "Open" in here.alone("ada.moss"), what="the way to the form")
        await here.press("ada.moss", "a:ada.moss", "Open")
        await here.until(lambda: "Ask for sign-off" in here.alone("ada.moss"), what="the form")
        shown = await submit(here, "ada.moss")
        assert "Launch is submitted" in shown
        await here.until(lambda: "Review and sign" in here.alone("cy.park"), what="the request to the risk owner")
        assert "approved as Model risk owner" in await sign(here, "cy.park")
        here.pass_(10)
        await here.until(lambda: "Cy Park" in here.said(CHANNEL), what="the card in the channel moved")
        ((id, message),) = [one for one in here.posted(CHANNEL) if "Review and sign" in str(one[1])]
        assert message["thread"] == id
        await here.until(lambda: "Review and sign" in here.alone("bo.lind"), what="the request to the sponsor")
        assert "The gate passed" in await sign(here, "bo.lind")
        here.pass_(10)
        await here.until(lambda: "The gate passed" in here.said(CHANNEL), what="the decision in the channel")

    play(home, story)


def test_a_form_asked_for_in_front_of_others_is_filled_in_in_the_personal_chat(home: Path) -> None:
    async def story(here: Lighthouse) -> None:
        await here.client.says("ada.moss", GROUP, "show beam launch")
        await here.until(lambda: here.posted(GROUP), what="the gate")
        before = here.said(GROUP)
        await here.press("ada.moss", GROUP, "Submit for sign-off")
        await here.until(lambda: "Ask for sign-off" in here.alone("ada.moss"), what="the form in the personal chat")
        assert "Launch is submitted" in await submit(here, "ada.moss")
        assert here.said(GROUP) == before

    play(home, story)


def test_a_client_without_universal_actions_presses_by_a_message(home: Path) -> None:
    async def story(here: Lighthouse) -> None:
        await here.client.says("ada.moss", "a:ada.moss", "submit beam launch")
        await here.until(lambda: "Open" in here.alone("ada.moss"), what="the way to the form")
        id, data = here.card("a:ada.moss", "Open")
        await here.client.submits("ada.moss", "a:ada.moss", id, data)
        await here.until(
            lambda: any("in." in str(one.get("id")) for one in _shown(here, "ada.moss", id)), what="the form in place"
        )

    play(home, story)


def test_refusals_reach_whoever_is_refused_and_nobody_else(home: Path) -> None:
    async def story(here: Lighthouse) -> None:
        await here.client.says(STRANGER, f"a:{STRANGER}", "hold beam launch no reason")
        await here.until(lambda: here.alone(STRANGER), what="the refusal of a stranger")
        assert "not linked" in here.alone(STRANGER) or "gatehouse link confirm" in here.alone(STRANGER)
        assert here.posted(GROUP) == []

    play(home, story)


def test_an_activity_that_is_told_twice_is_answered_once(home: Path) -> None:
    async def story(here: Lighthouse) -> None:
        said = here.client.activity("ada.moss", "a:ada.moss", text="help")
        await asyncio.gather(*(here.client.send(said) for _ in range(4)))
        await here.until(lambda: here.posted("a:ada.moss"), what="the answer")
        await here.client.send(said)
        await asyncio.sleep(0.2)
        assert len(here.posted("a:ada.moss")) == 1

    play(home, story)


def test_an_activity_of_another_tenant_is_dropped_before_it_is_stored(home: Path) -> None:
    async def story(here: Lighthouse) -> None:
        said = here.client.activity("ada.moss", "a:ada.moss", text="status of beam?")
        said["conversation"]["tenantId"] = said["channelData"]["tenant"]["id"] = "another-tenant"
        assert (await here.client.send(said)).status_code == 200
        await asyncio.sleep(0.1)
        assert here.posted("a:ada.moss") == []
        assert TENANT != "another-tenant"

    play(home, story)


def test_gates_are_found_from_the_message_box_within_what_one_may_know(home: Path) -> None:
    async def story(here: Lighthouse) -> None:
        found = (await here.client.searches("ada.moss", "beam")).json()["composeExtension"]
        assert found["type"] == "result"
        assert "beam" in str(found["attachments"][0]["preview"]["content"])
        assert "token" not in str(found)

    play(home, story)


CHOICES = {"in.verdict": "confirm", "in.decision": "approve"}
"""What somebody chooses who finds everything good."""


def test_a_card_before_others_is_drawn_for_each_of_its_readers_signers_first(home: Path) -> None:
    async def story(here: Lighthouse) -> None:
        await here.client.installs(TEAM)
        await here.client.says("ada.moss", "a:ada.moss", "submit beam launch")
        await here.until(lambda: "Open" in here.alone("ada.moss"), what="the way to the form")
        await here.press("ada.moss", "a:ada.moss", "Open")
        await here.until(lambda: "Ask for sign-off" in here.alone("ada.moss"), what="the form")
        await submit(here, "ada.moss")
        await here.until(lambda: here.posted(CHANNEL), what="the card in the channel")
        ((id, message), *_) = here.posted(CHANNEL)
        assert broken(card_of(message)) == []
        refresh = card_of(message)["refresh"]
        signers, others = refresh["userIds"][:3], refresh["userIds"][3:]
        assert signers == ["29:bo.lind", "29:cy.park", "29:di.roth"]
        assert others == ["29:ada.moss", "29:ed.vale"]
        data = refresh["action"]["data"]
        seen = (await here.client.presses("cy.park", CHANNEL, id, data)).json()
        assert seen["type"] == "application/vnd.microsoft.card.adaptive"
        assert "Review and sign" in read_aloud(seen["value"])
        assert "refresh" not in seen["value"]
        for user, asked in ((STRANGER, data), ("ada.moss", {**data, "card": "gate:fog/nothing"})):
            refused = (await here.client.presses(user, CHANNEL, id, asked)).json()
            assert refused["type"] == "application/vnd.microsoft.error"
        token = next(one["data"] for one in nodes(seen["value"]) if one.get("title") == "Review and sign")
        await here.client.presses("cy.park", CHANNEL, id, token)
        await here.until(lambda: "I have looked at these" in here.alone("cy.park"), what="the review, alone")

    play(home, story)


def test_documents_are_found_by_whoever_may_read_them_and_by_nobody_else(home: Path) -> None:
    async def story(here: Lighthouse) -> None:
        found = {user: await documents(here, user, "what must be redone when the lamp fails") for user in SEARCHERS}
        assert "risk" in found["cy.park"]
        assert "risk" not in found["ada.moss"]
        assert "risk" not in found[STRANGER]
        assert "runbook.md" in found["ada.moss"]
        assert "Switch the lamp" not in found["ada.moss"]
        assert "Nothing was found" in await documents(here, "ada.moss", "")

    play(home, story)


SEARCHERS = ("cy.park", "ada.moss", STRANGER)


async def documents(here: Lighthouse, user: str, text: str) -> str:
    """What the message extension shows."""
    answer = await here.client.searches(user, text, what="documents")
    assert answer.status_code == 200
    return str(answer.json()["composeExtension"])


async def submit(here: Lighthouse, user: str) -> str:
    """Sends the form that stands in the personal chat; what is shown there then."""
    form = _form(here, user)
    await here.client.presses(user, f"a:{user}", *form)
    await here.until(lambda: _form(here, user) != form, what="the receipt")
    return here.alone(user)


async def sign(here: Lighthouse, user: str) -> str:
    """The whole walk-through in the personal chat; what is shown there then."""
    await here.press(user, f"a:{user}", "Review and sign")
    for _ in range(12):
        await here.until(lambda: _form(here, user)[0], what="the next step")
        id, data = form = _form(here, user)
        inputs = [one for one in _shown(here, user, id) if str(one.get("type", "")).startswith("Input")]
        typed = {one["id"].removeprefix("in."): CHOICES.get(one["id"], str(one.get("value", ""))) for one in inputs}
        await here.client.presses(user, f"a:{user}", id, data, **typed)
        await here.until(lambda sent=form: _form(here, user) != sent, what="what comes of a step")
        if "decision" in typed:
            return here.alone(user)
    raise AssertionError(f"the walk-through does not end\n{here.transcript()}")


def _form(here: Lighthouse, user: str) -> tuple[str, dict[str, str]]:
    """The newest form in the personal chat, its message and what its button carries; empty where there is none."""
    for id, message in reversed(here.posted(f"a:{user}")):
        for one in nodes(card_of(message)):
            if one.get("type") == "Action.Execute" and one["data"]["gatehouse"] == "send":
                return id, one["data"]
    return "", {}


def _shown(here: Lighthouse, user: str, id: str) -> list[dict[str, Any]]:
    return [one for name, message in here.posted(f"a:{user}") if name == id for one in nodes(card_of(message))]
