"""Who may sign, whose signature counts, and how seats are filled."""

from dataclasses import replace
from datetime import date

import pytest

from gates.criteria import Approval, Criterion, Review, Signature
from gates.report import Finding, GateReport
from tests.gates.given import a_gate, approval, criterion, latency, measured, report_on


def seats(report: GateReport) -> dict[str, Finding]:
    return {finding.criterion.id: finding for finding in report.findings if finding.is_approval}


def signed(role: str, signature: Signature) -> Criterion:
    return criterion(Approval(role, 1, (signature,)), id_="sign")


def test_an_eligible_signature_fills_the_seat() -> None:
    report = report_on(a_gate(approval("model_risk_owner", "ann")))
    assert (report.approvals_met, report.approvals_total) == (1, 1)
    assert report.state == "ready"


def test_nobody_has_signed_names_the_role_and_who_may() -> None:
    report = report_on(a_gate(approval("model_risk_owner")))
    assert report.blockers[0].reason == "Model risk owner has not signed"
    assert report.blockers[0].mover.people == ("ann", "bob")
    assert report.blockers[0].next_action == "review and sign"


@pytest.mark.parametrize(
    ("signature", "word"),
    [
        (Signature("zoe", date(2026, 11, 18)), "nobody of the id 'zoe'"),
        (Signature("cleo", date(2026, 11, 18)), "Cleo does not hold the role"),
        (Signature("ann", date(2026, 11, 21)), "has not come yet"),
        (Signature("ann", date(2026, 8, 1), expires=date(2026, 11, 19)), "expired on Thu 19 Nov"),
    ],
)
def test_a_signature_that_does_not_count_says_why(signature: Signature, word: str) -> None:
    finding = seats(report_on(a_gate(signed("model_risk_owner", signature))))["sign"]
    assert not finding.met
    assert word in finding.refused[0].reason
    assert "does not count" in finding.reason


def test_whoever_requested_the_sign_off_does_not_approve_it() -> None:
    report = report_on(a_gate(approval("model_risk_owner", "ann"), requested_by="ann"))
    assert "requested this sign-off" in report.blockers[0].reason
    assert report.blockers[0].mover.people == ("bob",)


def test_whoever_produced_evidence_does_not_approve_it() -> None:
    gate = a_gate(latency(), approval("model_risk_owner", "ann"))
    report = report_on(gate, {"p95": measured("100", authors=("ann",))})
    assert "Ann produced load.json, which this gate rests on" in report.blockers[0].reason


def test_whoever_did_the_review_does_not_approve_it() -> None:
    review = criterion(Review(date(2026, 11, 19), "ann", None, "passed"), id_="review")
    assert report_on(a_gate(review, approval("model_risk_owner", "ann"))).approvals_met == 0


def test_the_opt_out_for_trying_out_allows_it() -> None:
    gate = a_gate(approval("model_risk_owner", "ann"), requested_by="ann", self_approval=True)
    assert report_on(gate).state == "ready"


def test_signing_twice_fills_one_seat() -> None:
    report = report_on(a_gate(approval("model_risk_owner", "ann", "ann", quorum=2)))
    assert (report.approvals_met, report.approvals_total) == (1, 2)
    assert "(1 of 2)" in report.blockers[0].reason


def test_one_person_fills_one_seat_whatever_the_roles() -> None:
    report = report_on(a_gate(approval("model_risk_owner", "ann"), approval("sponsor", "ann")))
    assert (report.approvals_met, report.approvals_total) == (1, 2)
    assert "already fills another seat" in report.blockers[0].reason
    assert "ann" not in report.blockers[0].mover.people


def test_seats_are_given_out_so_that_as_many_as_possible_are_filled() -> None:
    report = report_on(a_gate(approval("model_risk_owner", "ann", "bob"), approval("sponsor", "ann")))
    assert (report.approvals_met, report.approvals_total) == (2, 2)
    found = seats(report)
    assert [s.by for s in found["sign-model_risk_owner"].counted] == ["bob"]
    assert [s.by for s in found["sign-sponsor"].counted] == ["ann"]


def test_more_signatures_than_the_quorum_count_once_each_and_no_further() -> None:
    report = report_on(a_gate(approval("model_risk_owner", "ann", "bob")))
    assert (report.approvals_met, report.approvals_total) == (1, 1)


def test_a_quorum_of_none_still_asks_for_one() -> None:
    assert report_on(a_gate(approval("model_risk_owner", quorum=0))).approvals_total == 1


def test_a_role_nobody_holds_blocks_and_says_what_to_do() -> None:
    report = report_on(a_gate(approval("finance_partner")))
    assert report.health == "blocked"
    assert "name somebody else as Finance partner" in report.blockers[0].next_action


def test_an_approval_waits_for_the_evidence_and_says_for_which_numbers() -> None:
    report = report_on(a_gate(approval("model_risk_owner"), latency()), {"p95": measured("164")})
    assert [blocker.kind for blocker in report.blockers] == ["latency", "approval"]
    assert report.blockers[1].next_action == "signs once 1 is met"


def test_the_records_own_words_for_the_next_action_stay() -> None:
    it = replace(approval("model_risk_owner"), next="signs after the drill")
    assert report_on(a_gate(it)).blockers[0].next_action == "signs after the drill"
