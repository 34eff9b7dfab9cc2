"""Putting answers into words: sentences with citation marks, values, facts and citations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.model import Answer, Citation, CitedFact, NoAnswer
from rag.records.record import Evidence, Reading, Record
from rag.store.facts import StoredFact

MAX_SHOWN = 12
"""Entities written out in the sentence of a list; `values` always holds all of them."""

_SECTIONS = {
    "header": "Header",
    "front_matter": "Front matter",
    "csv": "Row",
    "table": "Table",
    "task": "Task list",
    "labelled": "Summary lines",
}


class Sources:
    """Numbers the sources of one answer; the same quote keeps its number."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str], int] = {}
        self.citations: list[Citation] = []
        self.facts: list[CitedFact] = []

    def mark(self, evidence: Iterable[Evidence], *, entity: str = "") -> str:
        """The marks "[1] [2]" of these sources."""
        numbers = [self._number(item, entity) for item in evidence]
        return " ".join(f"[{number}]" for number in dict.fromkeys(numbers))

    def _number(self, item: Evidence, entity: str) -> int:
        if item.fact is not None:
            cited = CitedFact(entity or item.fact.entity, item.fact.field, item.fact.value, item.doc, item.line)
            if cited not in self.facts:
                self.facts.append(cited)
        key = (item.doc, item.quote)
        if key not in self._numbers:
            number = self._numbers[key] = len(self.citations) + 1
            section = _SECTIONS.get(item.fact.origin, "") if item.fact else ""
            self.citations.append(Citation(number, item.doc, item.title, section, item.quote, item.updated))
        return self._numbers[key]


def answer(text: str, values: Sequence[str], sources: Sources, *, confidence: float = 1.0) -> Answer:
    return Answer(
        text=text,
        values=tuple(values),
        citations=tuple(sources.citations),
        facts=tuple(sources.facts),
        route="records",
        confidence=confidence,
    )


def no_answer(why: str, *, ask: str | None = None, related: Sequence[CitedFact] = ()) -> NoAnswer:
    return NoAnswer(why=why, ask=ask, route="records", related=tuple(related))


def label_of(record: Record) -> str:
    """ "PEP 658 (Serve Distribution Metadata...)": the id with the title when there is one."""
    names = record.entity.names
    return f"{names[0]} ({names[1]})" if len(names) > 1 and names[1].casefold() != names[0].casefold() else record.name


def field_label(readings: Sequence[Reading], fallback: str) -> str:
    facts = [item.fact for reading in readings for item in reading.evidence if item.fact]
    return facts[0].field.replace("_", " ").replace(".", " ") if facts else fallback


def readings_answer(record: Record, readings: Sequence[Reading], *, label: str, confidence: float = 1.0) -> Answer:
    """One sentence a value, or one for all values of the same place; contradicting places stand side by side."""
    sources = Sources()
    current = [reading for reading in readings if not reading.stale]
    sentences = [_sentence(record, group, label, sources) for group in _by_place(current)]
    sentences += [_stale(record, reading, sources) for reading in readings if reading.stale]
    values = tuple(dict.fromkeys(reading.value for reading in current))
    return answer(" ".join(sentences), values, sources, confidence=confidence)


def _sentence(record: Record, readings: Sequence[Reading], label: str, sources: Sources) -> str:
    marks = sources.mark((item for reading in readings for item in reading.evidence), entity=record.name)
    shown = ", ".join(_noted(reading) for reading in readings)
    lead = next((reading.note for reading in readings if reading.evidence and reading.evidence[0].fact is None), "")
    prefix = f"{lead}; " if lead else ""
    return f"{prefix}{label_of(record)}: {field_label(readings, label) if not lead else label} is {shown} {marks}."


def _noted(reading: Reading) -> str:
    return f"{reading.value} ({reading.note})" if reading.note and reading.evidence[0].fact else reading.value


def _stale(record: Record, reading: Reading, sources: Sources) -> str:
    marks = sources.mark(reading.evidence, entity=record.name)
    return f"Stale: {reading.evidence[0].doc} says {reading.value} {marks}."


def _by_place(readings: Sequence[Reading]) -> list[list[Reading]]:
    groups: dict[str, list[Reading]] = {}
    for reading in readings:
        groups.setdefault(reading.evidence[0].doc, []).append(reading)
    return list(groups.values())


def list_answer(lead: str, items: Sequence[tuple[Record, Sequence[Evidence]]], values: Sequence[str]) -> Answer:
    """ "3 proposals: A [1], B [2], C [3]." with all of them in `values`."""
    sources = Sources()
    marked = [f"{record.name} {sources.mark(evidence, entity=record.name)}".strip() for record, evidence in items]
    shown = ", ".join(marked[:MAX_SHOWN])
    more = f", and {len(marked) - MAX_SHOWN} more" if len(marked) > MAX_SHOWN else ""
    return answer(f"{lead}: {shown}{more}." if marked else f"{lead}.", values, sources)


def related_facts(record: Record, *, limit: int = 3) -> tuple[CitedFact, ...]:
    """A few facts that are recorded, for a refusal to show what there is."""
    order = ("status", "state", "owner", "title")
    ranked = sorted(record.facts, key=lambda fact: _rank(fact, order))
    return tuple(CitedFact(record.name, fact.field, fact.value, fact.doc, fact.line) for fact in ranked[:limit])


def _rank(fact: StoredFact, order: Sequence[str]) -> int:
    name = fact.field.casefold()
    return order.index(name) if name in order else len(order)


def owner_of(record: Record) -> str | None:
    """The person to ask: the first owner-like field that is recorded."""
    for wanted in ("owner", "lead", "assignee", "author", "authors", "manager"):
        for fact in record.facts:
            if fact.field.casefold() == wanted:
                return fact.value.split(",")[0].strip()
    return None
