"""Gates that wait for other gates and for data contracts, through chains and in circles."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from gates.criteria import ContractRef, Criterion, Dependency, GateRef
from gates.evaluate import evaluate_all
from gates.model import DataContract, Gate, Project
from gates.report import Facts, GateReport
from tests.gates.given import NOW, PROGRAMME, a_gate, a_project, approval, criterion, judged, report_on


def waits_for(project: str, gate: str, id_: str = "dep") -> Criterion:
    return criterion(Dependency(GateRef(project, gate)), id_=id_)


def platform(*criteria: Criterion, **more: object) -> Project:
    return a_project(a_gate(*criteria, slug="acceptance", name="Acceptance", **more), slug="gpu", name="GPU platform")


def test_a_gate_recorded_as_passed_meets_the_dependency() -> None:
    other = platform(state="passed", passed_on=date(2026, 11, 2), approved_by=("ann",))
    finding = judged(waits_for("gpu", "acceptance"), others=(other,))
    assert finding.met
    assert "passed on Mon 2 Nov" in finding.reason


def test_a_gate_that_is_only_ready_does_not() -> None:
    assert not judged(waits_for("gpu", "acceptance"), others=(platform(approval("sponsor", "dan")),)).met


def test_an_open_gate_is_explained_through_the_chain() -> None:
    base = a_project(a_gate(approval("data_steward")), slug="lake", name="Lake")
    other = platform(waits_for("lake", "production"), owner="bob")
    finding = judged(waits_for("gpu", "acceptance"), others=(other, base))
    assert not finding.met
    assert finding.mover.people == ("bob",)
    assert [(link.project, link.text.split(":")[-1].strip()) for link in finding.chain] == [
        ("gpu", "Lake, Production is not passed, due Fri 4 Dec"),
        ("lake", "Data steward has not signed"),
    ]


def test_a_gate_or_project_that_is_not_there_is_not_met() -> None:
    assert "not in the ledger" in judged(waits_for("moon", "landing")).reason
    assert "not in the ledger" in judged(waits_for("gpu", "landing"), others=(platform(),)).reason


def test_a_gate_that_waits_for_itself_is_told_so() -> None:
    assert "waits for this gate itself" in judged(waits_for("churn", "production")).reason


def circle() -> tuple[Project, Project]:
    one = a_project(a_gate(waits_for("b", "production")), slug="a", name="A")
    two = a_project(a_gate(waits_for("a", "production")), slug="b", name="B")
    return one, two


def reports(projects: tuple[Project, ...]) -> dict[tuple[str, str], GateReport]:
    return evaluate_all(projects, programme=PROGRAMME, facts=Facts(), now=NOW)


def test_a_circle_ends_and_reads_the_same_wherever_it_is_entered() -> None:
    one, two = circle()
    forwards, backwards = reports((one, two)), reports((two, one))
    assert forwards == backwards
    assert all("waits for this gate itself" in report.blockers[0].reason for report in forwards.values())
    alone = report_on(one.gates[0], project=one, others=(two,))
    assert alone == forwards["a", "production"]


def test_a_very_long_chain_is_judged_to_its_end() -> None:
    projects = [a_project(a_gate(waits_for(f"p{n + 1}", "production")), slug=f"p{n}") for n in range(3000)]
    last = a_project(a_gate(approval("sponsor")), slug="p3000")
    found = reports((*projects, last))
    assert len(found) == 3001
    assert found["p0", "production"].state == "collecting"


def contract(**more: object) -> Project:
    fresh = DataContract("clicks", "Clickstream", "cleo", (), Decimal(24), datetime(2026, 11, 20, 4, tzinfo=UTC))
    return a_project(contracts=(replace(fresh, **more),))  # type: ignore[arg-type]


def on_contract(project: Project) -> tuple[bool, str]:
    finding = judged(criterion(Dependency(ContractRef("churn", "clicks"))), project=project)
    return finding.met, finding.reason


def test_a_fresh_contract_is_met() -> None:
    assert on_contract(contract())[0]


def test_a_stale_contract_says_how_old_and_who_can_move_it() -> None:
    project = contract(last_delivery=datetime(2026, 11, 18, 4, tzinfo=UTC))
    finding = judged(criterion(Dependency(ContractRef("churn", "clicks"))), project=project)
    assert "was last delivered 53 hours ago, 24 are agreed" in finding.reason
    assert finding.mover.people == ("cleo",)
    assert finding.since == date(2026, 11, 19)


def test_a_breached_a_never_delivered_and_a_missing_contract_are_not_met() -> None:
    assert "is breached" in on_contract(contract(state="breached"))[1]
    assert "no recorded delivery" in on_contract(contract(last_delivery=None))[1]
    assert "not in the ledger" in on_contract(a_project())[1]


def test_a_contract_without_an_agreed_freshness_only_has_to_be_unbroken() -> None:
    assert on_contract(contract(freshness_hours=None, last_delivery=None))[0]


def test_a_gate_with_no_criteria_does_not_pass_by_itself() -> None:
    gate = Gate("empty", "Empty", 1, owner="eve", state="computed")
    report = report_on(gate)
    assert report.state == "collecting"
    assert "asks for nothing" in report.blockers[0].reason
