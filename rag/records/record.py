"""What is recorded of an entity: concepts read from its facts, with defaults, references and derived relations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rag.fields.folding import fold, fold_field
from rag.fields.schema import Condition
from rag.fields.templates import fill_leniently, match_path
from rag.records.question import stem
from rag.records.values import taken
from rag.records.vocabulary import Concept, Vocabulary
from rag.store.facts import FactReader, StoredEntity, StoredFact


@dataclass(frozen=True)
class Evidence:
    """A slice of a document that an answer rests on."""

    doc: str
    title: str
    updated: str
    line: int = 0
    fact: StoredFact | None = None
    said: str = ""

    @property
    def quote(self) -> str:
        """Verbatim text of the document."""
        return self.fact.quote if self.fact else self.said


def of_fact(fact: StoredFact) -> Evidence:
    return Evidence(fact.doc, fact.title, fact.updated, fact.line, fact)


@dataclass(frozen=True)
class Reading:
    """A value of an entity, verbatim or as its mapping shapes it, with what it rests on.

    `stale` names the winning value when another place contradicts this one and a mapping says who wins.
    """

    value: str
    evidence: tuple[Evidence, ...]
    note: str = ""
    stale: bool = False


@dataclass
class Record:
    """One thing that is asked about: all entities that are the same thing, with their readable facts."""

    entity: StoredEntity
    keys: tuple[str, ...]
    facts: Sequence[StoredFact] = field(default_factory=tuple)

    @property
    def name(self) -> str:
        return self.entity.names[0] if self.entity.names else self.entity.key

    @property
    def title(self) -> str:
        return self.entity.names[1] if len(self.entity.names) > 1 else self.name


class RecordReader:
    """Reads concepts of records, remembering within one question what it has read."""

    def __init__(self, facts: FactReader, vocabulary: Vocabulary) -> None:
        self.facts = facts
        self.vocabulary = vocabulary
        self._by_name: dict[str, Record | None] = {}
        self._lists: dict[str, list[str]] = {}

    def record(self, entity: StoredEntity, *, keys: Iterable[str] = ()) -> Record:
        every = tuple(dict.fromkeys((entity.key, *keys)))
        return Record(entity, every, [fact for fact in self.facts.facts_of(every) if not _is_noise(fact)])

    def by_name(self, name: str) -> Record | None:
        """The entity with exactly this name, if there is one."""
        if name not in self._by_name:
            keys = [key for _, key in self.facts.named([fold(name)])]
            entities = self.facts.entities(keys)
            self._by_name[name] = self.record(next(iter(entities.values()))) if entities else None
        return self._by_name[name]

    def read(self, record: Record, concept: Concept) -> list[Reading]:
        """The readings of a concept, defaults included; empty when nothing is recorded."""
        if concept.derived is not None:
            return self._derived(record, concept)
        readings = self.recorded(record, concept)
        return readings or self._default(record, concept)

    def field_readings(self, record: Record, folded_field: str) -> list[Reading]:
        """The readings of one field by its own (folded, dotted) name."""
        return self._settled(
            [_reading(fact, fact.value) for fact in record.facts if fold_field(fact.field) == folded_field],
            folded_field,
        )

    def listed(self, name: str) -> list[str]:
        """A list of names that a mapping keeps in a document of its own; empty when it is unknown or unreadable."""
        document, written = self.vocabulary.lists.get(name, ("", ""))
        if name not in self._lists:
            self._lists[name] = [fact.value for fact in self.facts.listed_facts(document, fold_field(written))]
        return self._lists[name]

    def values(self, record: Record, concept: Concept) -> list[str]:
        return [reading.value for reading in self.read(record, concept) if not reading.stale]

    def holds(self, record: Record, condition: Condition) -> bool:
        """Whether a mapping's condition on another field holds."""
        concept = self.vocabulary.concept(condition.field)
        values = [r.value for r in self.recorded(record, concept)] if concept else _raw(record, condition.field)
        return passes(condition.test, values, self._expected(condition, concept))

    def _expected(self, condition: Condition, concept: Concept | None) -> list[str]:
        groups = concept.rule.groups if concept and concept.rule else {}
        return [*condition.values, *(groups.get(condition.group, ()) if condition.group else ())]

    def recorded(self, record: Record, concept: Concept) -> list[Reading]:
        """What is written, without defaults and derived relations."""
        for name in concept.fields:
            readings = self._of_field(record, concept, name)
            if readings:
                return self._settled(readings, concept.name)
        return []

    def _of_field(self, record: Record, concept: Concept, name: str) -> list[Reading]:
        found = []
        for fact in record.facts:
            written = fold_field(fact.field)
            if written != name and not (
                concept.rule is None
                and fact.field.count(".") == 1
                and written.endswith(" " + name)
                and fold_field(fact.field.partition(".")[0]) == record.entity.kind
            ):
                continue
            value = taken(fact.value, concept.rule)
            if value:
                found.append(_reading(fact, self._referred(value, concept)))
        return found

    def _referred(self, value: str, concept: Concept) -> str:
        template = concept.rule.refers_to if concept.rule else None
        if not template:
            return value
        plain = value.strip().lstrip("0") or value
        return (
            value if fold(value).startswith(fold(template.partition("{")[0]) or "\0") else template.replace("{}", plain)
        )

    def _settled(self, readings: list[Reading], concept: str) -> list[Reading]:
        """Superseded documents lose to current ones; a mapping's precedence decides between current ones."""
        current = [reading for reading in readings if not _superseded(reading)] or readings
        for rule in (rule for rule in self.vocabulary.precedence if rule.field == concept):
            if any(match_path(rule.winner, reading.evidence[0].doc) is not None for reading in current):
                current = [_outranked(reading, rule.over) for reading in current]
        return _distinct(current)

    def _default(self, record: Record, concept: Concept) -> list[Reading]:
        default = concept.rule.default if concept.rule else None
        if default is None or not all(self.holds(record, condition) for condition in default.when):
            return []
        cited = self.facts.text_of(default.cite.document)
        quote = _unwrapped(cited[2], default.cite.quote) if cited else ""
        if cited is None or not quote:
            return []
        rule = Evidence(
            default.cite.document, cited[0], cited[1], cited[2][: cited[2].find(quote)].count("\n") + 1, said=quote
        )
        status = self.vocabulary.concept("status")
        own = [reading.evidence[0] for reading in self.recorded(record, status)[:1]] if status else []
        return [Reading(default.value, (rule, *own), note=default.say)]

    def _derived(self, record: Record, concept: Concept) -> list[Reading]:
        rule = concept.derived
        source = self.vocabulary.concept(rule.of) if rule else None
        if rule is None or source is None or not all(self.holds(record, condition) for condition in rule.when):
            return []
        found = []
        for reading in self.recorded(record, source):
            other = self.by_name(reading.value)
            if other is not None and all(self.holds(other, condition) for condition in rule.where):
                found.append(
                    Reading(reading.value, (*reading.evidence, *self._why(other, rule.where)), self._state(other))
                )
        return found

    def unknown_references(self, record: Record, concept: Concept) -> list[str]:
        """For a derived relation: the entities it names that nothing readable tells of."""
        source = self.vocabulary.concept(concept.derived.of) if concept.derived else None
        names = [reading.value for reading in self.recorded(record, source)] if source else []
        return [name for name in names if self.by_name(name) is None]

    def _why(self, other: Record, where: Sequence[Condition]) -> list[Evidence]:
        concepts = (self.vocabulary.concept(condition.field) for condition in where)
        readings = (reading for concept in concepts if concept for reading in self.recorded(other, concept)[:1])
        return [evidence for reading in readings for evidence in reading.evidence]

    def _state(self, other: Record) -> str:
        status = self.vocabulary.concept("status")
        return ", ".join(self.values(other, status)) if status else ""

    def sentence(self, template: str, record: Record) -> str:
        """A mapping's sentence with fields of this record filled in."""

        def value_of(name: str) -> str | None:
            concept = self.vocabulary.concept(name)
            values = self.values(record, concept) if concept else _raw(record, name)
            return ", ".join(values) or None

        return fill_leniently(template, value_of)


