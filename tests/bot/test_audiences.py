"""Who is told what: an answer uses only what everyone who reads along may read."""

from __future__ import annotations

import pytest

from bot.audience import AudienceError, audience_of
from bot.intake.records import programme_of
from gates.model import Programme
from tests.bot.front_door import House
from tests.bot.programmes import PROGRAMME

CLAIM = "how much was the Morwenna claim settled for?"
RIG = "what does the zephyrine camera rig cost?"
SECRETS = (
    "morwenna", "48,250", "zephyrine", "91,400", "settlement.md", "quay-scan/", "container scan", "legal/",
)  # fmt: skip


def test_a_person_is_told_what_that_person_may_read(harbour: House) -> None:
    assert harbour.ask(CLAIM, "--as", "Lea Marin")["values"] == ["48,250 EUR"]
    assert harbour.ask(CLAIM, "--as", "ana.reis")["abstained"]


def test_a_channel_is_told_only_what_all_its_members_may_read(harbour: House) -> None:
    assert harbour.ask(CLAIM, "--in", "#counsel")["values"] == ["48,250 EUR"]
    assert harbour.ask(CLAIM, "--in", "#berth")["abstained"]  # Lea may, Ana may not
    assert harbour.ask(CLAIM, "--in", "#harbour")["abstained"]


def test_who_asks_in_a_channel_does_not_widen_what_it_is_told(harbour: House) -> None:
    assert harbour.ask(CLAIM, "--as", "lea.marin", "--in", "#berth")["abstained"]


@pytest.mark.parametrize("question", [
    CLAIM, RIG, "status of quay-scan", "status of zephyrine", "who owns the container scan?",
    "which gates are blocked?", "list all projects", "which projects are there?", "who is lea marin?",
    "what does lea marin own?",
    "what is waiting for lea marin?", "when is the discovery gate of quay-scan due?", "which documents are there?",
    "tell me about settlements", "which gates are due?", "what's blocking quay-scan?", "how many gates are there?",
    "what is Morvenna?", "who owns the zefyrine scan?", "which folders are for legal?",
    "who may read projects/quay-scan?", "what are the readers of the legal path?",
])  # fmt: skip
def test_nothing_restricted_appears_in_a_public_answer(harbour: House, question: str) -> None:
    told = harbour.ask(question)
    said = {key: value for key, value in told.items() if key != "question"}
    for secret in SECRETS:
        if secret not in question.casefold():
            assert secret not in str(said).casefold()
    for part in (told["citations"], told["facts"], told["values"]):
        assert not [secret for secret in SECRETS if secret in str(part).casefold()]


def test_a_restricted_question_reads_like_one_about_nothing_at_all(harbour: House) -> None:
    real, made_up = harbour.ask(CLAIM), harbour.ask(CLAIM.replace("Morwenna", "Tressilian"))
    assert real["why"].replace("Morwenna", "X") == made_up["why"].replace("Tressilian", "X")
    assert real["facts"] == made_up["facts"] == []


@pytest.mark.parametrize("words", [("gate", "list"), ("gate", "list", "--json"), ("gate", "status", "ferry-eta")])
def test_the_gate_commands_obey_the_audience(harbour: House, words: tuple[str, ...]) -> None:
    assert "quay" not in harbour.run(*words).out
    assert "ferry" in harbour.run(*words).out


@pytest.mark.parametrize("words", [("gate", "status", "ferry-eta"), ("gate", "blockers", "ferry-eta")])
def test_the_gate_commands_list_the_sources_they_number(harbour: House, words: tuple[str, ...]) -> None:
    shown = harbour.run(*words).out
    assert "ms [2]" in shown
    assert "[2] projects/ferry-eta/loadtest.json" in shown


def test_a_project_one_may_not_know_of_is_unknown_like_any_other(harbour: House) -> None:
    hidden, made_up = harbour.run("gate", "status", "quay-scan"), harbour.run("gate", "status", "nothing")
    assert hidden.code == made_up.code == 2
    assert hidden.err.replace("quay-scan", "nothing") == made_up.err
    assert harbour.run("gate", "status", "quay-scan", "--as", "lea.marin").code == 0


@pytest.mark.parametrize(("option", "wrong", "near"), [
    ("--as", "anna.reis", "ana.reis"), ("--in", "#harbor", "#harbour"), ("--in", "berth ", None),
    ("--as", "", "ana.reis"), ("--as", "@", "ana.reis"), ("--in", "", "#harbour"), ("--in", "#", "#harbour"),
])  # fmt: skip
def test_an_unknown_audience_is_refused_with_the_nearest_name(
    harbour: House, option: str, wrong: str, near: str | None
) -> None:
    ran = harbour.run("ask", "status of ferry-eta?", option, wrong)
    assert ran.code == (2 if near else 0)
    assert "Traceback" not in ran.err
    if near:
        assert near in ran.err
        assert ran.out == ""


def test_nobody_is_known_without_a_programme(house: House) -> None:
    ran = house.run("ask", "x", "--as", "ana.reis")
    assert ran.code == 2
    assert "programme.yaml" in ran.err


def test_a_public_channel_is_read_by_everybody_of_the_programme() -> None:
    audience = audience_of(_programme(), person=None, place="#harbour")
    assert len(audience.readers) == 4


def test_a_private_channel_without_members_is_refused() -> None:
    text = PROGRAMME.replace("members: [lea.marin]", "members: []")
    with pytest.raises(AudienceError, match="no members"):
        audience_of(_programme(text), person=None, place="#counsel")


def test_a_channel_with_a_member_nobody_knows_is_a_broken_programme() -> None:
    found = programme_of(PROGRAMME.replace("members: [lea.marin]", "members: [ghost]"), file="programme.yaml")
    assert not isinstance(found, Programme)


def _programme(text: str = PROGRAMME) -> Programme:
    found = programme_of(text, file="programme.yaml")
    assert isinstance(found, Programme)
    return found
