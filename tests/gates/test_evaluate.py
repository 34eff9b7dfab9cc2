"""The evaluator as a whole: states, order, health, holds, failing closed, and what never changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from gates.criteria import Criterion, Dependency, EvidenceWindow, GateRef, Metric, Review, UnknownRule
from gates.model import Gate, Hold
from gates.report import Evidence, GateReport
from tests.gates.given import (
    a_gate,
    a_project,
    approval,
    artifact,
    at_most,
    criterion,
    document,
    latency,
    measured,
    metric,
    report_on,
)

HOLD = Hold("ann", "a leak was found", date(2026, 11, 16), date(2026, 12, 4))


def test_evidence_and_approvals_are_counted_apart() -> None:
    gate = a_gate(latency(), artifact(), approval("sponsor", "dan"), approval("model_risk_owner"))
    report = report_on(gate, {"p95": measured("164"), "runbook": document()})
    assert (report.evidence_met, report.evidence_total) == (1, 2)
    assert (report.approvals_met, report.approvals_total) == (1, 2)
    assert report.state == "collecting"
    assert [finding.criterion.id for finding in report.met] == ["runbook", "sign-sponsor"]


def test_every_unmet_criterion_is_a_blocker_with_all_its_parts() -> None:
    report = report_on(a_gate(latency()), {"p95": measured("164")})
    (blocker,) = report.blockers
    assert (blocker.project, blocker.gate, blocker.criterion, blocker.kind) == ("churn", "production", "p95", "latency")
    assert blocker.since == date(2026, 11, 17)
    assert blocker.age == 3
    assert blocker.mover.people == ("eve",)
    assert blocker.next_action
    assert blocker.evidence is not None
    assert blocker.evidence.line == 14


def test_blockers_come_closest_to_passing_first() -> None:
    near, far = metric(at_most("100")), latency()
    gate = a_gate(
        approval("sponsor"),
        criterion(Dependency(GateRef("moon", "landing")), id_="dependency"),
        criterion(EvidenceWindow(date(2026, 11, 1), None, 60), id_="window"),
        criterion(Review(), id_="review"),
        far,
        near,
        artifact("runbook", "Escalation"),
        criterion(Review(date(2026, 1, 1), "bob", date(2026, 11, 1), "passed"), id_="expired"),
    )
    report = report_on(gate, {"p95": measured("600"), "m": measured("101"), "runbook": document()})
    assert [blocker.criterion for blocker in report.blockers] == [
        "expired", "runbook", "m", "p95", "review", "window", "sign-sponsor", "dependency",
    ]  # fmt: skip


def test_a_hold_blocks_at_once_and_is_shown_first_however_much_is_met() -> None:
    report = report_on(a_gate(approval("sponsor", "dan"), state="held", hold=HOLD))
    assert report.state == "held"
    assert report.health == "blocked"
    assert report.blockers[0].reason == "On hold by Ann until Fri 4 Dec: a leak was found"
    assert report.blockers[0].age == 4


def test_a_hold_ends_with_its_last_day() -> None:
    until = replace(HOLD, until=date(2026, 11, 20))
    assert report_on(a_gate(approval("sponsor", "dan"), hold=until)).state == "held"
    over = replace(HOLD, until=date(2026, 11, 19))
    assert report_on(a_gate(approval("sponsor", "dan"), hold=over)).state == "ready"


def test_a_held_gate_whose_hold_is_not_written_down_stays_held() -> None:
    report = report_on(a_gate(approval("sponsor", "dan"), state="held"))
    assert report.state == "held"
    assert "no reason is recorded" in report.blockers[0].reason


def test_a_hold_on_a_passed_gate_wins() -> None:
    gate = a_gate(state="passed", passed_on=date(2026, 11, 1), approved_by=("dan",), hold=HOLD)
    assert report_on(gate).state == "held"


def test_a_gate_recorded_as_passed_is_settled_and_not_judged_again() -> None:
    gate = a_gate(latency(), state="passed", passed_on=date(2026, 11, 6), approved_by=("dan",))
    report = report_on(gate)
    assert (report.state, report.health, report.blockers) == ("passed", "passed", ())
    assert report.evidence_met == 1
    assert (report.passed_on, report.approved_by) == (date(2026, 11, 6), ("dan",))


def test_a_kind_that_is_not_known_is_never_met() -> None:
    report = report_on(a_gate(criterion(UnknownRule("horoscope"))))
    assert report.state == "collecting"
    assert "not known: 'horoscope'" in report.blockers[0].reason


def test_a_record_that_cannot_be_judged_is_not_met_and_says_why() -> None:
    broken = criterion(Metric("m", None), id_="m", document="x.json")  # type: ignore[arg-type]
    report = report_on(a_gate(broken, approval("sponsor", "dan")), {"m": measured("1")})
    assert report.state == "collecting"
    assert "could not be judged (AttributeError" in report.blockers[0].reason
    assert report.approvals_met == 1


def test_a_gate_that_cannot_be_in_time_is_at_risk_and_says_by_how_much() -> None:
    report = report_on(a_gate(latency(), approval("sponsor"), due=date(2026, 11, 24)), {"p95": measured("164")})
    assert report.forecast is not None
    assert report.forecast.expected == date(2026, 12, 2)  # five days to measure again, two to sign, one holiday
    assert report.forecast.late_by == 5
    assert report.health == "at risk"


def test_a_gate_with_time_left_and_nothing_old_is_on_track() -> None:
    assert report_on(a_gate(approval("sponsor"))).health == "on track"


def test_an_old_blocker_puts_a_gate_at_risk() -> None:
    old = replace(approval("sponsor"), since=date(2026, 11, 9))
    assert report_on(a_gate(old)).health == "at risk"


def test_a_gate_past_its_date_is_at_risk() -> None:
    assert report_on(a_gate(approval("sponsor"), due=date(2026, 11, 19))).health == "at risk"


# --- what never changes -----------------------------------------------------------

VALUES = st.one_of(st.none(), st.sampled_from(["100", "164", "", "fast", "1.5 s"]))
EVIDENCE: dict[str, Callable[[str | None], Evidence]] = {
    "p95": lambda value: measured(value),
    "m": lambda value: measured(value, authors=("dan",) if value == "100" else ()),
    "runbook": lambda value: document(status="draft" if value == "fast" else "current"),
}
CRITERIA = st.lists(
    st.sampled_from(
        [
            latency(),
            metric(at_most("150")),
            artifact("runbook", "Rollback"),
            approval("sponsor", "dan"),
            approval("model_risk_owner", "ann", "bob", quorum=2),
            approval("data_steward"),
            criterion(Review(date(2026, 11, 1), "eve", None, "passed"), id_="review"),
            criterion(UnknownRule("x"), id_="unknown"),
        ]
    ),
    max_size=7,
    unique_by=lambda it: it.id,
)
HOLDS = st.sampled_from([None, HOLD])


@st.composite
def gates(draw: st.DrawFn) -> tuple[Gate, dict[str, Evidence]]:
    state = draw(st.sampled_from(["collecting", "computed"]))
    gate = a_gate(*draw(CRITERIA), hold=draw(HOLDS), state=state)
    evidence = {name: make(draw(VALUES)) for name, make in EVIDENCE.items() if draw(st.booleans())}
    return gate, evidence


@given(gates())
def test_the_same_facts_give_the_same_report(case: tuple[Gate, dict[str, Evidence]]) -> None:
    gate, evidence = case
    assert report_on(gate, evidence) == report_on(gate, dict(reversed(evidence.items())))


def document_evidence_is_needed(report: GateReport) -> set[str]:
    return {f.criterion.id for f in report.findings if f.met and f.criterion.evidence is not None}


@given(gates(), st.sampled_from(sorted(EVIDENCE)))
def test_taking_evidence_away_never_makes_a_criterion_met(case: tuple[Gate, dict[str, Evidence]], gone: str) -> None:
    gate, evidence = case
    full = report_on(gate, evidence)
    less = report_on(gate, {name: item for name, item in evidence.items() if name != gone})
    assert document_evidence_is_needed(less) <= document_evidence_is_needed(full)
    assert gone not in document_evidence_is_needed(less)
    needed = any(it.evidence is not None and it.id == gone for it in gate.criteria)
    assert not (needed and less.passes)


@given(gates())
def test_a_gate_passes_only_when_all_is_met_and_nothing_is_held(case: tuple[Gate, dict[str, Evidence]]) -> None:
    gate, evidence = case
    report = report_on(gate, evidence)
    unmet = {finding.criterion.id for finding in report.findings if not finding.met}
    assert report.passes == (not unmet and gate.hold is None and bool(gate.criteria))
    assert unmet <= {blocker.criterion for blocker in report.blockers}
    assert report.passes == (not report.blockers)
    assert list(report.blockers) == sorted(report.blockers, key=lambda blocker: blocker.weight)


@given(gates(), st.permutations(["ann", "bob", "cleo", "dan"]))
def test_no_seat_is_filled_by_a_person_who_fills_another(
    case: tuple[Gate, dict[str, Evidence]], signers: list[str]
) -> None:
    gate, evidence = case
    extra: tuple[Criterion, ...] = (
        approval("sponsor", *signers, id_="extra-1", quorum=2),
        approval("model_risk_owner", *signers, id_="extra-2", quorum=2),
    )
    report = report_on(replace(gate, criteria=(*gate.criteria, *extra)), evidence, project=a_project())
    seated = [signature.by for finding in report.findings for signature in finding.counted]
    assert len(seated) == len(set(seated))
    assert all(finding.filled <= finding.seats for finding in report.findings)
