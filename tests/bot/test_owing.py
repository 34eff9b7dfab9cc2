"""What is waiting for somebody: not only criteria, also what he owes a gate by a day, an answer, or another look."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.front_door import House
from tests.bot.signing import LIGHTHOUSE, Talk, talk, words


def test_a_question_on_my_request_waits_for_me_until_it_is_answered(at_desk: Talk) -> None:
    at_desk.says("ada.moss", "submit beam launch", comment="")
    at_desk.says("cy.park", "question beam launch was the cache warm?")
    waiting = words(at_desk.says("ada.moss", "queue"))
    assert "beam · launch: question 1: was the cache warm? (since Fri 20 Nov · answer beam launch 1)" in waiting
    at_desk.says("ada.moss", "answer beam launch 1 no, it was cold")
    assert "cache" not in words(at_desk.says("ada.moss", "queue"))


def test_a_condition_and_the_review_of_an_override_wait_for_whoever_owes_them_with_their_day(at_desk: Talk) -> None:
    at_desk.says("ada.moss", "submit beam launch", comment="")
    at_desk.signs("cy.park", decision="conditions", condition="drill", by="2026-11-27", owner="ada.moss")
    assert "condition c1: drill (by Fri 27 Nov · done beam launch c1)" in words(at_desk.says("ada.moss", "queue"))
    at_desk.says("ada.moss", "done beam launch c1 drilled")
    assert "drill" not in words(at_desk.says("ada.moss", "queue"))
    over = at_desk.says("bo.lind", "override beam launch until 2026-11-22 the old lamp is failing")
    assert not over.refused, words(over)
    owners = [
        who for who in ("cy.park", "di.roth", "bo.lind") if "review the override" in words(at_desk.says(who, "queue"))
    ]
    assert len(owners) == 1


def test_a_signature_that_lapsed_waits_for_its_signer_alone(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House.build(tmp_path, models, monkeypatch)
    house.write(LIGHTHOUSE)
    house.sync()
    with talk() as at_desk:
        at_desk.says("ada.moss", "submit beam launch", comment="")
        at_desk.signs("cy.park")
        house.write({"projects/beam/runbook.md": "# Runbook\n\n## Rollback\n\nDo not switch the lamp.\n"})
        house.sync()
        mine = words(at_desk.says("cy.park", "queue"))
        assert "lapsed" in mine
        assert "your signature" not in words(at_desk.says("di.roth", "queue"))


def test_ones_own_page_has_what_waits_and_the_projects_one_has_a_part_in(at_desk: Talk) -> None:
    page = words(at_desk.says("bo.lind", "home"))
    assert "Your projects" in page
    assert "Beam forecast: Launch is collecting, due Fri 4 Dec (owner, Sponsor)" in page
    assert "Fog" not in page
    assert "[beam]" in page
    assert "Trial" in words(at_desk.says("cy.park", "home"))
    assert "who you are" in words(at_desk.says(None, "home"))
