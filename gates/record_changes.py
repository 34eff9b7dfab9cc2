"""What a new version of a project's record changes that the ledger has to know of: limits moved after agreement."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from gates.criteria import Cost, Criterion, Latency, Metric, Threshold
from gates.model import Project
from gates.report import EvidenceKey


@dataclass(frozen=True, slots=True)
class LimitMoved:
    """A criterion whose limit is not what it was, both as written."""

    gate: str
    criterion: str
    before: str
    after: str


def limits_moved(before: Project, after: Project, *, measured: Container[EvidenceKey]) -> tuple[LimitMoved, ...]:
    """The limits that differ between two versions of a project's record.

    A limit that nobody had agreed before counts only where a result was there already: `measured` are those.
    """
    was = {(gate.slug, criterion.id): limit_of(criterion) for gate in before.gates for criterion in gate.criteria}
    found = []
    for gate in after.gates:
        for criterion in gate.criteria:
            old, new = was.get((gate.slug, criterion.id)), limit_of(criterion)
            if old is None or old == new or (new is not None and _says(old) == _says(new)):
                continue
            if old.operator != "?" or (after.slug, gate.slug, criterion.id) in measured:
                found.append(LimitMoved(gate.slug, criterion.id, _says(old), _says(new)))
    return tuple(found)


def limit_of(criterion: Criterion) -> Threshold | None:
    """The limit of a criterion that is measured."""
    rule = criterion.rule
    return rule.threshold if isinstance(rule, Metric | Latency | Cost) else None


def _says(limit: Threshold | None) -> str:
    if limit is None:
        return "no limit"
    return limit.text if limit.operator == "?" else f"{limit.operator} {limit.text}"
