"""Digests in the conversation: shown, set, snoozed, explained, and reminders asked for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.chat import Buttons, Picture, Reply
from tests.bot.front_door import House
from tests.bot.signing import LIGHTHOUSE, Talk, talk, words

RISK = "beam/launch/sign-risk"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, models: Path) -> House:
    with pytest.MonkeyPatch.context() as patched:
        house = House.build(tmp_path_factory.mktemp("digest"), models, patched)
        house.write(LIGHTHOUSE)
        house.sync()
    return house


@pytest.fixture
def at_desk(built: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Talk]:
    home = tmp_path / "home"
    shutil.copytree(built.home, home, symlinks=True)
    House(home, built.docs).move_in(monkeypatch)
    with talk() as conversation:
        yield conversation


def submitted(at_desk: Talk) -> Talk:
    assert not at_desk.says("ada.moss", "submit beam launch", comment="").refused
    return at_desk


def test_a_digest_is_shown_with_what_its_reader_can_move_first(at_desk: Talk) -> None:
    told = submitted(at_desk).says("cy.park", "digest")
    said = words(told)
    assert "For you" in said
    assert "beam: Launch waits for Cy Park or Di Roth as Model risk owner" in said
    assert isinstance(told.answer, Reply)
    assert any(isinstance(part, Picture) for part in told.answer.parts)


def test_when_and_how_it_comes_is_set_in_words_and_shown(at_desk: Talk) -> None:
    for said in ("digest at 07:45", "digest weekly", "digest days tue,thu", "digest quiet 19:00-08:00",
                 "digest mute spend", "digest pause until 2026-12-01", "digest zone Asia/Tokyo"):  # fmt: skip
        assert not at_desk.says("ed.vale", said).refused
    said = words(at_desk.says("ed.vale", "digest settings"))
    for shown in ("once a week at 07:45 (Asia/Tokyo)", "Tue, Thu", "19:00-08:00", "Tue 1 Dec", "spend"):
        assert shown in said


@pytest.mark.parametrize("said", ["at 25:00", "mute nonsense", "zone Mars/Base", "days someday", "frobnicate"])
def test_what_cannot_be_set_is_refused_with_what_to_write(at_desk: Talk, said: str) -> None:
    assert at_desk.says("ed.vale", f"digest {said}").refused


def test_a_snoozed_matter_is_silent_in_digests_and_reminders(at_desk: Talk) -> None:
    submitted(at_desk)
    assert "silent for you until Mon 23 Nov" in words(at_desk.says("cy.park", f"snooze {RISK} until monday"))
    assert "Model risk owner" not in words(at_desk.says("cy.park", "digest"))
    assert words(at_desk.says("ed.vale", f"remind {RISK}")).startswith("Di Roth is reminded")


def test_a_reminder_goes_to_whoever_can_move_it_once_a_day(at_desk: Talk) -> None:
    submitted(at_desk)
    assert "Cy Park and Di Roth are reminded" in words(at_desk.says("ed.vale", f"remind {RISK}"))
    assert at_desk.says("ed.vale", f"remind {RISK}").refused


def test_why_a_line_is_there_is_answered(at_desk: Talk) -> None:
    submitted(at_desk)
    assert "sign-off was asked for and this seat is empty" in words(at_desk.says("ed.vale", f"digest why {RISK}"))
    assert at_desk.says("ed.vale", "digest why fog/trial/nothing").refused


def test_what_can_be_done_about_a_line_stands_beside_why_it_is_there(at_desk: Talk) -> None:
    answer = submitted(at_desk).says("cy.park", f"digest why {RISK}").answer
    assert isinstance(answer, Reply)
    orders = [button.command for part in answer.parts if isinstance(part, Buttons) for button in part.buttons]
    assert orders == [
        "show beam launch", f"snooze {RISK}", f"remind {RISK}", "delegate beam launch", "digest mute waiting",
    ]  # fmt: skip
    assert not at_desk.says("cy.park", "digest mute waiting").refused
    assert "Waiting for sign-off" not in words(at_desk.says("cy.park", "digest"))


def test_the_digest_offers_to_say_why_its_first_line_is_there(at_desk: Talk) -> None:
    answer = submitted(at_desk).says("cy.park", "digest").answer
    assert isinstance(answer, Reply)
    asked = [b.command for part in answer.parts if isinstance(part, Buttons) for b in part.buttons if "Why" in b.label]
    assert [at_desk.says("cy.park", order).refused for order in asked] == [False]


def test_a_channel_is_set_by_whoever_manages_its_project(at_desk: Talk) -> None:
    assert "The digest of #beam" in words(at_desk.says("ed.vale", "digest for #beam at 09:00"))
    assert at_desk.says("di.roth", "digest for #beam at 09:00").refused
