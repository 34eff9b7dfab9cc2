"""Freezing evidence: what a signature confirms, whether evidence is still the same, and what changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from gates.codec import hash_of
from gates.criteria import Approval, Artifact, Cost, Criterion, Latency, Metric, Review, Threshold
from gates.model import Gate, Subject
from gates.report import Evidence
from gates.signoff.submission import EvidenceItem, EvidencePack


def freeze(gate: Gate, evidence: Mapping[str, Evidence], *, subject: Subject) -> EvidencePack:
    """The pack of a gate's evidence as it is now; `evidence` by criterion id. Approvals are no evidence."""
    items = tuple(
        item_of(criterion, evidence.get(criterion.id))
        for criterion in gate.criteria
        if not isinstance(criterion.rule, Approval)
    )
    return EvidencePack(_digest([hash_of(subject), *(hash_of(item) for item in items)]), items)


def item_of(criterion: Criterion, evidence: Evidence | None) -> EvidenceItem:
    """The evidence of one criterion, frozen. Its fingerprint leaves out what is cosmetic and where the file lies."""
    rule = _recorded_rule(criterion)
    parts = [criterion.id, rule, *_parts(evidence)]
    return EvidenceItem(
        criterion.id,
        _digest(parts),
        evidence.document if evidence else None,
        evidence.content_hash if evidence else None,
        evidence.normal_hash if evidence else None,
        evidence.normaliser if evidence else "",
        evidence.value if evidence else None,
        said_threshold(criterion),
        _producers(criterion, evidence),
        rule,
        evidence.self_reported if evidence else False,
    )


def _parts(evidence: Evidence | None) -> list[str]:
    if evidence is None:
        return ["nothing"]
    standing = [evidence.status, evidence.superseded_by or "", evidence.problem or ""]
    content = evidence.normal_hash or evidence.content_hash
    if content is None:
        content = hash_of((evidence.sections, str(evidence.updated), evidence.quote, evidence.conditions))
    return [content, evidence.value or "", evidence.unit or "", hash_of(evidence.subject), *standing]


def _recorded_rule(criterion: Criterion) -> str:
    """The hash of what is recorded rather than measured: a review's result, a window's dates. Limits are no part."""
    if isinstance(criterion.rule, Metric | Latency | Cost | Artifact):
        return ""
    return hash_of(criterion.rule)


def said_threshold(criterion: Criterion) -> str | None:
    """A criterion's limit as written, "<= 120"; None where it has none."""
    limit: Threshold | None = getattr(criterion.rule, "threshold", None)
    return f"{limit.operator} {limit.text}" if limit else None


def _producers(criterion: Criterion, evidence: Evidence | None) -> tuple[str, ...]:
    found = list(evidence.authors) if evidence else []
    if isinstance(criterion.rule, Review) and criterion.rule.done_by:
        found.append(criterion.rule.done_by)
    return tuple(dict.fromkeys(found))


def is_same(frozen: EvidenceItem, current: EvidenceItem) -> bool:
    """Whether nothing but the cosmetic changed. Unchanged bytes are unchanged, whatever the normaliser's version."""
    if frozen.fingerprint == current.fingerprint:
        return True
    same_bytes = frozen.raw_sha256 is not None and frozen.raw_sha256 == current.raw_sha256
    other_rules = frozen.normaliser != current.normaliser
    return same_bytes and other_rules and (frozen.value, frozen.rule_sha256) == (current.value, current.rule_sha256)


def say_change(frozen: EvidenceItem, current: EvidenceItem | None) -> str:
    """What changed, in a few words: "load.json: 164 -> 108"."""
    if current is None:
        return "taken out of the records"
    name = (current.document or frozen.document or "the record").rpartition("/")[2]
    if current.document is None and frozen.document is not None:
        return f"{name} is gone"
    if frozen.value != current.value:
        return f"{name}: {frozen.value or 'nothing'} -> {current.value or 'nothing'}"
    return f"{name} was changed"


def _digest(parts: list[str]) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
