"""A mistake in a record costs what rests on it and nothing else: the rest of the project stays and is judged."""

from __future__ import annotations

import pytest

from bot.intake.records import programme_of, project_of
from gates.model import Programme, Project
from gates.record_reading import ReadProject
from gates.report import GateReport
from tests.gates.given import report_on

PEOPLE = "programme: T\npeople: {ann: {name: Ann}, bob: {name: Bob}}\nroles: {sponsor: [ann]}\n"
PROJECT = """\
project: churn
owner: ann
roles: {ml_lead: [bob]}
budget: {currency: EUR, envelope: 100, spent: 10}
gates:
  - gate: discovery
    state: passed
    passed_on: 2026-10-09
    approved_by: [ann]
    criteria:
      - {id: brief, kind: artifact, title: Brief}
  - gate: production
    criteria:
      - {id: cost, kind: cost, title: Spend within the envelope}
      - {id: clicks, kind: dependency, title: Clicks are fresh, on: {contract: clicks}}
      - {id: api, kind: dependency, title: Scoring interface, on: {interface: scoring}}
data_contracts:
  - {id: clicks, owner: bob, freshness_hours: 24, last_delivery: 2026-11-20T04:10:00+00:00}
interface_contracts:
  - {id: scoring, name: Scoring API, owner: bob, state: agreed, version: v2, valid_until: 2027-01-31}
risks:
  - {id: R-1, kind: bias, title: First}
  - {id: R-2, kind: drift, title: Second}
"""


def read(text: str = PROJECT) -> ReadProject:
    programme = programme_of(PEOPLE, file="programme.yaml")
    assert isinstance(programme, Programme)
    return project_of(text, file="projects/churn/project.yaml", programme=programme, access_id=7)


def project(text: str) -> Project:
    found = read(text)
    assert found.project is not None, found.problems
    assert len(found.problems) == 1, found.problems
    return found.project


def report(text: str, gate: str) -> GateReport:
    found = read(text).project
    assert found is not None
    asked = found.gate(gate)
    assert asked is not None
    return report_on(asked, project=found)


def test_a_record_without_a_mistake_has_no_problem() -> None:
    assert read().problems == ()
    assert report(PROJECT, "production").blockers == ()
    assert report(PROJECT, "discovery").state == "passed"


@pytest.mark.parametrize(
    ("old", "new"),
    [("kind: bias", "kind: bais"), ("id: R-1, kind", "id: R-1, kimd: x, kind"), ("id: R-1", "id: R-2")],
)
def test_a_mistake_in_one_risk_costs_that_risk_alone(old: str, new: str) -> None:
    found = project(PROJECT.replace(old, new))
    assert len(found.risks) == 1
    assert len(found.gates) == 2


def test_a_contract_that_cannot_be_read_is_not_relied_on() -> None:
    """Read without its misspelt freshness it would never be stale."""
    text = PROJECT.replace("freshness_hours: 24", "freshnes_hours: 24")
    assert project(text).contracts == ()
    assert [blocker.criterion for blocker in report(text, "production").blockers] == ["clicks"]


def test_a_budget_that_cannot_be_read_is_no_budget() -> None:
    assert [b.criterion for b in report(PROJECT.replace("spent: 10", "spent: ten"), "production").blockers] == ["cost"]


def test_a_gate_that_cannot_be_read_does_not_pass_and_says_where_the_mistake_is() -> None:
    found = report(PROJECT.replace("passed_on: 2026-10-09", "passed_on: yesterday"), "discovery")
    assert found.state == "collecting"
    assert found.passed_on is None
    (blocker,) = [blocker for blocker in found.blockers if blocker.criterion == "record"]
    assert "line 8, gates.0.passed_on: expected a date" in blocker.reason
    assert blocker.next_action == "mend projects/churn/project.yaml"
    assert blocker.evidence is not None
    assert blocker.evidence.line == 8


def test_a_gate_with_a_mistake_leaves_the_other_gates_as_they_are() -> None:
    text = PROJECT.replace("kind: cost", "kind: csot")
    assert report(text, "production").state == "collecting"
    assert report(text, "discovery").state == "passed"


def test_a_person_nobody_knows_holds_no_role_and_takes_it_from_nobody_else() -> None:
    assert project(PROJECT.replace("ml_lead: [bob]", "ml_lead: [bob, zoe]")).roles == {"ml_lead": ("bob",)}
    assert project(PROJECT.replace("ml_lead: [bob]", "ml_lead: [zoe]")).roles == {"ml_lead": ()}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("owner: ann\n", "owner: zoe\n"),
        ("roles:", "rolls:"),
        ("gate: discovery", "gat: discovery"),
        ("risks:", "risk:"),
    ],
)
def test_a_mistake_that_touches_the_whole_project_leaves_none(old: str, new: str) -> None:
    assert read(PROJECT.replace(old, new, 1)).project is None


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("state: agreed", "state: draft", "Scoring interface: Scoring API is not agreed yet"),
        ("state: agreed", "state: breached", "Scoring interface: Scoring API is breached"),
        ("valid_until: 2027-01-31", "valid_until: 2026-11-01", "Scoring interface: Scoring API expired on"),
        ("interface: scoring", "interface: socring", "Scoring interface: the interface socring is not in the ledger"),
    ],
)
def test_an_interface_is_relied_on_while_it_is_agreed_and_valid(old: str, new: str, reason: str) -> None:
    (blocker,) = report(PROJECT.replace(old, new), "production").blockers
    assert blocker.reason.startswith(reason)
