"""What an audience sees of a gate it may not fully read."""

from dataclasses import replace
from datetime import date

from gates.criteria import Dependency, GateRef
from gates.model import Project
from gates.portfolio import portfolio
from gates.report import Evidence, Facts, GateReport, ProjectReport
from gates.restrict import restrict, restrict_portfolio
from tests.gates.given import (
    NOW,
    PROGRAMME,
    a_gate,
    a_project,
    approval,
    artifact,
    criterion,
    document,
    latency,
    measured,
    report_on,
)

SECRET = 7
PUBLIC_ONLY = frozenset({0})
ALL = frozenset({0, SECRET})


def seen(report: GateReport, project: Project, readable: frozenset[int] = PUBLIC_ONLY) -> GateReport:
    return restrict(report, project, readable=readable, programme=PROGRAMME)


def hidden_case(value: str) -> tuple[GateReport, Project]:
    gate = a_gate(latency(), artifact(), approval("sponsor", "dan"))
    project = a_project(gate, roles={"ml_lead": ("eve",)})
    evidence = {"p95": measured(value, access_id=SECRET, document="vendor/secret-load.json"), "runbook": document()}
    return report_on(gate, evidence, project=project), project


def test_who_may_read_everything_sees_the_report_as_it_is() -> None:
    report, project = hidden_case("164")
    assert seen(report, project, ALL) == report


def test_a_hidden_blocker_names_the_owners_role_and_nothing_else() -> None:
    report, project = hidden_case("164")
    shown = seen(report, project)
    (blocker,) = shown.blockers
    assert blocker.restricted
    assert blocker.reason == "restricted - ML lead"
    for secret in ("164", "120", "secret", "'eve'", "The thing"):
        assert secret not in repr((shown.findings[0], shown.blockers))


def test_a_hidden_criterion_looks_the_same_whether_it_is_met_or_not() -> None:
    unmet, project = hidden_case("164")
    met, _ = hidden_case("100")
    assert met.state == "ready"
    assert seen(unmet, project) == seen(met, project)


def test_a_gate_with_a_hidden_criterion_never_looks_ready_or_passed() -> None:
    report, project = hidden_case("100")
    shown = seen(report, project)
    assert shown.state == "restricted"
    assert not shown.passes
    assert (shown.evidence_met, shown.evidence_total) == (1, 2)


def test_beside_something_unmet_that_may_be_read_a_gate_is_collecting_whatever_is_hidden() -> None:
    gate = a_gate(latency(), approval("sponsor"))
    project = a_project(gate)
    shown = [
        seen(report_on(gate, {"p95": measured(value, access_id=SECRET)}, project=project), project)
        for value in ("100", "164")
    ]
    assert shown[0] == shown[1]
    assert shown[0].state == "collecting"
    assert shown[0].health == "on track"
    assert not shown[0].passes


def test_a_hold_stays_visible_beside_hidden_criteria() -> None:
    report, project = hidden_case("100")
    assert seen(replace(report, state="held"), project).state == "held"


def test_a_pass_recorded_with_the_project_is_shown_but_not_the_hidden_evidence() -> None:
    gate = a_gate(latency(), state="passed", passed_on=date(2026, 11, 6), approved_by=("dan",))
    project = a_project(gate)
    report = report_on(gate, {"p95": measured("100", access_id=SECRET)}, project=project)
    shown = seen(report, project)
    assert shown.state == "passed"
    assert shown.approved_by == ("dan",)
    assert shown.findings[0].restricted
    assert shown.findings[0].evidence is None


def test_a_refused_signature_does_not_name_a_hidden_document() -> None:
    gate = a_gate(latency(), approval("sponsor", "dan"))
    project = a_project(gate)
    evidence = {"p95": measured("100", access_id=SECRET, authors=("dan",), document="vendor/offer.json")}
    shown = seen(report_on(gate, evidence, project=project), project)
    assert "offer.json" not in repr(shown)
    assert shown.findings[1].restricted


def test_a_chain_keeps_its_readable_links_and_closes_the_others() -> None:
    other = a_project(a_gate(latency(), approval("data_steward")), slug="gpu", name="GPU")
    gate = a_gate(criterion(Dependency(GateRef("gpu", "production"))))
    project = a_project(gate)
    secret: Evidence = measured("164", access_id=SECRET)
    facts = Facts({("gpu", "production", "p95"): secret}, {"gpu": other})
    report = portfolio(PROGRAMME, (project,), facts=facts, now=NOW)[0].gates[0]
    assert any("164" in link.text for link in report.blockers[0].chain)
    shown = seen(report, project)
    assert [link.text for link in shown.blockers[0].chain] == ["restricted", "Data steward has not signed"]
    assert report.forecast is not None
    assert shown.forecast is None


def reports(*projects: Project) -> tuple[ProjectReport, ...]:
    return portfolio(PROGRAMME, projects, facts=Facts(), now=NOW)


def test_a_project_that_may_not_be_read_is_not_there() -> None:
    projects = (a_project(a_gate()), a_project(a_gate(), slug="secret", access_id=SECRET))
    found = restrict_portfolio(reports(*projects), readable=PUBLIC_ONLY, programme=PROGRAMME)
    assert [report.project.slug for report in found] == ["churn"]


def test_a_contradiction_is_not_explained_with_a_hidden_blocker() -> None:
    gate = a_gate(latency())
    project = a_project(gate, declared_health="green")
    facts = Facts({("churn", "production", "p95"): measured("164", access_id=SECRET)})
    found = portfolio(PROGRAMME, (project,), facts=facts, now=NOW)
    assert "164" in (found[0].contradiction or "")
    assert restrict_portfolio(found, readable=PUBLIC_ONLY, programme=PROGRAMME)[0].contradiction is None
