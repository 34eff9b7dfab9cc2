"""The demo programme loads without a problem, and its production gate reads as people were promised it would."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from gates.criteria import EvidenceRef
from gates.evidence import EvidenceDocument, evidence_wanted, filled_sections, read_evidence
from gates.model import Programme, Project
from gates.portfolio import portfolio
from gates.programme import load_programme
from gates.record_file import RecordFile, read_record
from gates.records import dangling, load_project
from gates.report import Evidence, EvidenceKey, Facts, GateReport, ProjectReport
from gates.templates import check_lifecycle, lifecycle_names
from gates.whatif import Change, PersonSigns, ValueMeasured, what_if

DEMO = Path(__file__).parents[2] / "deploy" / "demo"
PROJECTS = ("churn-uplift", "claims-triage", "gpu-platform")


def record(path: str) -> RecordFile:
    found = read_record((DEMO / path).read_text(encoding="utf-8"))
    assert isinstance(found, RecordFile), found
    return found


@lru_cache
def programme() -> Programme:
    file = record("programme.yaml")
    found = load_programme(file.data, file.where("programme.yaml"))
    assert isinstance(found, Programme), found
    return found


@lru_cache
def project(slug: str) -> Project:
    path = f"projects/{slug}/project.yaml"
    file = record(path)
    found = load_project(file.data, file.where(path), programme=programme())
    assert isinstance(found, Project), [str(problem) for problem in found]
    return found


def parsed(folder: Path, ref: EvidenceRef) -> EvidenceDocument | None:
    """A plain reading of the few formats this test needs; the product's own parsing is another room's."""
    path = folder / ref.document
    if not path.exists():
        return None
    if path.suffix not in (".md", ".json", ".csv", ".yaml"):
        return EvidenceDocument(ref.document, "", updated=date(2026, 11, 1), sections=(("Any", True),))
    text = path.read_text(encoding="utf-8")
    rows = [line.split(",") for line in text.splitlines()] if path.suffix == ".csv" else []
    data: object = json.loads(text) if path.suffix == ".json" else None
    if path.suffix == ".yaml":
        file = read_record(text)
        data = file.data if isinstance(file, RecordFile) else None
    document = EvidenceDocument(ref.document, text, data=data, rows=rows, updated=date(2026, 11, 17))
    return _with_front_matter(document) if path.suffix == ".md" else document


def _with_front_matter(document: EvidenceDocument) -> EvidenceDocument:
    found = re.match(r"---\n(.*?)\n---\n", document.text, re.DOTALL)
    front = read_record(found[1]) if found else None
    meta = front.data if isinstance(front, RecordFile) and isinstance(front.data, Mapping) else {}
    parts = re.split(r"^(#+) (.*)$", document.text[found.end() if found else 0 :], flags=re.MULTILINE)
    headings = [(len(parts[n]), parts[n + 1], bool(parts[n + 2].strip())) for n in range(1, len(parts) - 2, 3)]
    return replace(
        document,
        meta=meta,
        updated=meta.get("updated"),
        owner=meta.get("owner"),
        status=meta.get("status", "current"),
        superseded_by=meta.get("superseded_by"),
        sections=filled_sections(headings),
    )


@lru_cache
def facts() -> Facts:
    evidence: dict[EvidenceKey, Evidence] = {}
    for slug in PROJECTS:
        for wish in evidence_wanted(project(slug)):
            document = parsed(DEMO / "projects" / slug, wish.ref)
            if document is not None:
                evidence[wish.key] = read_evidence(wish.ref, document)
    return Facts(evidence, {slug: project(slug) for slug in PROJECTS})


@lru_cache
def reports() -> dict[str, ProjectReport]:
    people = programme()
    assert people.now is not None
    found = portfolio(people, [project(slug) for slug in PROJECTS], facts=facts(), now=people.now)
    return {report.project.slug: report for report in found}


def production() -> GateReport:
    current = reports()["churn-uplift"].current
    assert current is not None
    return current


@pytest.mark.parametrize("slug", PROJECTS)
def test_a_project_loads_and_follows_a_lifecycle_we_know(slug: str) -> None:
    assert project(slug).lifecycle in lifecycle_names()
    assert not any("no gate of" in note.text or "order" in note.text for note in check_lifecycle(project(slug)))


def test_no_dependency_points_nowhere() -> None:
    assert dangling([project(slug) for slug in PROJECTS]) == ()


def test_every_value_a_criterion_points_to_is_found_and_quoted() -> None:
    for slug in PROJECTS:
        for wish in evidence_wanted(project(slug)):
            if wish.ref.field is not None:
                found = facts().evidence[wish.key]
                assert found.value, wish
                assert found.quote, wish
                assert found.value in found.quote, wish


def test_the_production_gate_of_churn_uplift_reads_as_promised() -> None:
    gate = production()
    assert (gate.gate, gate.position, gate.gates) == ("production", 3, 4)
    assert (gate.due, gate.was_due) == (date(2026, 12, 4), (date(2026, 11, 27),))
    assert gate.health == "at risk"
    assert (gate.evidence_met, gate.evidence_total) == (8, 9)
    assert (gate.approvals_met, gate.approvals_total) == (1, 3)


def test_its_blockers_are_complete_and_in_order() -> None:
    latency, risk, sponsor = production().blockers
    assert latency.reason == "p95 latency at 50 rps is 164 ms, agreed limit 120 ms"
    assert (latency.mover.people, latency.age) == (("tomas.weber",), 3)
    assert latency.next_action == "rerun after the batching fix"
    assert latency.evidence is not None
    assert latency.evidence.quote == '"p95_ms": 164,'
    assert risk.reason == "Model risk owner has not signed"
    assert (risk.mover.people, risk.age) == (("aiko.sato",), 1)
    assert sponsor.mover.people == ("rita.fonseca",)


def test_if_aiko_signs_latency_still_blocks_and_with_both_only_the_sponsor_is_left() -> None:
    people, churn = programme(), project("churn-uplift")
    gate = churn.gate("production")
    assert gate is not None
    assert people.now is not None
    signs = PersonSigns("aiko.sato")
    cases: list[tuple[list[Change], list[str]]] = [
        ([signs], ["latency-p95", "sign-sponsor"]),
        ([signs, ValueMeasured("latency-p95", "108")], ["sign-sponsor"]),
    ]
    for changes, left in cases:
        after = what_if(gate, churn, programme=people, facts=facts(), now=people.now, changes=changes)
        assert [blocker.criterion for blocker in after.blockers] == left


def test_the_gpu_platform_is_declared_green_with_an_approval_nine_working_days_old() -> None:
    report = reports()["gpu-platform"]
    assert report.contradiction is not None
    assert "Finance partner has not signed, 9 working days old" in report.contradiction


def test_the_hold_on_claims_triage_is_named_with_who_and_why() -> None:
    gate = next(gate for gate in reports()["claims-triage"].gates if gate.gate == "safety-bias-review")
    assert gate.state == "held"
    assert gate.blockers[0].mover.people == ("aiko.sato",)
    assert "INC-0412" in gate.blockers[0].reason
