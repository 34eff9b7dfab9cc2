"""What one evaluation knows: the gate's surroundings, the day it is, and the findings made from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from gates.almanac import Almanac
from gates.criteria import Criterion
from gates.model import Gate, Programme, Project, Subject
from gates.report import Evidence, Facts, Finding, GateReport, Mover
from gates.ruling import Ruling


@dataclass(frozen=True, slots=True)
class Inquiry:
    """The arguments of one judgement.

    `evidence` is that of this gate, by criterion id. `other_gate` answers with the report on a gate this one waits for,
    None when that gate waits for this one (a circle). `ruling` is what the ledger says about this gate. `subject` is
    what the gate is about: what was submitted, else what the project records. `hidden` are the criteria whose evidence
    the reader may not see: it is not in `evidence`.
    """

    gate: Gate
    project: Project
    programme: Programme
    facts: Facts
    now: datetime
    almanac: Almanac
    other_gate: Callable[[Project, Gate], GateReport | None]
    evidence: Mapping[str, Evidence | None]
    ruling: Ruling | None
    subject: Subject | None
    today: date
    hidden: frozenset[str] = frozenset()

    def evidence_of(self, criterion: Criterion) -> Evidence | None:
        return self.evidence.get(criterion.id)

    def day(self, day: date) -> str:
        return self.almanac.say(day)

    def name(self, person: str) -> str:
        return self.programme.name_of(person)


def mover_of(criterion: Criterion, inquiry: Inquiry) -> Mover:
    """Who moves a criterion: its owner, else the gate's, else the project's."""
    return one_mover(criterion.owner or inquiry.gate.owner or inquiry.project.owner)


@lru_cache(maxsize=4096)
def one_mover(person: str | None) -> Mover:
    """One person as a mover, or nobody; shared, because a portfolio holds very many of them."""
    return Mover((person,)) if person else Mover()


def met(criterion: Criterion, reason: str, evidence: Evidence | None = None) -> Finding:
    return Finding(criterion, True, reason, evidence)


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
    )