def passes(test: str, actual: Sequence[str], expected: Sequence[str]) -> bool:
    """One check of a mapping: `actual` and `expected` are compared folded. An unknown test never passes."""
    have, want = {fold(value) for value in actual}, {fold(value) for value in expected}
    if test == "present":
        return bool(have)
    if test == "absent":
        return not have
    if test == "in":
        return bool(have) and have <= want
    if test == "equals":
        return bool(have) and have == want
    if test in ("not_in", "differs"):
        return bool(have) and not have & want
    return False


def field_words(field: str) -> list[str]:
    """The stems of a field's words."""
    return [stem(word) for word in fold_field(field).split()]


def _raw(record: Record, name: str) -> list[str]:
    return [fact.value for fact in record.facts if fold_field(fact.field) == fold_field(name)]


def _reading(fact: StoredFact, value: str) -> Reading:
    return Reading(value, (of_fact(fact),))


def _superseded(reading: Reading) -> bool:
    fact = reading.evidence[0].fact
    return bool(fact and fact.superseded)


def _outranked(reading: Reading, over: str) -> Reading:
    if match_path(over, reading.evidence[0].doc) is None:
        return reading
    return Reading(reading.value, reading.evidence, "stale: another place wins", stale=True)


def _distinct(readings: Iterable[Reading]) -> list[Reading]:
    seen: dict[tuple[str, bool], Reading] = {}
    for reading in readings:
        seen.setdefault((fold(reading.value) or reading.value, reading.stale), reading)
    winners = {key for key, stale in seen if not stale}
    return [reading for (key, stale), reading in seen.items() if not stale or key not in winners]


def _is_noise(fact: StoredFact) -> bool:
    return not fact.value.strip()


def _unwrapped(text: str, quote: str) -> str:
    """The place of a quote in a text, lines broken as there; empty when it is not in it."""
    import re

    pattern = r"\s+".join(re.escape(word) for word in quote.split())
    match = re.search(pattern, text)
    return match.group() if match else ""
