"""Conditions of list questions as values: what they ask of a record, and whether it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from rag.fields.folding import fold
from rag.records.idioms import DONE_GROUP, DONE_WORDS
from rag.records.record import Evidence, Reading, Record, RecordReader
from rag.records.values import as_number, first_date
from rag.records.vocabulary import Concept
from rag.store.facts import StoredEntity

Operator = Literal[
    "is", "present", "absent", "between", "at_least", "at_most", "more", "less", "done", "open", "overdue", "within"
]


@dataclass(frozen=True)
class Condition:
    """One thing asked of every record of a list. `values` are folded; `span` holds first and last day."""

    operator: Operator
    concept: Concept | None = None
    values: frozenset[str] = frozenset()
    span: tuple[date | None, date | None] = (None, None)
    number: float = 0.0
    negated: bool = False
    scope: tuple[StoredEntity, ...] = field(default=())


def check(condition: Condition, record: Record, *, reader: RecordReader, today: date) -> list[Evidence] | None:
    """What shows that the condition holds (possibly nothing, for an absence), or None when it does not."""
    shown = _check(condition, record, reader, today)
    if not condition.negated:
        return shown
    if shown is not None:
        return None
    readings = reader.read(record, condition.concept) if condition.concept else []
    return _evidence(readings)


def _check(condition: Condition, record: Record, reader: RecordReader, today: date) -> list[Evidence] | None:
    if condition.operator == "within":
        from rag.records.subject import belongs

        inside = any(belongs(record.entity, outer) for outer in condition.scope)
        return [] if inside else None
    concept = condition.concept
    if concept is None:
        return None
    if condition.operator in ("present", "absent"):
        readings = reader.read(record, concept) if concept.derived else reader.recorded(record, concept)
        if bool(readings) != (condition.operator == "present"):
            return None
        return _evidence(readings)
    if condition.operator in ("done", "open"):
        return _finished(record, reader, concept, wanted=condition.operator == "done", group=condition.operator)
    if condition.operator == "overdue":
        return _overdue(record, reader, concept, today)
    hits = [reading for reading in reader.read(record, concept) if not reading.stale and _fits(condition, reading)]
    return _evidence(hits) if hits else None


def _fits(condition: Condition, reading: Reading) -> bool:
    value = fold(reading.value)
    match condition.operator:
        case "is":
            return value in condition.values or any(
                _is_part(wanted, value, condition.concept) for wanted in condition.values
            )
        case "between":
            found = first_date(reading.value)
            first, last = condition.span
            return (
                bool(found) and (first is None or found[1] >= first) and (last is None or found[1] <= last)
                if found
                else False
            )
    number = as_number(reading.value)
    if number is None:
        return False
    compare = {
        "at_least": number >= condition.number,
        "at_most": number <= condition.number,
        "more": number > condition.number,
        "less": number < condition.number,
    }
    return compare.get(condition.operator, False)


def _is_part(wanted: str, value: str, concept: Concept | None) -> bool:
    """A person may be meant by one of several written in one value ("Ana Silva, Bo Lind")."""
    if concept is None or concept.answers != "person":
        return False
    return f" {wanted} " in f" {value} "


def _finished(
    record: Record, reader: RecordReader, status: Concept, *, wanted: bool, group: str
) -> list[Evidence] | None:
    readings = reader.recorded(record, status)
    if not readings:
        return None
    groups = status.rule.groups if status.rule else {}
    value = fold(readings[0].value)
    if group in groups:
        return _evidence(readings) if value in {fold(member) for member in groups[group]} else None
    return _evidence(readings) if (value in DONE_WORDS or value in DONE_GROUP) == wanted else None


def _overdue(record: Record, reader: RecordReader, due: Concept, today: date) -> list[Evidence] | None:
    """Due before today and not known to be done."""
    readings = reader.recorded(record, due)
    found = first_date(readings[0].value) if readings else None
    status = reader.vocabulary.concept("status")
    state = reader.recorded(record, status) if status else []
    if not found or found[1] >= today or (state and fold(state[0].value) in DONE_WORDS):
        return None
    return [*_evidence(readings), *_evidence(state)]


def _evidence(readings: Sequence[Reading]) -> list[Evidence]:
    return [item for reading in readings for item in reading.evidence]


def joined(conditions: Sequence[Condition]) -> list[Condition]:
    """Several values asked of one field are alternatives ("Accepted or Final"); different fields all have to hold."""
    merged: list[Condition] = []
    for condition in conditions:
        twin = next((i for i, other in enumerate(merged) if _alternative(other, condition)), None)
        if twin is None:
            merged.append(condition)
        else:
            old = merged[twin]
            merged[twin] = Condition("is", old.concept, old.values | condition.values, negated=old.negated)
    return merged


def _alternative(one: Condition, other: Condition) -> bool:
    same = one.operator == other.operator == "is" and one.negated == other.negated
    return same and one.concept is not None and other.concept is not None and one.concept.fields == other.concept.fields
