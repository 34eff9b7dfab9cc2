"""What-if on changed facts, and the plain answers over reports."""

from dataclasses import replace
from datetime import date

from gates import questions
from gates.model import Gate, Hold, Project
from gates.portfolio import portfolio
from gates.report import Facts, ProjectReport
from gates.whatif import Change, CriterionMet, HoldLifted, PersonSigns, ValueMeasured, what_if
from tests.gates.given import NOW, PROGRAMME, TODAY, a_gate, a_project, approval, latency, measured

FACTS = Facts({("churn", "production", "p95"): measured("164")})
GATE = a_gate(latency(), approval("model_risk_owner"))


def after(*changes: Change, gate: Gate = GATE) -> tuple[str, list[str]]:
    report = what_if(gate, a_project(gate), programme=PROGRAMME, facts=FACTS, now=NOW, changes=changes)
    return report.state, [blocker.criterion for blocker in report.blockers]


def test_a_signature_alone_leaves_the_evidence_in_the_way() -> None:
    assert after(PersonSigns("ann")) == ("collecting", ["p95"])


def test_a_signature_and_a_better_value_would_pass() -> None:
    assert after(PersonSigns("ann"), ValueMeasured("p95", "108")) == ("ready", [])
    assert after(PersonSigns("ann"), CriterionMet("p95")) == ("ready", [])


def test_a_worse_value_would_not() -> None:
    assert after(PersonSigns("ann"), ValueMeasured("p95", "121")) == ("collecting", ["p95"])


def test_somebody_who_may_not_sign_changes_nothing() -> None:
    assert after(PersonSigns("cleo"), CriterionMet("p95")) == ("collecting", ["sign-model_risk_owner"])


def test_lifting_the_hold_leaves_what_was_open_before() -> None:
    held = replace(GATE, state="held", hold=Hold("ann", "leak", date(2026, 11, 16)))
    assert after(gate=held)[0] == "held"
    assert after(HoldLifted(), gate=held) == ("collecting", ["p95", "sign-model_risk_owner"])


def test_what_if_changes_nothing_that_is_recorded() -> None:
    before = after()
    after(CriterionMet("p95"), PersonSigns("ann"))
    assert after() == before


def project(slug: str, *gates: Gate, **more: object) -> Project:
    return a_project(*(replace(gate, position=n) for n, gate in enumerate(gates, 1)), slug=slug, name=slug, **more)


PASSED = a_gate(slug="discovery", name="Discovery", state="passed", passed_on=date(2026, 10, 9), approved_by=("dan",))
DONE = project("churn", PASSED, GATE, declared_health="green", started=date(2026, 9, 21), weeks=12)
MOVED = project(
    "gpu",
    a_gate(replace(approval("sponsor"), since=date(2026, 11, 9)), due=date(2026, 11, 25), was_due=(date(2026, 11, 6),)),
    declared_health="green",
)


def reports(*projects: Project) -> tuple[ProjectReport, ...]:
    return portfolio(PROGRAMME, projects or (DONE, MOVED), facts=FACTS, now=NOW)


def test_the_current_gate_is_the_first_that_is_not_passed() -> None:
    report = reports()[0]
    assert report.current is not None
    assert (report.current.gate, report.current.position, report.current.gates) == ("production", 2, 2)
    assert questions.status_of(report, TODAY).week == 9


def test_a_project_with_all_gates_passed_is_passed() -> None:
    report = reports(project("done", PASSED))[0]
    assert (report.health, report.current) == ("passed", None)


def test_a_gate_is_found_by_a_part_of_its_name_when_only_one_fits() -> None:
    report = reports()[0]
    found = questions.find_gate(report, "prod")
    assert found is not None
    assert found.gate == "production"
    assert questions.find_gate(report, "o") is None
    assert questions.find_gate(report, "canary") is None


def test_who_still_has_to_sign() -> None:
    (seat,) = questions.seats_to_fill(reports()[0])
    assert (seat.role, seat.people, seat.missing) == ("Model risk owner", ("ann", "bob"), 1)


def test_what_waits_for_a_person_begins_with_what_can_be_done_now() -> None:
    waiting = questions.waiting_for(reports(), "ann")
    assert [(item.blocker.project, item.ready) for item in waiting] == [("gpu", True), ("churn", False)]
    assert questions.waiting_for(reports(), "finn") == ()


def test_gates_due_before_a_date_come_soonest_first() -> None:
    due = questions.gates_due(reports(), before=date(2026, 12, 4))
    assert [(gate.project, gate.due) for gate in due] == [
        ("gpu", date(2026, 11, 25)), ("churn", date(2026, 12, 4)),
    ]  # fmt: skip
    assert questions.gates_due(reports(), before=date(2026, 11, 24)) == ()


def test_declared_green_with_an_old_blocker_is_a_contradiction() -> None:
    assert [report.contradiction for report in reports()][1] == (
        "declared green, computed at risk: Sponsor has not signed, 9 working days old"
    )
