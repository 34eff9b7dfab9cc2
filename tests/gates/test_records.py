"""Loading programme.yaml, project.yaml and mapped records: what is wrong is named with its place and a way out."""

from datetime import date
from decimal import Decimal

import pytest

from gates.criteria import Approval, Cost, Dependency, GateRef, Latency, RecordChecks, Review
from gates.mapped import load_mapped
from gates.model import Programme, Project, Terms
from gates.programme import load_programme
from gates.record_file import BrokenFile, RecordFile, read_record
from gates.record_problems import RecordProblem, Where
from gates.records import dangling, load_project
from tests.gates.given import report_on

PROGRAMME = """\
programme: Test
calendar: {time_zone: Europe/Lisbon, working_days: [mon, tue, wed, thu], hours: "08:30-17:00", holidays: [2026-12-01]}
people:
  ann.lee: {name: Ann Lee, groups: [risk]}
  bob.ray: {name: Bob Ray, time_zone: Europe/Berlin}
roles: {model_risk_owner: [ann.lee]}
channels: {"#churn": {id: C1, kind: private, members: [ann.lee]}}
access: [{path: "legal/**", readers: [risk]}]
"""

PROJECT = """\
project: churn
name: Churn
owner: ann.lee
risk_tier: high
channel: "#churn"
roles: {ml_lead: [bob.ray]}
budget: {currency: EUR, envelope: 1000, spent: 12.50}
gates:
  - gate: production
    due: 2026-12-04
    criteria:
      - {id: p95, kind: latency, owner: bob.ray, threshold: "<= 120", evidence: {document: l.json, field: p95}}
      - {id: bias, kind: review, done_on: 2026-11-19, done_by: ann.lee, result: passed}
      - {id: dep, kind: dependency, on: {gate: production, project: churn}}
      - {id: cost, kind: cost}
      - {id: sign, kind: approval, role: model_risk_owner, signed: [{by: ann.lee, on: 2026-11-18}]}
data_contracts:
  - {id: clicks, owner: bob.ray, freshness_hours: 24, last_delivery: 2026-11-19T04:10:00+00:00}
"""


def programme(text: str = PROGRAMME) -> Programme | tuple[RecordProblem, ...]:
    record = read_record(text)
    assert isinstance(record, RecordFile)
    return load_programme(record.data, record.where("programme.yaml"))


def load(text: str) -> Project | tuple[RecordProblem, ...]:
    people, record = programme(), read_record(text)
    assert isinstance(people, Programme)
    assert isinstance(record, RecordFile)
    return load_project(record.data, record.where("project.yaml"), programme=people)


def loaded(text: str = PROJECT) -> Project:
    found = load(text)
    assert isinstance(found, Project), found
    return found


def problem(old: str, new: str) -> RecordProblem:
    """The one problem of the project when a piece of it is changed."""
    assert old in PROJECT
    found = load(PROJECT.replace(old, new, 1))
    assert isinstance(found, tuple)
    assert len(found) == 1, found
    return found[0]


def test_a_programme_is_read_with_people_roles_calendar_and_folder_rules() -> None:
    found = programme()
    assert isinstance(found, Programme)
    assert found.calendar.working_days == (0, 1, 2, 3)
    assert found.calendar.holidays == (date(2026, 12, 1),)
    assert found.name_of("ann.lee") == "Ann Lee"
    assert found.access[0].readers == ("risk",)


def test_the_terms_of_sign_off_are_read_and_what_is_left_out_is_as_usual() -> None:
    assert programme().terms == Terms()  # type: ignore[union-attr]
    found = programme(PROGRAMME + "terms: {hold: [risk_owner], signature_days: 30}\n")
    assert found.terms == Terms(hold=("risk_owner",), signature_days=30)  # type: ignore[union-attr]
    wrong = programme(PROGRAMME + "terms: {signature_days: never}\n")
    assert isinstance(wrong, tuple)
    assert "terms.signature_days" in str(wrong[0])


