"""Artifacts, metrics, latency and cost: what counts as evidence, and every way in which it does not."""

from datetime import date
from decimal import Decimal

import pytest

from gates.criteria import Cost, EvidenceRef, Threshold
from gates.model import Budget, BudgetLine, Subject
from gates.report import Finding
from tests.gates.given import a_project, artifact, at_most, criterion, document, judged, latency, measured, metric


def refused(finding: Finding, *words: str) -> None:
    assert not finding.met
    for word in words:
        assert word in finding.reason, finding.reason
    assert finding.next_action
    assert finding.mover.people == ("eve",)


def test_a_value_within_the_limit_is_met_and_keeps_its_evidence() -> None:
    finding = judged(latency(), measured("108"))
    assert finding.met
    assert finding.evidence is not None
    assert finding.evidence.quote == '"p95_ms": 108'


def test_a_value_on_the_limit_is_met() -> None:
    assert judged(latency(), measured("120")).met


def test_a_value_outside_the_limit_names_both_numbers() -> None:
    refused(judged(latency(), measured("164")), "164 ms", "agreed limit 120 ms")


@pytest.mark.parametrize(
    ("operator", "value", "met"),
    [("<", "119", True), ("<", "120", False), (">", "121", True), (">", "120", False), (">=", "120", True),
     (">=", "119.99", False), ("==", "120.0", True), ("==", "120.1", False)],
)  # fmt: skip
def test_each_comparison_is_exact_at_its_edge(operator: str, value: str, met: bool) -> None:
    threshold = Threshold(operator, Decimal(120), "120")  # type: ignore[arg-type]
    assert judged(metric(threshold), measured(value)).met is met


def test_no_evidence_is_not_met() -> None:
    refused(judged(latency()), "load.json is not there")


def test_a_document_without_the_value_is_not_met() -> None:
    refused(judged(latency(), measured(None)), "records no value")


@pytest.mark.parametrize("value", ["fast", "", "110-130", "1,200", "NaN", "true", "1e2"])
def test_what_is_not_one_number_is_not_met(value: str) -> None:
    refused(judged(latency(), measured(value)), "is not a number")


@pytest.mark.parametrize("value", ["0.11 s", "11 %", "about 110"])
def test_another_unit_than_agreed_is_not_compared(value: str) -> None:
    refused(judged(latency(), measured(value)), "agreed in ms")


def test_a_percentage_does_not_pass_a_threshold_agreed_without_a_unit() -> None:
    at_least = Threshold(">=", Decimal("0.55"), "0.55")
    refused(judged(metric(at_least), measured("58.3 %")), "without a unit")


def test_the_agreed_unit_may_stand_beside_the_value_under_its_sign() -> None:
    cost = criterion(Cost(at_most("0.40"), "EUR"), document="cost.csv")
    assert judged(cost, measured("€ 0.36")).met


def test_a_threshold_agreed_after_the_result_is_itself_a_blocker() -> None:
    it = metric(at_most("120"), agreed=date(2026, 11, 18))
    refused(judged(it, measured("100")), "agreed on Wed 18 Nov", "after the result of Tue 17 Nov")


def test_a_value_measured_on_another_version_does_not_count() -> None:
    refused(judged(latency(), measured("100", subject=Subject("scorer", "v3.1"))), "v3.1", "v3.2")


def test_a_value_measured_on_another_model_does_not_count() -> None:
    refused(judged(latency(), measured("100", subject=Subject("other", "v3.2"))), "other", "scorer")


def test_a_leading_v_and_a_shortened_digest_name_the_same_subject() -> None:
    project = a_project(subject=Subject("scorer", "v3.2", "sha256:9c1e..."))
    same = Subject("scorer", "3.2", "sha256:9c1e81b7")
    other = Subject("scorer", "3.2", "sha256:aa1e81b7")
    assert judged(latency(), measured("100", subject=same), project=project).met
    assert not judged(latency(), measured("100", subject=other), project=project).met


def test_a_value_measured_under_other_conditions_does_not_count() -> None:
    it = metric(at_most("120"), evidence=EvidenceRef("load.json", "p95", (("target_rps", "50"),)))
    refused(judged(it, measured("100", conditions=(("target_rps", "25"),))), "target_rps 25", "target_rps 50")
    refused(judged(it, measured("100")), "without a recorded target_rps")
    assert judged(it, measured("100", conditions=(("target_rps", "50.0"),))).met


@pytest.mark.parametrize(
    ("change", "word"),
    [({"status": "draft"}, "draft"), ({"status": "superseded"}, "superseded"),
     ({"superseded_by": "new.md"}, "superseded by new.md"), ({"problem": "cannot be read: damaged"}, "damaged")],
)  # fmt: skip
def test_a_document_that_is_not_current_does_not_count(change: dict[str, object], word: str) -> None:
    refused(judged(artifact(), document(**change)), word)
    refused(judged(latency(), measured("100", **change)), word)


def test_a_document_older_than_allowed_is_stale_and_says_since_when() -> None:
    finding = judged(artifact("runbook", fresh_days=10), document())
    refused(finding, "18 days old", "10 are allowed")
    assert finding.since == date(2026, 11, 12)
    assert judged(artifact("runbook", fresh_days=18), document()).met


def test_a_document_without_a_date_cannot_be_fresh() -> None:
    refused(judged(artifact("runbook", fresh_days=10), document(updated=None)), "has no date")


def test_a_document_dated_in_the_future_cannot_be_fresh() -> None:
    refused(judged(artifact("runbook", fresh_days=10), document(updated=date(2036, 1, 1))), "a day to come")


def test_a_missing_and_an_empty_section_are_told_apart() -> None:
    it = artifact("runbook", "Rollback", "On-call", "Escalation")
    finding = judged(it, document(sections=(("1. Rollback plan", True), ("On-call", False))))
    refused(finding, "section Escalation is missing", "section On-call is empty")
    assert "Rollback" not in finding.reason.replace("runbook.md", "")


def test_a_section_is_found_by_whole_words_only() -> None:
    refused(judged(artifact("runbook", "Rollback"), document(sections=(("Rollbacks of 2025", True),))), "missing")


def test_a_document_nobody_owns_does_not_count() -> None:
    it = artifact("runbook", owner=None)
    assert "has no owner" in judged(it, document()).reason
    assert judged(it, document(owner="bob")).met


def test_spend_is_held_against_the_envelope_and_against_one_line() -> None:
    budget = Budget("EUR", Decimal(100), Decimal(90), lines=(BudgetLine("serving", Decimal(40), Decimal(41)),))
    project = a_project(budget=budget)
    assert judged(criterion(Cost()), project=project).met
    refused(judged(criterion(Cost(line="serving")), project=project), "41 EUR spent of 40")
    refused(judged(criterion(Cost(line="training")), project=project), "no line 'training'")
    refused(judged(criterion(Cost())), "no budget is recorded")


def test_the_records_own_next_action_and_date_win() -> None:
    it = metric(at_most("120"), next="rerun after the fix", since=date(2026, 11, 13))
    finding = judged(it, measured("164"))
    assert finding.next_action == "rerun after the fix"
    assert finding.since == date(2026, 11, 13)
