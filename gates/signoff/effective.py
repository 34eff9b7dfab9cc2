"""Records and ledger together: what the evaluator judges. Where both speak, the ledger counts and the rest is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gates.criteria import Approval, Criterion, UnknownRule
from gates.model import Gate, Programme, Project
from gates.order import GateKey
from gates.people import role_name
from gates.report import Evidence, EvidenceKey, Facts
from gates.ruling import Ruling
from gates.signoff.model import GateLedger
from gates.signoff.reported import newest_values
from gates.signoff.rule import rule_on
from gates.signoff.submission import Seats

Ledgers = Mapping[GateKey, GateLedger]


@dataclass(frozen=True, slots=True)
class Laid:
    """Projects and facts as the evaluator takes them, the ledger laid over the records."""

    projects: tuple[Project, ...]
    facts: Facts

    def project(self, slug: str) -> Project | None:
        return self.facts.projects.get(slug)


def lay_over(
    projects: Sequence[Project], facts: Facts, *, ledgers: Ledgers, programme: Programme, now: datetime
) -> Laid:
    """What the evaluator judges. A gate without events stays exactly as its records have it."""
    known = {**facts.projects, **{project.slug: project for project in projects}}
    evidence, rulings = dict(facts.evidence), dict(facts.rulings)
    changed: dict[str, Project] = {}
    for (slug, gate_slug), ledger in ledgers.items():
        project = changed.get(slug) or known.get(slug)
        gate = project.gate(gate_slug) if project else None
        if project is None or gate is None or ledger.seq == 0:
            continue
        laid = _lay_gate(gate, project, ledger=ledger, facts=facts, programme=programme, now=now)
        changed[slug] = with_gate(project, laid.gate)
        evidence.update(laid.evidence)
        rulings[slug, gate_slug] = laid.ruling
    known.update(changed)
    return Laid(
        tuple(changed.get(project.slug, project) for project in projects),
        replace(facts, evidence=evidence, rulings=rulings, projects=known),
    )


@dataclass(frozen=True, slots=True)
class _LaidGate:
    gate: Gate
    evidence: Mapping[EvidenceKey, Evidence]
    ruling: Ruling


def _lay_gate(
    gate: Gate, project: Project, *, ledger: GateLedger, facts: Facts, programme: Programme, now: datetime
) -> _LaidGate:
    asked = gate_asked(gate, ledger)
    newest, differing = newest_values(asked, project, ledger=ledger, facts=facts, programme=programme, now=now)
    own = {
        criterion.id: found
        for criterion in asked.criteria
        if (found := newest.get(criterion.id) or facts.evidence.get((project.slug, gate.slug, criterion.id)))
        and not found.absent
    }
    ruling = rule_on(asked, gate, project=project, ledger=ledger, evidence=own, programme=programme, now=now)
    overlay = {(project.slug, gate.slug, name): item for name, item in newest.items()}
    return _LaidGate(asked, overlay, replace(ruling, conflicts=(*ruling.conflicts, *differing)))


def with_gate(project: Project, gate: Gate) -> Project:
    """The project with this gate in the place of the one of its slug."""
    return replace(project, gates=tuple(gate if other.slug == gate.slug else other for other in project.gates))


def gate_asked(gate: Gate, ledger: GateLedger) -> Gate:
    """The gate as it was asked for: an open submission keeps the seats and criteria it was made under.

    Evidence criteria that the records added later count from the next submission; one that they took out of an open
    submission is never met, so that asking for less needs a new submission.
    """
    submission = ledger.submission
    if submission is None or not ledger.is_open:
        return gate
    packed = {item.criterion for item in submission.pack.items}
    seats = {seat.criterion: seat for seat in submission.seats}
    recorded = {criterion.id: criterion for criterion in gate.criteria}
    kept = [c for c in gate.criteria if c.id in packed and not isinstance(c.rule, Approval)]
    if ledger.phase == "submitted":
        kept += [_taken_out(item) for item in packed - set(recorded)]
    kept += [_seat_criterion(seat, recorded.get(name)) for name, seat in seats.items()]
    return replace(gate, criteria=tuple(kept), requested_by=submission.by)


def _taken_out(criterion: str) -> Criterion:
    return Criterion(criterion, f"{criterion} (taken out of the records since)", UnknownRule("taken out"))


def _seat_criterion(seat: Seats, recorded: Criterion | None) -> Criterion:
    """The approval with the role and quorum of the submission, and no signatures but those of the ledger."""
    rule = Approval(seat.role, seat.quorum)
    if recorded is not None:
        return replace(recorded, rule=rule)
    return Criterion(seat.criterion, f"{role_name(seat.role)} signs", rule)