def test_a_project_is_read_with_its_criteria_by_kind() -> None:
    gate = loaded().gates[0]
    rules = [criterion.rule for criterion in gate.criteria]
    assert [type(rule) for rule in rules] == [Latency, Review, Dependency, Cost, Approval]
    assert rules[2] == Dependency(GateRef("churn", "production"))
    assert loaded().budget is not None
    assert loaded().budget.spent == Decimal("12.50")  # type: ignore[union-attr]


def test_every_key_keeps_its_line() -> None:
    project = loaded()
    assert project.source.line("gates.0.due") == 10
    assert project.source.line(f"{project.gates[0].criteria[2].key}.on") == 14
    assert project.source.line("gates.0.criteria.0.not_there") == 12


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "expected"),
    [
        ("risk_tier: high", "risk_teir: high", 4, "risk_teir", "did you mean 'risk_tier'?"),
        ("risk_tier: high", "risk_tier: hihg", 4, "risk_tier", "did you mean 'high'?"),
        ("owner: ann.lee", "owner: ann.le", 3, "owner", "did you mean 'ann.lee'?"),
        ("owner: ann.lee\n", "", 1, "owner", "a text"),
        ('"#churn"', '"#chrn"', 5, "channel", "did you mean '#churn'?"),
        ("due: 2026-12-04", "due: soon", 10, "gates.0.due", "a date as 2026-12-04"),
        ("kind: latency", "kind: latancy", 12, "gates.0.criteria.0.kind", "did you mean 'latency'?"),
        ('"<= 120"', '"about 120"', 12, "gates.0.criteria.0.threshold", 'as "<= 120"'),
        (', threshold: "<= 120"', "", 12, "gates.0.criteria.0.threshold", 'as "<= 120"'),
        ("role: model_risk_owner", "role: model_risk_ower", 16, "gates.0.criteria.4.role", "'model_risk_owner'"),
        ("by: ann.lee, on", "by: zoe, on", 16, "gates.0.criteria.4.signed.0.by", "a person id"),
        ("spent: 12.50", "spent: lots", 7, "budget.spent", "a number"),
        ("id: bias", "id: p95", 13, "gates.0.criteria.1.id", "used once"),
        ("{gate: production, project: churn}", "{project: churn}", 14, "gates.0.criteria.2.on", "either a gate or"),
        ("due: 2026-12-04", "state: passed\n    approved_by: [ann.lee]", 9, "gates.0.passed_on", "the date on which"),
        ("due: 2026-12-04", "due: 9999-12-31", 10, "gates.0.due", "a date between 1900 and 2200"),
        ("name: Churn", 'name: "Ch\\0urn"', 2, "name", "without NUL"),
        ("freshness_hours: 24", "freshness: 24", 18, "data_contracts.0.freshness", "'freshness_hours'"),
    ],
)
def test_a_mistake_is_named_with_line_key_and_what_was_expected(
    old: str, new: str, line: int, key: str, expected: str
) -> None:
    found = problem(old, new)
    assert (found.file, found.key) == ("project.yaml", key)
    assert expected in found.expected
    assert found.line == line
    assert found.found


def test_all_mistakes_of_a_file_are_named_at_once() -> None:
    text = PROJECT.replace("risk_tier: high", "risk_tier: 3").replace("due: 2026-12-04", "due: soon")
    found = load(text)
    assert isinstance(found, tuple)
    assert [item.key for item in found] == ["gates.0.due", "risk_tier"]


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words\n", "gates: {a: 1}\nproject: x\nowner: ann.lee\n"])
def test_a_file_of_another_shape_is_a_problem_and_no_crash(text: str) -> None:
    assert isinstance(load(text), tuple)


