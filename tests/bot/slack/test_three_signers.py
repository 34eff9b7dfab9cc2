"""On Slack: a criterion is waived, three people of three roles sign, and what was said in a channel is recorded."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.bot.front_door import House
from tests.bot.signing import LIGHTHOUSE
from tests.bot.slack.lighthouse import BEAM, OPEN, Lighthouse
from tests.bot.slack.test_conversation import opened, play, sign
from tests.stand_ins.slack.people import labels, read_aloud
from tests.stand_ins.slack.workspace import BOT

PROJECT = LIGHTHOUSE["projects/beam/project.yaml"]
STEWARD = (
    "      - {id: sign-data, kind: approval, title: Data steward signs, role: data_steward, quorum: 1, signed: []}\n"
)
THREE = {
    **LIGHTHOUSE,
    "projects/beam/project.yaml": PROJECT.replace("roles: {", "roles: {data_steward: [ed.vale], ") + STEWARD,
    "projects/beam/loadtest.json": '{\n  "date": "2026-11-16",\n  "p95_ms": 260\n}\n',
}


@pytest.fixture(scope="module")
def built_three(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    with pytest.MonkeyPatch.context() as patched:
        house = House.build(tmp_path_factory.mktemp("three-signers"), models, patched)
        house.write(THREE)
        house.sync()
    return house.home


@pytest.fixture
def home(built_three: Path, tmp_path: Path) -> Path:
    copied = tmp_path / "home"
    shutil.copytree(built_three, copied, symlinks=True)
    return copied


def test_a_gate_with_a_waived_criterion_is_signed_by_three_people_and_its_card_counts_them(home: Path) -> None:
    async def story(here: Lighthouse) -> None:
        client = here.client
        await client.orders("UADA", BEAM, "/gate", "submit beam launch")
        await here.until(lambda: "Not submitted: 1 of 2 criteria are not met" in here.alone("UADA"), what="what lacks")
        await client.orders("UBO", BEAM, "/gate", "waive beam launch latency until 2026-12-04 the new lamp is faster")
        await here.until(lambda: "waived latency" in here.alone("UBO"), what="the waiver")
        await client.orders("UADA", BEAM, "/gate", "submit beam launch")
        await opened(here, "UADA")
        await client.submits("UADA", {})
        assert "Launch is submitted" in here.screen("UADA")
        await signed_by(here, "UCY", "DUCY", then="1 of 3 approvals")
        await signed_by(here, "UED", BEAM, then="2 of 3 approvals")
        await signed_by(here, "UBO", BEAM, then="3 of 3 approvals")
        assert "The gate passed, signed by Cy Park, Ed Vale, Bo Lind, without latency (waived)" in here.screen("UBO")
        await here.until(lambda: "Launch · passed" in here.said(BEAM), what="the decision in the channel")

    play(home, story)


async def signed_by(here: Lighthouse, user: str, place: str, *, then: str) -> None:
    """Somebody walks through and approves; the card in the channel comes to say `then`."""
    await here.until(lambda: any("Review and sign" in labels(m) for m in here.slack.posted(place)), what="a way in")
    await sign(here, user, place)
    here.pass_(10)
    await here.until(lambda: then in here.said(BEAM), what=f"the card: {then}")


def test_what_was_said_in_a_channel_is_recorded_by_a_shortcut_with_a_way_back_to_it(home: Path) -> None:
    async def story(here: Lighthouse) -> None:
        ts = await here.client.says("UADA", BEAM, "we ship on Friday, whatever the weather")
        await here.client.shortcut("UADA", "record_decision", channel=BEAM, ts=ts)
        await opened(here, "UADA")
        await here.client.submits("UADA", {"project": "beam"})
        assert "recorded a decision: we ship on Friday, whatever the weather" in here.screen("UADA")
        await here.client.says("UBO", BEAM, f"<@{BOT}> history beam launch")
        await here.until(lambda: f"p{ts.replace('.', '')}" in here.said(BEAM), what="the permalink in the history")

    play(home, story)


def test_the_app_home_has_what_waits_and_ones_own_projects(home: Path) -> None:
    async def story(here: Lighthouse) -> None:
        await here.client.opens_home("UBO")
        await here.until(lambda: "UBO" in here.slack.homes, what="the App Home")
        shown = read_aloud(here.slack.homes["UBO"]["blocks"])
        assert "waiting for" in shown
        assert "Your projects" in shown
        assert "Beam forecast: Launch is collecting, due Fri 4 Dec" in shown
        assert here.slack.posted(OPEN) == []

    play(home, story)
