"""Delegation as people live it: one gate or a whole project, shown where the gate is shown, under the same rules."""

from __future__ import annotations

from tests.bot.signing import Talk, told, words


def test_a_delegation_stands_on_the_gate_until_it_ends(at_desk: Talk) -> None:
    at_desk.says("ada.moss", "submit beam launch", comment="")
    at_desk.says("cy.park", "delegate beam launch di.roth until 2026-11-27")
    assert "Di Roth signs for Cy Park until Fri 27 Nov (as Model risk owner)" in words(
        at_desk.says("ada.moss", "show beam launch")
    )
    at_desk.says("cy.park", "undelegate beam launch")
    assert "signs for" not in words(at_desk.says("ada.moss", "show beam launch"))


def test_all_gates_of_a_project_are_delegated_and_taken_back_by_one_order(at_desk: Talk) -> None:
    done = at_desk.says("cy.park", "delegate beam all di.roth until 2026-11-27")
    assert not done.refused
    assert "Launch: Cy Park lets Di Roth sign as Model risk owner until Fri 27 Nov." in words(done)
    assert "di.roth" in told(done)
    assert "Di Roth signs for Cy Park" in words(at_desk.says("ada.moss", "show beam launch"))
    ended = at_desk.says("cy.park", "undelegate beam all")
    assert "Launch: Cy Park ended delegation d1." in words(ended)
    assert at_desk.says("cy.park", "undelegate beam all").refused


def test_the_rules_hold_at_every_gate(at_desk: Talk) -> None:
    himself = at_desk.says("cy.park", "delegate beam all cy.park until 2026-11-27")
    assert himself.refused
    assert "Launch, not counted: You cannot delegate to yourself." in words(himself)
    nobody = at_desk.says("ed.vale", "delegate beam all di.roth until 2026-11-27")
    assert nobody.refused
    assert "nothing to delegate" in words(nobody)


def test_one_press_for_all_gates_counts_once(at_desk: Talk) -> None:
    first = at_desk.says("cy.park", "delegate beam all di.roth until 2026-11-27", key="one press")
    again = at_desk.says("cy.park", "delegate beam all di.roth until 2026-11-27", key="one press")
    assert words(first) == words(again)
    assert words(at_desk.says("cy.park", "history beam launch")).count("lets Di Roth sign") == 1
