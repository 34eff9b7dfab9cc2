"""Who may sign: every rule, the way it refuses, and that the refusal says who could and how."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gates.criteria import Approval
from gates.model import Terms
from gates.signoff import commands as c
from gates.signoff.events import PackRenewed, SignatureWithdrawn, Signed
from gates.signoff.model import PolicyRevision
from gates.signoff.signature import Condition
from tests.gates.given import PROGRAMME, a_gate, approval, artifact, latency
from tests.gates.signing import GOOD, SUBJECT, Table, production


def test_nothing_is_signed_before_somebody_submits() -> None:
    refused = Table().refuses("ann", c.Sign())
    assert refused.sentence == (
        "Nobody has asked for sign-off of Production of Churn model. Eve can submit it; then sign."
    )


def test_somebody_who_is_not_in_the_programme_does_nothing() -> None:
    assert "Nobody of the id 'mallory'" in Table().submitted().refuses("mallory", c.Sign()).reason
    assert Table().refuses(None, c.Submit(SUBJECT)).reason == "Nobody is named who acts."


def test_a_gate_with_something_unmet_is_not_submitted_and_every_such_thing_is_named() -> None:
    table = Table().edit("p95", value="164").edit("runbook", status="draft")
    refused = table.refuses("dan", c.Submit(SUBJECT))
    assert "2 of the criteria are not met" in refused.reason
    assert "164 ms, agreed limit 120 ms" in refused.reason
    assert "runbook.md is still a draft" in refused.reason
    assert refused.who_can.people == ("eve",)
    assert "can waive" in refused.how


def test_values_measured_on_another_subject_do_not_count_for_a_submission() -> None:
    table = Table().edit("p95", subject=replace(SUBJECT, version="v3.2"))
    refused = table.refuses("dan", c.Submit(replace(SUBJECT, version="v3.3")))
    assert "measured on v3.2, this gate is about v3.3" in refused.reason
    assert table.does("dan", c.Submit(SUBJECT)).state == "submitted"


def test_a_submission_names_what_is_signed_off() -> None:
    table = Table()
    table.project = replace(table.project, subject=None)
    assert "Nothing is named" in table.refuses("dan", c.Submit(replace(SUBJECT, model=None, version=None))).reason


def test_a_gate_is_not_submitted_twice() -> None:
    refused = Table().submitted().refuses("eve", c.Submit(SUBJECT))
    assert refused.sentence == "Dan submitted it on Fri 20 Nov. Dan can take that submission back first."


def test_only_holders_of_the_role_sign_and_the_refusal_names_them() -> None:
    refused = Table().submitted().refuses("finn", c.Sign(role="data_steward"))
    assert refused.reason == "Not counted: you do not hold the role Data steward."
    assert refused.how == "Cleo can sign as Data steward."
    assert (refused.who_can.people, refused.who_can.role) == (("cleo",), "data_steward")


def test_who_asked_for_the_sign_off_does_not_give_it() -> None:
    refused = Table().submitted("ann").refuses("ann", c.Sign())
    assert refused.sentence == "Not counted: you requested this sign-off. Bob can sign as Model risk owner."


def test_who_produced_the_evidence_does_not_approve_it() -> None:
    refused = Table().edit("runbook", authors=("ann",)).submitted().refuses("ann", c.Sign())
    assert refused.sentence == (
        "Not counted: you produced runbook.md, which this gate rests on. Bob can sign as Model risk owner."
    )


def test_an_author_named_by_name_or_address_is_still_the_author() -> None:
    people = {**PROGRAMME.people, "ann": replace(PROGRAMME.people["ann"], name="Ann Berg", email="ann@x.example")}
    for written in ("Ann Berg", "ann berg", "ANN@x.example"):
        table = Table(programme=replace(PROGRAMME, people=people)).edit("runbook", authors=(written,)).submitted()
        assert table.refuses("ann", c.Sign()).rule == "NotAuthor"


def test_the_opt_out_for_trying_things_out_is_logged_with_the_signature() -> None:
    table = Table(gate=production(self_approval=True)).submitted("ann")
    table.does("ann", c.Sign())
    assert table.ledger.signed[0].self_approval
    table.does("cleo", c.Sign())
    assert not table.ledger.signed[1].self_approval


def test_one_person_fills_one_seat_whatever_his_roles() -> None:
    gate = a_gate(latency(), artifact(), approval("sponsor"), approval("model_risk_owner"))
    table = Table(gate=gate).submitted("finn")
    assert table.refuses("ann", c.Sign()).how == "Say in which role."
    table.does("ann", c.Sign(role="sponsor"))
    refused = table.refuses("ann", c.Sign(role="Model risk owner"))
    assert "you signed as Sponsor on Fri 20 Nov, and one person fills one seat" in refused.reason
    assert refused.how == "Bob can sign as Model risk owner."


def test_a_role_that_ones_own_commit_granted_does_not_sign() -> None:
    own = PolicyRevision("9c1e", {"data_steward": {"cleo": "cleo"}, "model_risk_owner": {"ann": "bob"}})
    table = Table(revision=own).submitted()
    assert table.refuses("cleo", c.Sign()).rule == "GrantedByAnother"
    assert table.does("ann", c.Sign()).approvals_met == 1
    assert table.ledger.submission is not None
    assert table.ledger.submission.revision == "9c1e"


def test_a_role_taken_away_acts_at_once_and_one_given_counts_from_the_next_submission() -> None:
    table = Table().submitted()
    table.programme = replace(PROGRAMME, roles={**PROGRAMME.roles, "model_risk_owner": ("bob", "finn")})
    assert "you do not hold the role" in table.refuses("ann", c.Sign(role="model_risk_owner")).reason
    assert "became Model risk owner after this submission" in table.refuses("finn", c.Sign()).reason
    assert table.does("bob", c.Sign()).approvals_met == 1


def test_a_role_lost_after_signing_is_shown_but_does_not_void() -> None:
    table = Table().submitted()
    table.does("cleo", c.Sign())
    table.programme = replace(PROGRAMME, roles={**PROGRAMME.roles, "data_steward": ("finn",)})
    assert table.does("ann", c.Sign()).state == "passed"
    assert any("Cleo, Fri 20 Nov (no longer in this role)" in finding.reason for finding in table.report.findings)


def test_an_open_submission_keeps_the_quorum_it_was_made_under() -> None:
    table = Table().submitted()
    table.does("cleo", c.Sign())
    asked = [replace(x, rule=Approval("model_risk_owner", 2)) if "risk" in x.id else x for x in table.gate.criteria]
    table.gate = replace(table.gate, criteria=tuple(asked))
    assert table.does("bob", c.Sign()).state == "passed"


def test_a_press_on_an_old_screen_does_not_count() -> None:
    table = Table().submitted()
    assert table.ledger.submission is not None
    seen = table.ledger.submission.pack.id
    table.edit("p95", value="110", content_hash="load-2")
    refused = table.refuses("cleo", c.Sign(pack=seen))
    assert "the evidence has changed since you opened this" in refused.reason
    assert table.does("cleo", c.Sign(pack=table.context("cleo").pack_to_sign.id)).approvals_met == 1
    assert any(isinstance(on.event, PackRenewed) for on in table.record)


def test_at_high_risk_what_needs_judgement_is_confirmed_one_by_one() -> None:
    table = Table()
    table.project = replace(table.project, risk_tier="high")
    table.submitted()
    refused = table.refuses("cleo", c.Sign())
    assert refused.rule == "Walked"
    assert "at high risk these are confirmed one by one: The thing" in refused.reason
    assert table.does("cleo", c.Sign(confirmed=("p95", "runbook"))).approvals_met == 1


def test_a_flag_is_answered_by_a_condition_or_a_rejection() -> None:
    table = Table().submitted()
    flagged = c.Sign(confirmed=("p95",), flags=(("runbook", "no phone number"),))
    assert table.refuses("cleo", flagged).rule == "FlagsAnswered"
    owed = Condition("add the phone number", table.now + timedelta(days=3), "finn")
    assert table.does("cleo", replace(flagged, conditions=(owed,))).approvals_met == 1


def test_a_condition_is_due_in_the_future_and_owed_by_somebody_known() -> None:
    table = Table().submitted()
    for owed in (
        Condition("", table.now + timedelta(days=1), "finn"),
        Condition("drill", table.now, "finn"),
        Condition("drill", table.now + timedelta(days=1), "nobody"),
    ):
        assert table.refuses("cleo", c.Sign(conditions=(owed,))).rule == "ConditionsHold"


def test_only_evidence_of_the_gate_is_confirmed() -> None:
    assert Table().submitted().refuses("cleo", c.Sign(confirmed=("horoscope",))).rule == "KnownCriteria"


def test_the_last_signature_covers_what_nobody_has_confirmed() -> None:
    table = Table().submitted()
    table.does("cleo", c.Sign(confirmed=("p95",)))
    assert table.refuses("ann", c.Sign(confirmed=("p95",))).rule == "NothingUnread"
    assert table.does("ann", c.Sign(confirmed=("runbook",))).state == "passed"


def test_a_signature_does_not_expire_before_it_is_given() -> None:
    table = Table().submitted()
    assert table.refuses("cleo", c.Sign(expires=table.today - timedelta(days=1))).rule == "LastsAWhile"


def test_a_signature_lasts_no_longer_than_the_terms_allow() -> None:
    table = Table(terms=Terms(signature_days=30)).submitted()
    table.does("cleo", c.Sign(expires=table.today + timedelta(days=90)))
    assert table.ledger.signed[0].expires == table.today + timedelta(days=30)


# --- the other answers ----------------------------------------------------------------


def test_a_rejection_needs_a_comment_and_closes_the_submission() -> None:
    table = Table().submitted()
    table.does("cleo", c.Sign())
    assert table.refuses("ann", c.Reject(" ")).rule == "Comment"
    report = table.does("ann", c.Reject("measured on a quiet day"))
    assert report.state == "rejected"
    assert report.blockers[0].reason == ("Rejected by Ann as Model risk owner on Fri 20 Nov: measured on a quiet day")
    assert "was rejected" in table.refuses("bob", c.Sign()).reason
    assert table.submitted().report.approvals_met == 0


def test_the_requester_takes_back_instead_of_rejecting() -> None:
    assert Table().submitted("ann").refuses("ann", c.Reject("no")).rule == "NotRequester"


def test_abstaining_fills_no_seat() -> None:
    table = Table().submitted()
    assert table.does("ann", c.Abstain(comment="I know them too well")).approvals_met == 0
    assert table.ledger.abstained[0].by == "ann"
    table.does("bob", c.Sign())
    assert table.refuses("bob", c.Abstain()).rule == "OneSeatEach"


def test_a_signature_is_taken_back_by_its_owner_only() -> None:
    table = Table().submitted()
    table.does("cleo", c.Sign())
    assert table.refuses("ann", c.Withdraw()).how == "Cleo signed, each can take his own back."
    assert table.does("cleo", c.Withdraw()).approvals_met == 0
    assert isinstance(table.record[-1].event, SignatureWithdrawn)
    assert table.does("cleo", c.Sign()).approvals_met == 1


def test_a_submission_is_taken_back_by_whoever_made_it_or_owns_the_gate() -> None:
    table = Table().submitted()
    assert table.refuses("cleo", c.WithdrawSubmission()).how == "Dan or Eve can take it back."
    assert table.does("dan", c.WithdrawSubmission("too early")).state == "withdrawn"


def test_questions_on_a_request_are_numbered_and_answered() -> None:
    table = Table()
    assert "Ask once it is submitted" in table.refuses("ann", c.AskOnRequest("warm?")).how
    table.submitted().does("ann", c.AskOnRequest("was the cache warm?"))
    assert table.refuses("dan", c.AnswerOnRequest(2, "no")).how == "Questions of this gate: 1."
    table.does("dan", c.AnswerOnRequest(1, "no, cold"))
    assert (table.ledger.questions[0].answer, table.ledger.questions[0].answered_by) == ("no, cold", "dan")


# --- delegation -----------------------------------------------------------------------


def until(table: Table, days: int = 7) -> c.Delegate:
    return c.Delegate("dan", table.today + timedelta(days=days))


def test_a_delegate_signs_for_the_delegator_and_never_beside_him() -> None:
    table = Table().submitted("finn")
    table.does("cleo", until(table))
    table.does("dan", c.Sign())
    signed = next(on.event for on in table.record if isinstance(on.event, Signed))
    assert (signed.role, signed.on_behalf_of) == ("data_steward", "cleo")
    assert "Dan signed as Data steward for you" in table.refuses("cleo", c.Sign()).reason
    assert any("Dan for Cleo" in finding.reason for finding in table.report.findings)


def test_a_delegator_who_signed_cannot_delegate_and_his_delegate_cannot_sign() -> None:
    table = Table().submitted("finn")
    table.does("cleo", until(table))
    table.does("cleo", c.Sign())
    assert table.refuses("dan", c.Sign()).rule == "OneSeatEach"
    assert "nobody counts twice" in table.refuses("cleo", until(table)).reason


def test_a_delegate_is_eligible_himself() -> None:
    table = Table().submitted("finn")
    for to, said in (("cleo", "yourself"), ("nobody", "is recorded"), ("eve", "produced"), ("finn", "requested")):
        refused = table.refuses("cleo", replace(until(table), to=to))
        assert said in refused.reason
        assert "Ann, Bob or Dan could." in refused.how
    table.programme = replace(PROGRAMME, roles={"data_steward": ("cleo",), "model_risk_owner": ("ann", "bob")})
    assert "holds no role here" in table.refuses("cleo", until(table)).reason


def test_what_was_delegated_is_not_delegated_on() -> None:
    table = Table().submitted("finn")
    table.does("cleo", until(table))
    refused = table.refuses("dan", replace(until(table), to="bob"))
    assert refused.sentence == "What was delegated to you cannot be delegated on. Cleo can delegate to somebody else."


@pytest.mark.parametrize("ended", ["by its day", "by the delegator", "with his role"])
def test_a_delegation_ends(ended: str) -> None:
    table = Table().submitted("finn")
    table.does("cleo", until(table, 2))
    if ended == "by its day":
        table.later(3)
    elif ended == "by the delegator":
        table.does("cleo", c.EndDelegation())
    else:
        table.programme = replace(PROGRAMME, roles={**PROGRAMME.roles, "data_steward": ("bob",)})
    assert table.refuses("dan", c.Sign()).rule == "HoldsRole"


def test_nobody_signs_by_delegation_for_somebody_who_may_not_sign_himself() -> None:
    table = Table().edit("runbook", authors=("cleo",)).submitted("finn")
    table.does("cleo", until(table))
    assert "Cleo, for whom you would sign, produced runbook.md" in table.refuses("dan", c.Sign()).reason


def test_no_evidence_of_the_tests_is_shared_between_them() -> None:
    assert GOOD["p95"].value == "108"
