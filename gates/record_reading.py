"""A project out of a record with mistakes: what they do not touch is kept, what rests on them fails closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gates.criteria import Criterion, RecordCheck, RecordChecks
from gates.model import Gate, Programme, Project
from gates.record_kinds import RECORD_KINDS, StandingRecord, id_of
from gates.record_problems import RecordProblem, Where
from gates.records import read_project_record

_LISTS = frozenset(kind.name for kind in RECORD_KINDS)


@dataclass(frozen=True, slots=True)
class ReadProject:
    """What a record came to. `project` is None where the mistakes leave nothing that could be trusted."""

    project: Project | None
    problems: tuple[RecordProblem, ...] = ()


def read_project(data: object, where: Where, *, programme: Programme, access_id: int = 0) -> ReadProject:
    """The project as far as its record can be read, and every problem of it.

    A standing record with a mistake is left out, and so is the budget: a criterion that rests on it is not met. A gate
    with a mistake anywhere below it is open and says so as a blocker, whatever else it records. A person nobody knows
    holds no role. Any other mistake (the slug, the owner, an unknown key) leaves no project at all.
    """
    found, problems = read_project_record(data, where, programme=programme, access_id=access_id)
    if any(leaves_nothing(problem) for problem in problems):
        return ReadProject(None, problems)
    gates = tuple(_closed_if_broken(gate, found, problems) for gate in found.gates)
    broken_budget = any(problem.key.split(".")[0] == "budget" for problem in problems)
    kept = replace(found, gates=gates, budget=None if broken_budget else found.budget)
    return ReadProject(_without_twins(kept), problems)


def leaves_nothing(problem: RecordProblem) -> bool:
    """Whether a mistake touches the project as a whole: its own fields, a list that is none, a gate without a name."""
    top, _, below = problem.key.partition(".")
    if top == "gates":
        return below.partition(".")[2] in ("", "gate")
    return top != "budget" and not (below and top in (*_LISTS, "roles"))


def _closed_if_broken(gate: Gate, project: Project, problems: Sequence[RecordProblem]) -> Gate:
    own = [problem for problem in problems if problem.key.startswith(f"{gate.key}.")]
    if not own:
        return gate
    checks = tuple(_check(problem, project) for problem in own)
    criterion = Criterion(
        "record", "Record of this gate", RecordChecks(checks), next=f"mend {project.source.file}", key=gate.key
    )
    state = "held" if gate.state == "held" else "collecting"
    return replace(gate, state=state, passed_on=None, approved_by=(), criteria=(*gate.criteria, criterion))  # type: ignore[arg-type]


def _check(problem: RecordProblem, project: Project) -> RecordCheck:
    unmet = f"The record cannot be read: line {problem.line}, {problem.key}: expected {problem.expected}"
    return RecordCheck("present", (), (), unmet, problem.file, problem.line, access_id=project.access_id)


def _without_twins(project: Project) -> Project:
    """Of the records of a kind that share an id the first stays."""
    kept = {}
    for kind in RECORD_KINDS:
        records: tuple[StandingRecord, ...] = getattr(project, kind.attribute)
        if "id" in kind.value.__dataclass_fields__:
            kept[kind.attribute] = tuple({id_of(record): record for record in reversed(records)}.values())[::-1]
    return replace(project, **kept)  # type: ignore[arg-type]