def test_a_dependency_on_something_that_is_not_there_is_named_with_its_line() -> None:
    text = PROJECT.replace("{gate: production, project: churn}", "{gate: prodction}")
    (found,) = dangling([loaded(text)])
    assert (found.line, found.key) == (14, "gates.0.criteria.2.on")
    assert "did you mean 'production'?" in found.expected
    (other,) = dangling([loaded(PROJECT.replace("project: churn}", "project: chrun}"))])
    assert "a project of this programme" in other.expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Europe/Lisbon", "Europe/Lissabon", "a time zone name"),
        ("[mon, tue", "[mon, tusday", "'tue'"),
        ("08:30-17:00", "17:00-08:30", "opening hours"),
        ("model_risk_owner: [ann.lee]", "model_risk_owner: [anne]", "a person id"),
        ("readers: [risk]", "reader: [risk]", "'readers'"),
    ],
)
def test_a_mistake_in_the_programme_is_named(old: str, new: str, expected: str) -> None:
    found = programme(PROGRAMME.replace(old, new))
    assert isinstance(found, tuple)
    if old.startswith("[mon"):
        assert "days out of" in found[0].expected or expected in found[0].expected
    else:
        assert any(expected in item.expected for item in found)


def test_a_key_that_stands_twice_is_refused_with_its_line() -> None:
    broken = read_record("project: a\nowner: b\nowner: c\n")
    assert isinstance(broken, BrokenFile)
    assert (broken.line, "owner" in broken.reason) == (3, True)


def test_a_text_that_is_no_yaml_is_refused_with_its_line() -> None:
    broken = read_record("project: a\ngates: [1, 2\nowner: b\n")
    assert isinstance(broken, BrokenFile)
    assert broken.line >= 2


def test_a_record_cannot_build_objects() -> None:
    assert isinstance(read_record("a: !!python/object/apply:os.getcwd []\n"), BrokenFile)


def test_on_and_off_are_words_and_only_true_and_false_are_truths() -> None:
    record = read_record("on: off\nyes: true\n")
    assert isinstance(record, RecordFile)
    assert record.data == {"on": "off", "yes": True}


def proposal(*approvers: str) -> dict[str, object]:
    """A mapped record whose gate asks for an approver out of a list."""
    checks = [
        {"test": "present", "actual": ["Zoe"], "expected": [], "unmet": "no approver entry for beta"},
        {"test": "in", "actual": ["Zoe"], "expected": list(approvers), "unmet": "Zoe is not on the list"},
    ]
    criterion = {"id": "approver", "kind": "record", "title": "Approver of beta", "checks": checks}
    gate = {"gate": "beta", "approved_by": ["Zoe"], "criteria": [criterion]}
    return {"project": "prop-12", "name": "A proposal", "noun": "proposal", "status": "Draft", "gates": [gate]}


def mapped(record: object) -> Project | tuple[RecordProblem, ...]:
    return load_mapped(record, Where("prop-12.yaml", dict[str, int]().get))


def test_a_mapped_record_passes_when_all_its_checks_hold() -> None:
    project = mapped(proposal("Zoe", "Yan"))
    assert isinstance(project, Project)
    report = report_on(project.gates[0], project=project)
    assert report.state == "passed"
    assert report.approved_by == ("Zoe",)
    assert isinstance(project.gates[0].criteria[0].rule, RecordChecks)


def test_a_mapped_record_says_the_mappings_sentence_when_it_does_not() -> None:
    project = mapped(proposal("Yan"))
    assert isinstance(project, Project)
    report = report_on(project.gates[0], project=project)
    assert report.state == "collecting"
    assert report.blockers[0].reason == "Zoe is not on the list"


def test_a_mapped_record_of_the_wrong_shape_is_a_problem() -> None:
    found = mapped(
        {"project": "x", "gates": [{"gate": "a", "criteria": [{"id": "b", "kind": "record", "chekcs": []}]}]}
    )
    assert isinstance(found, tuple)
    assert "did you mean 'checks'?" in found[0].expected
