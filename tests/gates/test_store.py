"""The ledger in SQL, on every engine: what is written comes back equal, and saves check the version they read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from gates.audit.entry import Entry
from gates.codec import from_plain, hash_of, to_plain
from gates.criteria import (
    ContractRef,
    Cost,
    Criterion,
    Dependency,
    EvidenceRef,
    EvidenceWindow,
    GateRef,
    RecordCheck,
    RecordChecks,
    Review,
    Rule,
    UnknownRule,
)
from gates.model import Budget, BudgetLine, DataContract, Decision, Hold, OnCall, Programme, Project, Risk, Source
from gates.record_problems import RecordProblem
from gates.report import Evidence
from gates.service import look
from gates.service import take_in as taking_in
from gates.store import StaleVersionError, _save_version, replace_project, save_programme
from gates.store_audit import append_entry, load_entries
from gates.store_read import load_problems, load_programmes, load_projects, project_version
from gates.tables import ProjectRow
from tests.gates.given import NOW, PROGRAMME, a_gate, a_project, approval, artifact, criterion, latency, measured

RULES: tuple[Rule, ...] = (
    Cost(None, "EUR", "serving"),
    EvidenceWindow(date(2026, 10, 20), None, 30),
    Dependency(GateRef("gpu", "acceptance")),
    Dependency(ContractRef("churn", "clicks")),
    Review(date(2026, 11, 1), "ann", None, "passed"),
    RecordChecks((RecordCheck("in", ("a",), ("b", "c"), "not in", "x.yaml", 3, "a: b", 2),)),
    UnknownRule("later"),
)
CRITERIA: tuple[Criterion, ...] = (
    latency(),
    artifact("runbook", "Rollback", fresh_days=90),
    approval("sponsor", "dan"),
    *(criterion(rule, id_=f"r{n}") for n, rule in enumerate(RULES)),
    replace(latency("where"), evidence=EvidenceRef("l.json", "p95", (("rps", "50"),))),
)
FULL = a_project(
    a_gate(*CRITERIA, was_due=(date(2026, 11, 27),), hold=Hold("ann", "leak", date(2026, 11, 16))),
    budget=Budget("EUR", Decimal("180000"), Decimal("127800.50"), lines=(BudgetLine("a", Decimal(1), Decimal(2)),)),
    contracts=(DataContract("clicks", "C", "cleo", ("m",), Decimal(24), datetime(2026, 11, 20, 4, tzinfo=UTC)),),
    risks=(Risk("R-1", "bias", "Bias"),),
    decisions=(Decision("D-1", "Go", date(2026, 10, 2)),),
    on_call=(OnCall(date(2026, 11, 16), "eve"),),
    roles={"ml_lead": ("eve",)},
    source=Source("projects/churn/project.yaml", {"gates.0.due": 12}),
    access_id=3,
)
EVIDENCE = {("churn", "production", "p95"): measured("164", access_id=3, sections=(("A", True),))}


def test_every_value_survives_the_way_to_json_and_back() -> None:
    assert from_plain(Project, to_plain(FULL)) == FULL
    assert from_plain(Programme, to_plain(PROGRAMME)) == PROGRAMME
    (item,) = EVIDENCE.values()
    assert from_plain(Evidence, to_plain(item)) == item


def test_a_rule_of_a_later_version_is_read_as_unknown_and_so_never_met() -> None:
    plain = to_plain(latency())
    assert isinstance(plain, dict)
    plain["rule"] = {"is": "Telepathy", "strength": 3}
    assert from_plain(Criterion, plain).rule == UnknownRule("Telepathy")


def test_any_change_changes_the_hash() -> None:
    assert hash_of(FULL) == hash_of(replace(FULL))
    assert hash_of(FULL) != hash_of(replace(FULL, weeks=12))


def take_in(session: Session, *projects: Project, **more: object) -> taking_in.TakenIn:
    arguments = {"evidence": EVIDENCE, "now": NOW, **more}
    return taking_in.take_in(session, PROGRAMME, projects=projects, **arguments)  # type: ignore[arg-type]


def test_what_is_taken_in_comes_back_equal(session: Session) -> None:
    assert take_in(session, FULL).changed == ("churn",)
    session.commit()
    session.expire_all()
    (ledger,) = look.load_portfolio(session)
    assert ledger.projects == (FULL,)
    assert ledger.programme == PROGRAMME
    assert dict(ledger.facts.evidence) == EVIDENCE


def test_nothing_is_written_when_nothing_changed(session: Session) -> None:
    take_in(session, FULL)
    again = take_in(session, FULL)
    assert (again.changed, again.unchanged) == ((), ("churn",))
    assert len(load_entries(session)) == 2
    stored = load_programmes(session)[0]
    assert project_version(session, stored.id, "churn") == 1


def test_a_changed_project_replaces_its_gates_and_counts_its_version(session: Session) -> None:
    take_in(session, FULL)
    changed = replace(FULL, gates=(a_gate(approval("sponsor"), slug="other"),))
    assert take_in(session, changed).changed == ("churn",)
    assert load_projects(session, load_programmes(session)[0].id) == (changed,)
    told = [(entry.kind, entry.gate, (entry.after or {}).get("version")) for entry in load_entries(session)]
    assert told[1:] == [
        ("project recorded", None, 1),
        ("project recorded", None, 2),
        ("gate added", "other", None),
        ("gate removed", "production", None),
    ]


def test_changed_evidence_is_written_although_the_record_is_as_before(session: Session) -> None:
    take_in(session, FULL)
    take_in(session, FULL, evidence={("churn", "production", "p95"): measured("108")})
    (ledger,) = look.load_portfolio(session)
    assert ledger.facts.evidence["churn", "production", "p95"].value == "108"
    take_in(session, FULL, evidence={})
    assert not look.load_portfolio(session)[0].facts.evidence


def test_a_project_that_is_gone_is_removed_and_a_broken_one_stays_as_it_was(session: Session) -> None:
    other, third = a_project(a_gate(), slug="other"), a_project(a_gate(), slug="third")
    take_in(session, FULL, other, third)
    problem = RecordProblem("projects/other/project.yaml", 3, "owner", "a person id", "'x'")
    done = take_in(session, FULL, problems=[problem], broken=["other"])
    assert done.removed == ("third",)
    assert [p.slug for p in look.load_portfolio(session)[0].projects] == ["churn", "other"]
    assert load_problems(session) == (problem,)
    take_in(session, FULL, other)
    assert load_problems(session) == ()


def test_of_two_projects_with_one_slug_the_first_counts_and_the_other_is_a_problem(session: Session) -> None:
    twin = replace(FULL, name="Twin", source=Source("projects/copy/project.yaml", {"project": 1}))
    done = take_in(session, FULL, twin)
    assert [p.name for p in look.load_portfolio(session)[0].projects] == [FULL.name]
    assert [(p.file, p.line) for p in done.problems] == [("projects/copy/project.yaml", 1)]


def test_a_save_that_read_an_older_version_is_refused(session: Session) -> None:
    programme = save_programme(session, PROGRAMME, now=NOW)
    replace_project(session, programme.id, FULL, now=NOW, expected_version=0)
    newer = replace(FULL, name="Newer")
    assert replace_project(session, programme.id, newer, now=NOW, expected_version=1).version == 2
    with pytest.raises(StaleVersionError, match="version 2, not 1"):
        replace_project(session, programme.id, replace(FULL, name="Mine"), now=NOW, expected_version=1)


def test_a_row_that_moved_on_between_reading_and_writing_is_not_overwritten(session: Session) -> None:
    programme = save_programme(session, PROGRAMME, now=NOW)
    row = replace_project(session, programme.id, FULL, now=NOW)
    session.execute(update(ProjectRow).where(ProjectRow.id == row.id).values(version=5))
    with pytest.raises(StaleVersionError, match="not at version 1 any more"):
        _save_version(session, ProjectRow, row.id, row.version, {"name": "Mine"})


def test_functions_of_the_store_never_commit(session: Session, engine: Engine) -> None:
    take_in(session, FULL)
    session.rollback()
    with Session(engine) as other:
        assert load_programmes(other) == ()


def test_the_log_keeps_its_order_and_its_instants(session: Session) -> None:
    first = append_entry(session, Entry("hold set", NOW, "ann", "terminal", "churn", "production", reason="leak"))
    second = append_entry(session, Entry("hold lifted", NOW, "ann", before={"hold": True}, after={"hold": False}))
    assert second > first
    events = load_entries(session)
    assert [event.kind for event in events] == ["hold set", "hold lifted"]
    assert events[0].at == NOW
    assert events[1].after == {"hold": False}
    assert [event.kind for event in load_entries(session, after=first)] == ["hold lifted"]


def test_asking_for_one_project_loads_it_and_what_it_waits_for(session: Session) -> None:
    lake = a_project(a_gate(approval("sponsor")), slug="lake", name="Lake")
    waits = criterion(Dependency(GateRef("lake", "production")), id_="dep")
    gpu = a_project(a_gate(waits), slug="gpu", name="GPU")
    take_in(session, FULL, gpu, lake)
    (ledger,) = look.load_portfolio(session, slugs=["gpu"])
    assert {project.slug for project in ledger.projects} == {"gpu", "lake"}
    waiting = look.report_on(ledger, "gpu", gate="production", now=NOW)
    assert waiting.blockers[0].chain[0].text == "Sponsor has not signed"
