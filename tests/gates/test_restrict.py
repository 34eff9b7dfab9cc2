"""What an audience sees of a gate it may not fully read."""

from datetime import date

from gates.criteria import Dependency, GateRef
from gates.model import Gate, Hold, Project
from gates.portfolio import portfolio
from gates.report import Evidence, Facts, GateReport
from gates.restrict import shown_gate, shown_portfolio
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


def as_read(
    readable: frozenset[int],
    gate: Gate,
    evidence: dict[str, Evidence],
    *,
    project: Project,
    others: tuple[Project, ...] = (),
) -> GateReport:
    """The gate as readers of these labels see it."""
    found = {(project.slug, gate.slug, name): item for name, item in evidence.items()}
    facts = Facts(found, {one.slug: one for one in (project, *others)})
    return shown_gate(gate, project, programme=PROGRAMME, facts=facts, now=NOW, readable=readable)


def in_public(gate: Gate, evidence: dict[str, Evidence], **project: object) -> GateReport:
    return as_read(PUBLIC_ONLY, gate, evidence, project=a_project(gate, **project))


def vendor_case(value: str) -> tuple[Gate, dict[str, Evidence], Project]:
    """A gate whose latency was measured in a secret document, and which is met but for that."""
    gate = a_gate(latency(), artifact(), approval("sponsor"))
    project = a_project(gate, roles={"ml_lead": ("eve",)})
    secret = measured(value, access_id=SECRET, document="vendor/secret-load.json")
    return gate, {"p95": secret, "runbook": document()}, project


def test_who_may_read_everything_sees_the_report_as_it_is() -> None:
    gate, evidence, project = vendor_case("164")
    assert as_read(ALL, gate, evidence, project=project) == report_on(gate, evidence, project=project)


def test_a_hidden_blocker_names_the_owners_role_and_nothing_else() -> None:
    gate, evidence, project = vendor_case("164")
    shown = as_read(PUBLIC_ONLY, gate, evidence, project=project)
    blocker = next(blocker for blocker in shown.blockers if blocker.restricted)
    assert blocker.reason == "restricted - ML lead"
    assert blocker.next_action == "ask the ML lead"
    for secret in ("164", "120", "secret", "'eve'", "The thing"):
        assert secret not in repr((shown.findings[0], blocker))


def test_a_hidden_criterion_looks_the_same_whether_it_is_met_or_not() -> None:
    shown = [
        as_read(PUBLIC_ONLY, gate, evidence, project=project)
        for gate, evidence, project in map(vendor_case, ("164", "100"))
    ]
    assert shown[0] == shown[1]


def test_a_gate_with_nothing_but_hidden_criteria_unmet_never_looks_ready_or_passed() -> None:
    gate = a_gate(latency(), artifact())
    evidence = {"p95": measured("100", access_id=SECRET), "runbook": document()}
    assert report_on(gate, evidence).state == "ready"
    shown = in_public(gate, evidence)
    assert (shown.state, shown.health) == ("restricted", "restricted")
    assert not shown.passes
    assert (shown.evidence_met, shown.evidence_total) == (1, 2)


def test_beside_something_unmet_that_may_be_read_a_gate_is_collecting_whatever_is_hidden() -> None:
    gate = a_gate(latency(), approval("sponsor"))
    shown = [in_public(gate, {"p95": measured(value, access_id=SECRET)}) for value in ("100", "164")]
    assert shown[0] == shown[1]
    assert shown[0].state == "collecting"
    assert shown[0].health == "on track"
    assert not shown[0].passes


def test_a_hold_stays_visible_beside_hidden_criteria() -> None:
    gate = a_gate(latency(), hold=Hold("ann", "vendor talks", date(2026, 11, 18)))
    assert in_public(gate, {"p95": measured("100", access_id=SECRET)}).state == "held"


def test_a_pass_recorded_with_the_project_is_shown_but_not_the_hidden_evidence() -> None:
    gate = a_gate(latency(), state="passed", passed_on=date(2026, 11, 6), approved_by=("dan",))
    shown = in_public(gate, {"p95": measured("100", access_id=SECRET)})
    assert shown.state == "passed"
    assert shown.approved_by == ("dan",)
    assert shown.findings[0].restricted
    assert shown.findings[0].evidence is None


def test_whether_a_recorded_signature_counts_is_not_said_beside_hidden_evidence() -> None:
    gate = a_gate(latency(), approval("sponsor", "dan"))
    shown = [
        in_public(gate, {"p95": measured("100", access_id=SECRET, authors=authors, document="vendor/offer.json")})
        for authors in (("dan",), ())
    ]
    assert shown[0] == shown[1]
    assert "offer.json" not in repr(shown)
    assert shown[0].findings[1].restricted
    assert shown[0].findings[1].reason == "restricted - Sponsor"


def upstream_case(value: str) -> GateReport:
    """A gate that waits for another, one of whose two criteria rests on a secret document, as the public sees it."""
    other = a_project(a_gate(latency(), approval("data_steward")), slug="gpu", name="GPU")
    gate = a_gate(criterion(Dependency(GateRef("gpu", "production"))))
    project = a_project(gate)
    facts = Facts({("gpu", "production", "p95"): measured(value, access_id=SECRET)}, {"gpu": other, "churn": project})
    return shown_gate(gate, project, programme=PROGRAMME, facts=facts, now=NOW, readable=PUBLIC_ONLY)


def test_a_chain_keeps_its_readable_links_and_closes_the_others() -> None:
    shown = upstream_case("164")
    links = [link.text for link in shown.blockers[0].chain]
    assert links == ["Data steward has not signed", "restricted - Project owner"]
    assert shown == upstream_case("100")


def test_a_gate_that_waits_for_a_restricted_one_does_not_tell_whether_that_is_passed() -> None:
    gate = a_gate(criterion(Dependency(GateRef("gpu", "production"))))
    project, other = a_project(gate), a_project(a_gate(latency(), state="computed"), slug="gpu", name="GPU")
    shown = []
    for value in ("100", "164"):
        facts = Facts({("gpu", "production", "p95"): measured(value, access_id=SECRET)}, {"gpu": other})
        (report,) = shown_portfolio(PROGRAMME, (project,), facts=facts, now=NOW, readable=PUBLIC_ONLY)
        shown.append(report.gates[0])
    assert shown[0] == shown[1]
    assert shown[0].state == "restricted"
    assert shown[0].forecast is None


def test_a_project_that_may_not_be_read_is_not_there() -> None:
    projects = (a_project(a_gate()), a_project(a_gate(), slug="secret", access_id=SECRET))
    found = shown_portfolio(PROGRAMME, projects, facts=Facts(), now=NOW, readable=PUBLIC_ONLY)
    assert [report.project.slug for report in found] == ["churn"]


def test_a_contradiction_is_not_explained_with_a_hidden_blocker() -> None:
    project = a_project(a_gate(latency()), declared_health="green")
    facts = Facts({("churn", "production", "p95"): measured("164", access_id=SECRET)})
    full = portfolio(PROGRAMME, (project,), facts=facts, now=NOW)
    assert "164" in (full[0].contradiction or "")
    found = shown_portfolio(PROGRAMME, (project,), facts=facts, now=NOW, readable=PUBLIC_ONLY)
    assert found[0].contradiction is None
