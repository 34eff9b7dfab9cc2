"""What one evaluation knows: the gate's surroundings, the day it is, and the findings made from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from gates.calendar import say_day
from gates.criteria import Criterion
from gates.model import Gate, Programme, Project
from gates.report import Evidence, Facts, Finding, GateReport, Mover, label


@dataclass(frozen=True, slots=True)
class Inquiry:
    """The arguments of one judgement.

    `evidence` is that of this gate, by criterion id. `other_gate` answers with the report on a gate this one waits for,
    None when that gate waits for this one (a circle).
    """

    gate: Gate
    project: Project
    programme: Programme
    facts: Facts
    now: datetime
    today: date
    other_gate: Callable[[Project, Gate], GateReport | None]
    evidence: Mapping[str, Evidence | None]

    def evidence_of(self, criterion: Criterion) -> Evidence | None:
        return self.evidence.get(criterion.id)

    def day(self, day: date) -> str:
        return say_day(day, self.today)

    def name(self, person: str) -> str:
        return self.programme.name_of(person)


def mover_of(criterion: Criterion, inquiry: Inquiry) -> Mover:
    """Who moves a criterion: its owner, else the gate's, else the project's."""
    owner = criterion.owner or inquiry.gate.owner or inquiry.project.owner
    return Mover((owner,)) if owner else Mover()


def met(criterion: Criterion, reason: str, evidence: Evidence | None = None) -> Finding:
    access = label(evidence.access_id) if evidence else frozenset[int]()
    return Finding(criterion, True, reason, evidence, access=access)


def unmet(
    criterion: Criterion,
    reason: str,
    *,
    inquiry: Inquiry,
    next_action: str,
    weight: float,
    evidence: Evidence | None = None,
    since: date | None = None,
    severe: bool = False,
    ready_on: date | None = None,
) -> Finding:
    """A criterion that is not met; the record's own `next` and `since` win over what is derived."""
    return Finding(
        criterion,
        False,
        reason,
        evidence,
        mover=mover_of(criterion, inquiry),
        next_action=criterion.next or next_action,
        since=criterion.since or since,
        weight=weight,
        severe=severe,
        ready_on=ready_on,
        access=label(evidence.access_id) if evidence else frozenset(),
    )
