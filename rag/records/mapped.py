"""Mapped records as plain data, for the ledger: projects whose gates are decided by checks on their fields."""

from __future__ import annotations

from collections.abc import Sequence

from rag.fields.mapping import CollectionMapping
from rag.records.gate import CheckResult, MappedGate, gates_of
from rag.records.record import Reading, Record, RecordReader
from rag.records.vocabulary import read_vocabulary
from rag.store.facts import FactReader, StoredFact, all_access_ids
from rag.store.session import Session


def mapped_records(session: Session, mapping: CollectionMapping) -> list[dict[str, object]]:
    """One plain record per entity of a kind that has gates, whatever its readers.

    Keys: `project` (the id), `name` (its title), `noun`, `status`, `aliases`, `owner`, `access_id`, `gates`: each
    `{gate, name, approved_by, criteria}`, each criterion `{id, kind: "record", title, checks}`, each check
    `{test, actual, expected, unmet, document, line, quote, access_id}`. Restricted places carry their access id;
    what an audience may see of them is the ledger's to decide.
    """
    facts = FactReader(session, all_access_ids(session))
    reader = RecordReader(facts, read_vocabulary([mapping]))
    kinds = dict.fromkeys(rule.kind for rule in mapping.rules.gates)
    return [_plain(record, reader) for kind in kinds for record in _of_kind(kind, facts)]


def _of_kind(kind: str, facts: FactReader) -> list[Record]:
    entities = facts.of_kind(kind)
    by_entity: dict[str, list[StoredFact]] = {}
    for fact in facts.facts_of(list(entities)):
        by_entity.setdefault(fact.entity, []).append(fact)
    return [Record(entity, (key,), by_entity.get(key, [])) for key, entity in entities.items()]


def _plain(record: Record, reader: RecordReader) -> dict[str, object]:
    plain: dict[str, object] = {
        "project": record.name,
        "name": record.title,
        "noun": record.entity.kind,
        "aliases": list(record.entity.names[1:]),
        "gates": [_gate(gate) for gate in gates_of(record, reader)],
        "access_id": max((fact.access_id for fact in record.facts), default=0),
    }
    for key in ("status", "owner"):
        concept = reader.vocabulary.concept(key)
        values = reader.values(record, concept) if concept else []
        if values:
            plain[key] = values[0]
    return plain


def _gate(gate: MappedGate) -> dict[str, object]:
    criteria = [_criterion(check, number) for number, check in enumerate(gate.checks, start=1)]
    people = [reading.value for reading in gate.approvers]
    owner = {"owner": gate.owners[0].value} if gate.owners else {}
    shown = people if gate.passed else []
    return {"gate": gate.name, "name": gate.name, **owner, "approved_by": shown, "criteria": criteria}


def _criterion(check: CheckResult, number: int) -> dict[str, object]:
    title = f"{check.title} ({check.rule.test.replace('_', ' ')})"
    return {"id": f"check-{number}", "kind": "record", "title": title, "checks": [_check(check)]}


def _check(check: CheckResult) -> dict[str, object]:
    """The ledger knows no test for absence: "nothing" is compared with what is there instead."""
    actual, expected, test = [reading.value for reading in check.actual], list(check.expected), check.rule.test
    if test == "absent":
        test, actual, expected = "equals", actual or ["nothing"], ["nothing"]
    plain: dict[str, object] = {"test": test, "actual": actual, "expected": expected, "unmet": check.unmet}
    return plain | _place(check.actual)


def _place(readings: Sequence[Reading]) -> dict[str, object]:
    if not readings:
        return {}
    found = readings[0].evidence[0]
    access = max((item.fact.access_id for reading in readings for item in reading.evidence if item.fact), default=0)
    return {"document": found.doc, "line": found.line, "quote": found.quote, "access_id": access}
