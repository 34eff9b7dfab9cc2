"""What of a gate a reader may not see, found before anything is judged: so nothing that is judged can tell of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gates.criteria import Criterion, Dependency, RecordChecks, Signature
from gates.model import Gate, Project
from gates.report import Evidence, Facts
from gates.ruling import LapsedSignature, Ruling

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class InSight:
    """What the reader may see of a gate: its evidence and what the ledger says; `hidden` are criteria by id."""

    evidence: Mapping[str, Evidence | None]
    ruling: Ruling | None
    hidden: frozenset[str] = NOTHING


def in_sight(gate: Gate, project: Project, facts: Facts) -> InSight:
    """What the reader of `facts` may see.

    A criterion is hidden with the document, record or project it rests on, and with a document that is not there where
    one would be hidden: so it does not tell whether there is one.
    """
    key, known, readable = (project.slug, gate.slug), facts.evidence, facts.readable
    evidence: dict[str, Evidence | None] = {}
    hidden: list[str] = []
    for criterion in gate.criteria:
        item = known.get((*key, criterion.id))
        if item is not None and readable is not None and item.access_id not in readable:
            hidden.append(criterion.id)
        evidence[criterion.id] = None if item is None or item.absent else item
    if readable is not None:
        hidden += (
            c.id for c in gate.criteria if type(c.rule) in _ELSEWHERE and _is_elsewhere_hidden(c, project, facts)
        )
    ruling = facts.rulings.get(key)
    if not hidden:
        return InSight(evidence, ruling)
    evidence.update(dict.fromkeys(hidden))
    names = frozenset(hidden)
    return InSight(evidence, _without(names, ruling) if ruling else None, names)


_ELSEWHERE = (Dependency, RecordChecks)
"""Rules that look at more than the criterion's own evidence."""


def _is_elsewhere_hidden(criterion: Criterion, project: Project, facts: Facts) -> bool:
    match criterion.rule:
        case Dependency(on):
            awaited = facts.projects.get(on.project)
            return awaited is not None and on.project != project.slug and not facts.may_read(awaited.access_id)
        case RecordChecks(checks):
            return not all(facts.may_read(check.access_id) for check in checks)
    return False


def _without(hidden: frozenset[str], ruling: Ruling) -> Ruling:
    """The ledger's word as far as it does not depend on hidden evidence.

    What was recorded is known to all who know of the gate. That a signature lapses because hidden evidence has just
    changed is not, until it is recorded: it stands until then. Signatures go by day and name, so that their order does
    not tell which of them it was.
    """
    signed: dict[str, tuple[Signature, ...]] = {}
    lapsed: dict[str, tuple[LapsedSignature, ...]] = {}
    for seat in sorted(ruling.signed.keys() | ruling.lapsed.keys()):
        shown = [_as_shown(item, hidden) for item in ruling.lapsed.get(seat, ())]
        standing = [*ruling.signed.get(seat, ()), *(item for item in shown if isinstance(item, Signature))]
        signed[seat] = tuple(sorted(standing, key=_by_day))
        lapsed[seat] = tuple(item for item in shown if isinstance(item, LapsedSignature))
    return replace(
        ruling,
        signed=signed,
        lapsed=lapsed,
        conflicts=tuple(conflict for conflict in ruling.conflicts if conflict.criterion not in hidden),
    )


def _by_day(signature: Signature) -> tuple[str, str]:
    return signature.on.isoformat(), signature.by


def _as_shown(lapsed: LapsedSignature, hidden: frozenset[str]) -> LapsedSignature | Signature:
    changes = tuple(pair for pair in lapsed.changes if pair[0] not in hidden)
    recorded = tuple(pair for pair in lapsed.recorded if pair[0] not in hidden)
    if len(recorded) < len(lapsed.recorded):
        recorded += (("", "restricted evidence"),)
    return replace(lapsed, changes=changes, recorded=recorded) if changes or recorded else lapsed.signature
