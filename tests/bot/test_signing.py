"""Sign-off in the conversation: what each person sees, and who is told, from the request to the receipt."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.chat import Form, Outcome, Post, Refresh
from bot.conversation.commands.running import is_order
from tests.bot.front_door import House
from tests.bot.signing import LIGHTHOUSE, Talk, talk, told, words

SIGNED_IN_THE_FILES = "sponsor, quorum: 1, signed: [{by: bo.lind, on: 2026-11-18}]"


def submitted(at_desk: Talk) -> None:
    assert not at_desk.says("ada.moss", "submit beam launch", comment="").refused


def test_a_gate_is_submitted_walked_through_and_passed_by_two_people(at_desk: Talk) -> None:
    form = at_desk.form("ada.moss", "submit beam launch")
    assert {item.name: item.value for item in form.inputs}["version"] == "v2"
    asked = at_desk.says("ada.moss", form.command, **{item.name: item.value for item in form.inputs})
    assert "Launch is submitted" in words(asked)
    assert set(told(asked)) == {"#beam", "cy.park", "di.roth", "bo.lind", "ed.vale"} - {"ed.vale"}
    first = at_desk.signs("cy.park")
    assert "Cy Park approved as Model risk owner." in words(first)
    last = at_desk.signs("bo.lind", comment="ship it")
    assert "The gate passed, signed by Cy Park, Bo Lind." in words(last)
    assert "Launch is passed" in words(last)
    assert Refresh("gate:beam/launch") in last.sends
    assert "The gate passed" in told(last)["#beam"]


def test_a_signature_that_stands_only_in_the_files_is_explained_once_sign_off_is_asked_for(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, project = House.build(tmp_path, models, monkeypatch), "projects/beam/project.yaml"
    signed = LIGHTHOUSE[project].replace("sponsor, quorum: 1, signed: []", SIGNED_IN_THE_FILES)
    house.write({**LIGHTHOUSE, project: signed})
    house.sync()
    why = "Sponsor signs: 1 signature in project.yaml (Bo Lind) is not of this submission and fills no seat"
    with talk() as at_desk:
        assert "1 of 2 approvals" in words(at_desk.says("ada.moss", "status beam"))
        asked = at_desk.says("ada.moss", "submit beam launch", comment="")
        for told_of_it in (asked, at_desk.says("bo.lind", "status beam"), at_desk.says("bo.lind", "show beam launch")):
            assert f"{why}; sign with: review beam launch" in words(told_of_it)
        at_desk.signs("bo.lind")
        assert "project.yaml" not in words(at_desk.says("bo.lind", "status beam"))


def test_the_walk_through_goes_on_where_it_was_left(at_desk: Talk) -> None:
    submitted(at_desk)
    screen = at_desk.form("cy.park", "review beam launch")
    step = at_desk.form("cy.park", screen.command)
    assert "To judge, 1 of 1 · Runbook" in words_of(step)
    again = at_desk.form("cy.park", "review beam launch")
    assert again.command == step.command
    decision = at_desk.form("cy.park", step.command, verdict="confirm")
    assert decision.command == "decide beam launch"


def words_of(form: Form) -> str:
    from bot.chat import Outcome

    return words(Outcome(form))


def test_no_step_is_confirmed_by_a_form_that_was_sent_as_it_came(at_desk: Talk) -> None:
    submitted(at_desk)
    step = at_desk.form("cy.park", at_desk.form("cy.park", "review beam launch").command)
    again = at_desk.form("cy.park", step.command, **{item.name: item.value for item in step.inputs})
    assert "Choose" in again.errors["verdict"]
    assert at_desk.form("cy.park", "review beam launch").command == step.command


def test_a_step_confirmed_with_a_comment_takes_the_comment_into_the_signature(at_desk: Talk) -> None:
    submitted(at_desk)
    step = at_desk.form("cy.park", at_desk.form("cy.park", "review beam launch").command)
    assert "remark" in at_desk.form("cy.park", step.command, verdict="comment", remark=" ").errors
    decision = at_desk.form("cy.park", step.command, verdict="comment", remark="drilled on Tuesday")
    assert "2 confirmed, 0 flagged" in words_of(decision)
    done = at_desk.says("cy.park", decision.command, decision="approve", comment="")
    assert "Cy Park approved as Model risk owner: runbook: drilled on Tuesday." in words(done)


def test_a_first_reviewer_is_not_told_that_anything_is_unchanged(at_desk: Talk) -> None:
    submitted(at_desk)
    screen = words_of(at_desk.form("cy.park", "review beam launch"))
    assert "1 criterion met by the records:" in screen
    assert "unchanged" not in screen


def test_a_flag_wants_a_remark_and_is_shown_before_the_decision(at_desk: Talk) -> None:
    submitted(at_desk)
    step = at_desk.form("cy.park", at_desk.form("cy.park", "review beam launch").command)
    without = at_desk.form("cy.park", step.command, verdict="flag", remark="")
    assert without.errors == {"remark": "Say what is wrong, so that it can be put right."}
    decision = at_desk.form("cy.park", step.command, verdict="flag", remark="no names in it")
    assert "no names in it" in words_of(decision)


def test_a_flag_stands_in_the_way_of_a_plain_approval_until_it_is_taken_off(at_desk: Talk) -> None:
    submitted(at_desk)
    step = at_desk.form("cy.park", at_desk.form("cy.park", "review beam launch").command)
    decision = at_desk.form("cy.park", step.command, verdict="flag", remark="no names in it")
    again = at_desk.form("cy.park", decision.command, decision="approve", comment="")
    assert again.errors["decision"].startswith("You flagged runbook: approve with a condition")
    [unflag] = [way for way in again.others if way.label == "Confirm runbook after all"]
    cleared = at_desk.form("cy.park", unflag.command)
    assert "2 confirmed, 0 flagged" in words_of(cleared)
    assert not at_desk.says("cy.park", cleared.command, decision="approve", comment="").refused


def test_who_took_no_side_stands_on_the_gate(at_desk: Talk) -> None:
    submitted(at_desk)
    at_desk.says("cy.park", "abstain beam launch I was not there")
    assert "Cy Park abstained as Model risk owner: I was not there" in words(
        at_desk.says("bo.lind", "show beam launch")
    )


def test_a_condition_is_asked_for_only_by_those_who_want_one(at_desk: Talk) -> None:
    submitted(at_desk)
    outcome = at_desk.signs("cy.park", decision="conditions")
    assert isinstance(outcome.answer, Form)
    assert {"condition", "by", "owner"} <= {item.name for item in outcome.answer.inputs}
    done = at_desk.says(
        "cy.park", outcome.answer.command, decision="conditions", condition="drill", by="2026-11-27", owner="ada.moss"
    )
    assert "on condition: drill (by Fri 27 Nov, Ada Moss)" in words(done)
    assert "You owe: drill" in told(done)["ada.moss"]


def test_who_asked_for_the_sign_off_is_refused_and_told_who_can(at_desk: Talk) -> None:
    at_desk.says("bo.lind", "submit beam launch", comment="")
    refused = at_desk.says("bo.lind", "approve beam launch")
    assert refused.refused
    assert "Not counted" in words(refused)
    assert refused.sends == ()


def test_a_rejection_without_a_comment_is_asked_for_one_and_closes_nothing(at_desk: Talk) -> None:
    submitted(at_desk)
    form = at_desk.signs("cy.park", decision="reject").answer
    assert isinstance(form, Form)
    assert "comment" in form.errors
    closed = at_desk.says("cy.park", form.command, decision="reject", comment="measured on another lamp")
    assert "Launch is rejected" in words(closed)
    assert "measured on another lamp" in told(closed)["ada.moss"]


def test_somebody_who_is_not_linked_changes_nothing_and_may_look(at_desk: Talk) -> None:
    submitted(at_desk)
    refused = at_desk.says(None, "approve beam launch")
    assert refused.refused
    assert "not linked" in words(refused)
    assert "Launch" in words(at_desk.says(None, "show beam launch"))


def test_the_same_event_twice_has_one_effect_and_tells_nobody_again(at_desk: Talk) -> None:
    submitted(at_desk)
    first = at_desk.says("ada.moss", "question beam launch was the cache warm?", key="one press")
    second = at_desk.says("ada.moss", "question beam launch was the cache warm?", key="one press")
    assert words(first) == words(second)
    assert second.sends == ()
    assert words(at_desk.says("ada.moss", "history beam launch")).count("was the cache warm") == 1


def test_a_hold_is_set_told_and_lifted(at_desk: Talk) -> None:
    held = at_desk.says("cy.park", "hold beam launch until 2026-11-27 drift on the lamp")
    assert "Cy Park held the gate as Model risk owner until Fri 27 Nov: drift on the lamp." in words(held)
    assert {"#beam", "ada.moss", "ed.vale"} <= set(told(held))
    assert at_desk.says("ada.moss", "lift beam launch").refused
    assert not at_desk.says("di.roth", "lift beam launch looked at it").refused


def test_a_hold_is_extended_in_one_step_and_anothers_is_named_beside_it(at_desk: Talk) -> None:
    at_desk.says("cy.park", "hold beam launch until 2026-11-23 drift on the lamp")
    longer = at_desk.says("di.roth", "hold beam launch until 2026-11-27 drift still there")
    assert "replaced by a new hold" in words(longer)
    assert not any("lifted" in words(Outcome(send.reply)) for send in longer.sends if isinstance(send, Post))
    second = words(at_desk.says("bo.lind", "hold beam launch the budget is not agreed"))
    assert "Di Roth holds it too until Fri 27 Nov: drift still there. Each hold has to be lifted." in second
    assert not at_desk.says("bo.lind", "lift beam launch").refused
    assert "held" in words(at_desk.says("ada.moss", "show beam launch")).splitlines()[0]
    assert not at_desk.says("cy.park", "lift beam launch").refused
    assert "held" not in words(at_desk.says("ada.moss", "show beam launch")).splitlines()[0]


def test_what_is_missing_is_asked_for_with_the_choices_there_are(at_desk: Talk) -> None:
    form = at_desk.form("cy.park", "waive beam launch")
    by_name = {item.name: item for item in form.inputs}
    assert [value for value, _ in by_name["criterion"].options] == ["latency", "runbook"]  # type: ignore[union-attr]
    assert by_name["reason"].required


def test_help_is_printed_from_the_grammar(at_desk: Talk) -> None:
    assert "Written: hold PROJECT [GATE] [until DAY] REASON" in words(at_desk.says(None, "help hold"))
    assert "submit PROJECT [GATE]" in words(at_desk.says(None, "help"))


def test_a_thread_in_one_audience_does_not_lean_into_anothers(at_desk: Talk) -> None:
    from bot.chat import Ask
    from bot.conversation.asking import answer_question

    rooms = at_desk.conversing.rooms
    answer_question(Ask("status of beam?", "t", "ada.moss"), rooms)
    own = answer_question(Ask("and who owns it?", "t", "ada.moss"), rooms)
    other = answer_question(Ask("and who owns it?", "t", "ed.vale"), rooms)
    fresh = answer_question(Ask("and who owns it?", "fresh", "ed.vale"), rooms)
    assert "Bo Lind" in own.text
    assert other.text == fresh.text != own.text


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("hold churn-uplift production drift", True),
        ("help", True),
        ("queue", True),
        ("status of churn-uplift?", False),
        ("show me everything waiting for me", False),
        ("hold on, what is the limit", False),
        ("what's blocking the gate", False),
        ("approve", False),
    ],
)
def test_an_order_is_told_from_a_question_by_its_words_alone(text: str, order: bool) -> None:
    assert is_order(text) is order


def test_a_pipeline_gets_the_verdict_for_its_subject_in_the_exit_code(at_desk: Talk, lighthouse: House) -> None:
    digest = "sha256:0123456789abcdef0123456789abcdef"
    before = lighthouse.run("gate", "check", "beam", "launch")
    assert before.code == 1
    assert "Not passed: beam launch is collecting." in before.out
    submitted(at_desk)
    at_desk.signs("cy.park")
    at_desk.signs("bo.lind")
    assert lighthouse.run("gate", "check", "beam", "launch", "--subject", digest).code == 0
    other = lighthouse.run("gate", "check", "beam", "launch", "--subject", "sha256:ffff")
    assert other.code == 1
    assert f"Signed for {digest}, not for sha256:ffff." in other.out
    assert lighthouse.run("gate", "check", "beam", "lunch").code == 2


def test_changed_evidence_lapses_only_the_signatures_that_rest_on_it_at_the_next_sync(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House.build(tmp_path, models, monkeypatch)
    house.write(LIGHTHOUSE)
    house.sync()
    with talk() as at_desk:
        submitted(at_desk)
        at_desk.signs("cy.park")
        at_desk.signs("bo.lind")
        house.write({"projects/beam/runbook.md": "# Runbook\n\n## Rollback\n\nSwitch the lamp  to the *old* table.\n"})
        house.sync()
        assert "passed" in words(at_desk.says("ed.vale", "show beam launch")).splitlines()[0]
        house.write({"projects/beam/runbook.md": "# Runbook\n\n## Rollback\n\nDo not switch the lamp.\n"})
        house.sync()
        shown = words(at_desk.says("ed.vale", "show beam launch"))
        assert "lapsed" in shown.splitlines()[0]
        assert "no longer counts: runbook changed since" in shown
        assert "The signature of Cy Park lapsed" in words(at_desk.says("ed.vale", "history beam launch"))
        again = at_desk.form("cy.park", "review beam launch")
        step = at_desk.form("cy.park", again.command) if "unchanged" in again.command else again
        assert "Changed since your last visit: runbook.md was changed" in words_of(step)


def test_a_criterion_is_waived_by_its_id_typed_or_chosen_in_a_form(at_desk: Talk) -> None:
    form = at_desk.form("bo.lind", "waive beam launch")
    chosen = at_desk.says("bo.lind", form.command, criterion="runbook", reason="drilled on Tuesday")
    assert "Bo Lind waived runbook as Steering committee" in words(chosen)
    typed = at_desk.says("bo.lind", "waive beam launch latency until 2026-11-27 the new lamp is faster")
    assert "Bo Lind waived latency as Steering committee until Fri 27 Nov: the new lamp is faster." in words(typed)


def test_a_script_walks_through_and_decides_without_being_asked(at_desk: Talk, lighthouse: House) -> None:
    submitted(at_desk)
    seen = lighthouse.run("gate", "judge", "beam", "launch", "unchanged", "--as", "cy.park")
    assert seen.code == 0
    assert "Next: gatehouse gate judge beam launch runbook --set verdict=..." in seen.out
    lighthouse.run("gate", "judge", "beam", "launch", "runbook", "--set", "verdict=confirm", "--as", "cy.park")
    done = lighthouse.run("gate", "decide", "beam", "launch", "--set", "decision=approve", "--as", "cy.park")
    assert done.code == 0, done.err
    assert "Cy Park approved as Model risk owner" in done.out
