"""Whole conversations on Slack: asked, followed up, submitted, walked through, signed, refused, held, updated."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest

from tests.bot.front_door import House
from tests.bot.signing import LIGHTHOUSE
from tests.bot.slack.lighthouse import BEAM, OPEN, STRANGER, VENDOR, Lighthouse, lighthouse_at_work
from tests.stand_ins.slack.people import labels
from tests.stand_ins.slack.workspace import BOT


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    with pytest.MonkeyPatch.context() as patched:
        house = House.build(tmp_path_factory.mktemp("lighthouse-slack"), models, patched)
        house.write(LIGHTHOUSE)
        house.sync()
    return house.home


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    copied = tmp_path / "home"
    shutil.copytree(built, copied, symlinks=True)
    return copied


Story = Callable[[Lighthouse], Coroutine[None, None, None]]


def play(home: Path, story: Story, *, socket: bool = False, **settings: object) -> None:
    async def run() -> None:
        async with lighthouse_at_work(home, socket=socket, **settings) as here:
            await story(here)
            assert [r for r in here.slack.refusals if r[0] != "assistant.threads.setStatus"] == []

    asyncio.run(run())


def test_a_question_is_answered_in_its_thread_and_followed_up_without_a_mention(home: Path, by_socket: bool) -> None:
    async def story(here: Lighthouse) -> None:
        ts = await here.client.says("UADA", BEAM, f"<@{BOT}> what is blocking the launch of beam?")
        await here.until(lambda: "Risk owner signs" in here.said(BEAM), what="the answer")
        (answer,) = here.slack.posted(BEAM)
        assert answer["thread_ts"] == ts
        assert answer["metadata"]["event_payload"]["key"].endswith("/answer")
        await here.client.says("UBO", BEAM, "who owns it?", thread=ts)
        await here.until(lambda: len(here.slack.posted(BEAM)) == 2, what="the follow-up")
        assert "Bo Lind" in here.said(BEAM)
        await here.client.says("UBO", BEAM, "just talking among ourselves")
        await here.client.echoes()
        assert len(here.slack.posted(BEAM)) == 2

    play(home, story, socket=by_socket)


def test_where_outsiders_read_nothing_is_told_and_the_way_out_is(home: Path) -> None:
    async def story(here: Lighthouse) -> None:
        await here.client.says("UADA", VENDOR, f"<@{BOT}> status of beam?")
        await here.until(lambda: here.slack.posted(VENDOR), what="the refusal")
        assert "People of another organisation read here" in here.said(VENDOR)
        assert "direct message" in here.said(VENDOR)
        assert "beam" not in here.said(VENDOR).lower()

    play(home, story)


def test_a_gate_is_submitted_walked_through_and_signed_and_every_card_moves(home: Path, by_socket: bool) -> None:
    async def story(here: Lighthouse) -> None:
        client = here.client
        await client.orders("UADA", BEAM, "/gate", "submit beam launch")
        await opened(here, "UADA")
        sent = await client.submits("UADA", {})
        assert "Launch is submitted" in here.screen("UADA"), sent
        await here.until(lambda: "Review and sign" in here.alone("UCY"), what="the request to the risk owner")
        await here.until(lambda: any("Review and sign" in labels(m) for m in here.slack.posted(BEAM)), what="the card")
        await sign(here, "UCY", "DUCY")
        assert "approved as Model risk owner" in here.screen("UCY")
        here.pass_(10)
        await here.until(lambda: "Cy Park" in str(here.card(BEAM, "Review and sign")["blocks"]), what="card moved")
        edited = here.card(BEAM, "Review and sign")
        assert "edited" in edited
        await sign(here, "UBO", BEAM)
        assert "The gate passed" in here.screen("UBO")
        here.pass_(10)
        await here.until(lambda: "The gate passed" in here.said(BEAM), what="the decision in the channel")

    play(home, story, socket=by_socket)


def test_refusals_reach_whoever_is_refused_and_nobody_else(home: Path) -> None:
    async def story(here: Lighthouse) -> None:
        await here.client.orders(STRANGER, OPEN, "/gate", "hold beam launch no reason")
        await here.until(lambda: here.alone(STRANGER), what="the refusal of a stranger")
        assert "gatehouse link confirm" in here.alone(STRANGER) or "not linked" in here.alone(STRANGER)
        await here.client.orders("UADA", BEAM, "/gate", "hold beam launch until 2026-11-27 drift")
        await here.until(
            lambda: "Risk owner" in here.alone("UADA") or "risk owner" in here.alone("UADA"), what="who could"
        )
        assert here.slack.posted(OPEN) == []
        assert here.slack.posted(BEAM) == []

    play(home, story)


def test_somebody_unknown_is_sent_the_way_to_confirm_his_account_for_himself_alone(home: Path) -> None:
    async def story(here: Lighthouse) -> None:
        await here.client.says(STRANGER, OPEN, f"<@{BOT}> link")
        way = "https://gates.example/link/"
        await here.until(lambda: way in str(here.slack.posted(f"D{STRANGER}")), what="the way in")
        assert "do not know who you are" in here.said(OPEN)
        assert "/link/" not in str(here.slack.posted(OPEN))
        await here.client.says("UCY", OPEN, f"<@{BOT}> link")
        await here.until(lambda: "You are known as Cy Park" in here.said(OPEN), what="who he is")

    play(home, story, sign_in="oidc", public_url="https://gates.example")


def test_a_hold_is_told_where_it_matters(home: Path) -> None:
    async def story(here: Lighthouse) -> None:
        await here.client.orders("UCY", OPEN, "/gate", "hold beam launch until 2026-11-27 drift on the lamp")
        await here.until(lambda: "drift on the lamp" in here.said(BEAM), what="the hold in the channel")
        await here.until(lambda: "drift on the lamp" in here.alone("UADA"), what="the hold to the gate's owner")
        await here.until(lambda: "held the gate" in here.alone("UCY"), what="the receipt")

    play(home, story)


def test_a_button_of_yesterday_is_answered_with_the_reason(home: Path) -> None:
    async def story(here: Lighthouse) -> None:
        await here.client.says("UADA", BEAM, f"<@{BOT}> submit beam launch")
        await here.until(lambda: offered(here, BEAM) or offered(here, "DUADA"), what="a way in")
        place = BEAM if offered(here, BEAM) else "DUADA"
        message, element = here.client.button(place, "Open")
        payload = here.client.press_payload("UADA", place, message, {**element, "value": "no such token"})
        await here.client.sender.send("interactive", payload)
        await here.until(lambda: "Ask again to get a new one" in here.alone("UADA"), what="the reason")

    play(home, story)


async def opened(here: Lighthouse, user: str) -> None:
    """The window is there; where the machine was too slow for Slack's limit, by way of the button sent instead."""

    def shown() -> bool:
        return user in {view.user for view in here.slack.views.values()}

    for _ in range(20):
        await here.until(lambda: shown() or offered(here, f"D{user}"), what="the walk-through")
        if shown():
            return
        await here.client.presses(user, f"D{user}", "Open")


def offered(here: Lighthouse, channel: str) -> bool:
    """Whether a button to open a window stands there (the word alone may be anything's)."""
    return any("Open" in labels(message) for message in here.slack.posted(channel))


async def sign(here: Lighthouse, user: str, place: str) -> None:
    """Walks through everything and approves."""
    await here.client.presses(user, place, "Review and sign")
    await opened(here, user)
    for _ in range(20):
        names = {
            block["block_id"].partition(":")[2]
            for block in here.client.view_of(user)["blocks"]
            if block["type"] == "input"
        }
        last = "decision" in names
        await here.client.submits(
            user, {"decision": "approve"} if last else {"verdict": "confirm"} if "verdict" in names else {}
        )
        if last:
            return
    raise AssertionError("the walk-through has no end")
