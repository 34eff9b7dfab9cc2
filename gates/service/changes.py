"""What changed in the records, as entries of the audit log: policy, projects, gates and what they ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime

from gates.audit.entry import Entry
from gates.codec import hash_of, to_plain
from gates.model import Gate, Programme, Project
from gates.report import Evidence, EvidenceKey
from gates.signoff.model import PolicyRevision

TEMPLATE = "template recorded"

_NOT_POLICY = {"source", "gates", "criteria", "key"}
"""Where something stands, and what has entries of its own."""


def policy_changes(
    before: Programme | None, after: Programme, *, version: int, revision: PolicyRevision | None, at: datetime
) -> Iterator[Entry]:
    """One entry when the policy changed, with only the parts that did; people stand in it by their ids."""
    if before is not None and hash_of(before) == hash_of(after):
        return
    old, new = _parts(before, after)
    for part in (old, new):
        if isinstance(part.get("people"), Mapping):
            part["people"] = sorted(part["people"])  # type: ignore[call-overload]
    commit = {"commit": revision.commit} if revision and revision.commit else {}
    about = {"version": version, "hash": hash_of(after), **commit}
    kind = "programme recorded" if before is None else "policy changed"
    yield Entry(kind, at, programme=after.name, before=old or None, after={**about, **new})


def project_changes(
    before: Project | None, after: Project, *, version: int, programme: str, at: datetime
) -> Iterator[Entry]:
    """An entry for the project, and one for each gate and criterion that is not as it was."""
    old, new = _parts(before, after) if before else ({}, {})
    about: dict[str, object] = {"version": version, "hash": hash_of(after)}
    yield Entry("project recorded", at, None, None, after.slug, before=old or None, after={**about, **new},
                programme=programme)  # fmt: skip
    if before is None:
        return
    gates = {gate.slug: gate for gate in before.gates}
    for gate in after.gates:
        yield from _gate_changes(gates.pop(gate.slug, None), gate, about=Entry("", at, project=after.slug,
                                                                               programme=programme))  # fmt: skip
    for slug in gates:
        yield Entry("gate removed", at, project=after.slug, gate=slug, programme=programme)


def evidence_changes(
    before: Mapping[EvidenceKey, Evidence], after: Mapping[EvidenceKey, Evidence], *, programme: str, at: datetime
) -> Iterator[Entry]:
    """An entry for every criterion whose evidence is not as it was: what the records said of it, then and now."""
    for key in sorted({*before, *after}):
        old, new = _there(before.get(key)), _there(after.get(key))
        if old != new:
            project, gate, criterion = key
            about = Entry("evidence changed", at, project=project, gate=gate, criterion=criterion, programme=programme)
            yield replace(about, before=_told(old), after=_told(new))


def _there(evidence: Evidence | None) -> Evidence | None:
    return None if evidence is None or evidence.absent else evidence


def _told(evidence: Evidence | None) -> dict[str, object] | None:
    if evidence is None:
        return None
    return {"document": evidence.document, "value": evidence.value, "hash": evidence.content_hash}


def _gate_changes(before: Gate | None, after: Gate, *, about: Entry) -> Iterator[Entry]:
    about = replace(about, gate=after.slug)
    if before is None:
        yield replace(about, kind="gate added", after={"hash": hash_of(after)})
        return
    old, new = _parts(before, after)
    if new or old:
        yield replace(about, kind="gate changed", before=old, after=new)
    criteria = {criterion.id: criterion for criterion in before.criteria}
    for criterion in after.criteria:
        known = criteria.pop(criterion.id, None)
        if known != criterion:
            kind = "criterion changed" if known else "criterion added"
            was, now = _parts(known, criterion)
            yield replace(about, kind=kind, criterion=criterion.id, before=was or None, after=now)
    for id_, gone in criteria.items():
        yield replace(about, kind="criterion removed", criterion=id_, before=_plain(gone))


def _parts(before: object | None, after: object) -> tuple[dict[str, object], dict[str, object]]:
    """The fields that differ, as they were and as they are; without a before all of what is."""
    new = {name: value for name, value in _plain(after).items() if name not in _NOT_POLICY}
    if before is None:
        return {}, new
    old = {name: value for name, value in _plain(before).items() if name not in _NOT_POLICY}
    differ = {item.name for item in fields(after) if old.get(item.name) != new.get(item.name)}  # type: ignore[arg-type]
    return {k: v for k, v in old.items() if k in differ}, {k: v for k, v in new.items() if k in differ}


def _plain(value: object) -> dict[str, object]:
    plain = to_plain(value)
    assert isinstance(plain, dict)
    return plain


def template_changes(
    before: Mapping[str, object], after: Mapping[str, str], *, programme: str, at: datetime
) -> Iterator[Entry]:
    """An entry for each template whose text is not the one recorded last; both are hashes of the text by name."""
    for name, digest in sorted(after.items()):
        known = before.get(name)
        if known != digest:
            was = {"template": name, "hash": known} if known else None
            yield Entry(TEMPLATE, at, programme=programme, before=was, after={"template": name, "hash": digest})
