"""A free question what changed since a signature is answered from the ledger, for those who read the answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.chat import Ask
from bot.conversation.asking import answer_question
from bot.conversation.ledger_since import asks_since_signed
from bot.conversation.names import Names, name
from tests.bot.front_door import House
from tests.bot.signing import LIGHTHOUSE, Talk, talk
from tests.bot.test_changed import NEW, OLD, RESTRICTED, RUNBOOK, SECRET

QUESTION = "what changed since I signed?"


def asked(at_desk: Talk, text: str, who: str | None, place: str | None = None) -> str:
    told = answer_question(Ask(text, f"{who} {place} {text}", who, place), at_desk.conversing.rooms)
    return told.text


def built(tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str]) -> House:
    house = House.build(tmp_path, models, monkeypatch)
    house.write(files)
    house.sync()
    return house


@pytest.fixture
def house(tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    return built(tmp_path, models, monkeypatch, LIGHTHOUSE)


def test_the_signer_is_told_what_changed_and_who_came_after(house: House) -> None:
    with talk() as at_desk:
        assert "You have signed no gate" in asked(at_desk, QUESTION, "cy.park")
        at_desk.says("ada.moss", "submit beam launch", comment="")
        at_desk.signs("cy.park")
        assert "No evidence has changed." in asked(at_desk, QUESTION, "cy.park")
        at_desk.says("bo.lind", "hold beam launch the budget is not agreed")
        house.write({RUNBOOK: NEW})
        house.sync()
        said = asked(at_desk, QUESTION, "cy.park")
        assert "beam · Launch: since you signed on Fri 20 Nov" in said
        assert "Runbook (runbook.md was changed)" in said
        assert "Bo Lind holds the gate (the budget is not agreed)" in said
        assert "Runbook (runbook.md was changed)" in asked(at_desk, "what changed at beam since Cy signed?", "ada.moss")
        assert "not signed that gate" in asked(at_desk, "what is new at beam since I signed?", "di.roth")
        assert "do not know who you are" in asked(at_desk, QUESTION, None)


def test_what_not_everyone_in_the_place_may_read_is_not_told_there(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = built(tmp_path, models, monkeypatch, RESTRICTED)
    with talk() as at_desk:
        at_desk.says("ada.moss", "submit beam launch", comment="")
        at_desk.signs("cy.park")
        before = asked(at_desk, QUESTION, "cy.park", "#beam")
        house.write({SECRET: NEW if RESTRICTED[SECRET] == OLD else OLD})
        house.sync()
        assert asked(at_desk, QUESTION, "cy.park", "#beam") == before
        assert "unbook" not in before
        assert "Runbook (runbook.md was changed)" in asked(at_desk, QUESTION, "cy.park")


NAMES = Names([name("beam", "project", "beam"), name("Cy Park", "person", "cy.park")])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("what changed since I signed?", True),
        ("has anything changed at beam since my signature?", True),
        ("what's new since Cy Park approved?", True),
        ("what changed since I signed the contract?", False),
        ("who signed since Friday?", False),
        ("what changed since last week?", False),
    ],
)
def test_the_question_is_known_by_all_of_its_words(text: str, meant: bool) -> None:
    assert (asks_since_signed(text, NAMES) is not None) is meant
