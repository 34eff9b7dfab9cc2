"""Answering list questions: filter, count, project, sum and extremes over the records of a kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from rag.fields.folding import fold
from rag.model import Answer
from rag.records.asking import Asking, NotUnderstood
from rag.records.compose import Sources, answer, list_answer, no_answer
from rag.records.conditions import Condition, check
from rag.records.listing import Listing
from rag.records.question import Word
from rag.records.record import Evidence, Reading, Record, of_fact
from rag.records.single import Result
from rag.records.subject import belongs, merged_entities
from rag.records.values import as_number, first_date, shown_number
from rag.records.vocabulary import Concept, plural
from rag.store.facts import StoredFact

Kept = tuple[Record, list[Evidence]]

_LATEST = frozenset("latest newest recent recently last".split())
_EARLIEST = frozenset("oldest earliest first".split())
_HIGHEST = frozenset("highest largest biggest maximum max most longest".split())
_LOWEST = frozenset("lowest smallest least cheapest minimum min fewest".split())
_SUM = frozenset("sum total combined altogether".split())
_AVERAGE = frozenset("average mean".split())


def answer_list(asking: Asking, listing: Listing, *, extra: Sequence[Condition] = ()) -> Result:
    """The whole list, its number, a field of its members, or the member at an extreme."""
    if listing.leftover:
        return NotUnderstood(f"not understood: {', '.join(listing.leftover)}")
    conditions = [*listing.conditions, *extra]
    records = _records(asking, listing, conditions)
    kept = [(record, shown) for record in records if (shown := _holds(asking, record, conditions)) is not None]
    if not records and not any(condition.operator == "within" for condition in conditions):
        return NotUnderstood(f"no {listing.kind} is recorded")
    return _shaped(asking, listing, kept, conditions)


def _records(asking: Asking, listing: Listing, conditions: Sequence[Condition]) -> list[Record]:
    """The records of the kind, with the facts that the question touches."""
    entities = asking.reader.facts.of_kind(listing.kind)
    needed = _fields_needed(asking, [*(c.concept for c in conditions if c.concept), *listing.unbound])
    by_entity: dict[str, list[StoredFact]] = {}
    for fact in asking.reader.facts.facts_with_field(needed):
        by_entity.setdefault(fact.entity, []).append(fact)
    scopes = [condition.scope for condition in conditions if condition.operator == "within" and not condition.negated]
    inside = [e for e in entities.values() if all(any(belongs(e, outer) for outer in scope) for scope in scopes)]
    groups = merged_entities(inside)
    thread = set(asking.thread.names) if asking.thread else set()
    of_thread = any(word.text in ("those", "these", "them") for word in asking.question.words)
    records = []
    for group in groups:
        keys = tuple(entity.key for entity in group)
        facts = [fact for key in keys for fact in by_entity.get(key, ())]
        if not of_thread or not thread or group[0].names[0] in thread:
            records.append(Record(group[0], keys, facts))
    return records


def _fields_needed(asking: Asking, concepts: Sequence[Concept]) -> set[str]:
    """The fields of these concepts and of all that their defaults and relations look at."""
    todo = [*concepts, *(c for c in (asking.vocabulary.concept(n) for n in ("status", "title", "created", "due")) if c)]
    seen: set[str] = set()
    fields: set[str] = set()
    while todo:
        concept = todo.pop()
        if concept.name in seen:
            continue
        seen.add(concept.name)
        fields |= set(concept.fields)
        default = concept.rule.default if concept.rule else None
        names = [c.field for c in default.when] if default else []
        if concept.derived:
            names += [concept.derived.of, *(c.field for c in (*concept.derived.where, *concept.derived.when))]
        todo += [found for found in (asking.vocabulary.concept(name) for name in names) if found]
    return fields


def _holds(asking: Asking, record: Record, conditions: Sequence[Condition]) -> list[Evidence] | None:
    shown: list[Evidence] = []
    for condition in conditions:
        found = check(condition, record, reader=asking.reader, today=asking.today)
        if found is None:
            return None
        shown += found
    return shown or _first_line(record)


def _first_line(record: Record) -> list[Evidence]:
    """An absence is shown by the record it is missing from."""
    return [of_fact(f) for f in record.facts[:1]]


def _shaped(asking: Asking, listing: Listing, kept: list[Kept], conditions: Sequence[Condition]) -> Result:
    form, extremes = asking.question.form, set(listing.extremes)
    measure = next((concept for concept in listing.unbound), None)
    if extremes & (_SUM | _AVERAGE) and measure is not None:
        return _summed(asking, listing, kept, measure, average=bool(extremes & _AVERAGE))
    if form == "how_many" and not (extremes & {"most", "fewest"}):
        return _counted(listing, kept)
    if extremes & {"most", "fewest"} and measure is not None and measure.answers in ("person", "text"):
        return _commonest(asking, listing, kept, measure, fewest="fewest" in extremes)
    if extremes - {"many", "total"}:
        return _extreme(asking, kept, measure, extremes)
    projected = _projected(asking, listing)
    if projected is not None and kept:
        return _projection(asking, listing, kept, projected)
    if listing.unbound and not conditions:
        return NotUnderstood("no condition is understood")
    return _listed(listing, kept)


def _listed(listing: Listing, kept: list[Kept]) -> Answer:
    noun = listing.kind if len(kept) == 1 else plural(listing.kind)
    values = list(dict.fromkeys(record.name for record, _ in kept)) or ["none"]
    return list_answer(f"{len(kept) or 'No'} {noun}", kept, values)


def _counted(listing: Listing, kept: list[Kept]) -> Answer:
    listed = _listed(listing, kept)
    count = len({(record.entity.key) for record, _ in kept})
    return replace(listed, values=(str(count),))


def _projected(asking: Asking, listing: Listing) -> Concept | None:
    wanted = {"who": "person", "when": "date"}.get(asking.question.form)
    if wanted:
        return next((concept for concept in listing.unbound if concept.answers == wanted), None)
    first = asking.question.form in ("what", "which") and listing.unbound
    if first and listing.noun and not _asks_for(asking, listing.noun):
        return listing.unbound[0]
    return None


def _asks_for(asking: Asking, noun: Sequence[Word]) -> bool:
    """Whether the kind's own noun stands right after "which": then the things are asked for, not a field of them."""
    found = [word.text for word in asking.question.words]
    return any(
        found[at] == "which" and asking.question.words[at + 1].start == noun[0].start for at in range(len(found) - 1)
    )


def _projection(asking: Asking, listing: Listing, kept: list[Kept], concept: Concept) -> Result:
    rows = [(record, asking.reader.read(record, concept)) for record, _ in kept]
    values = list(dict.fromkeys(reading.value for _, readings in rows for reading in readings))
    if not values:
        return no_answer(
            f"None of the {len(kept)} {plural(listing.kind)} has a {concept.name.replace('_', ' ')} on record."
        )
    sources = Sources()
    parts = [_pair(record, readings, sources) for record, readings in rows if readings]
    return answer(". ".join(parts) + ".", values, sources)


def _pair(record: Record, readings: Sequence[Reading], sources: Sources) -> str:
    marks = sources.mark([item for reading in readings for item in reading.evidence], entity=record.name)
    return f"{record.name}: {', '.join(reading.value for reading in readings)} {marks}"


def _summed(asking: Asking, listing: Listing, kept: list[Kept], concept: Concept, *, average: bool) -> Result:
    found = [
        (record, reading, number)
        for record, _ in kept
        for reading in asking.reader.read(record, concept)
        if (number := as_number(reading.value)) is not None
    ]
    if not found:
        return NotUnderstood(f"no numbers are recorded as {concept.name}")
    sources = Sources()
    marks = sources.mark([item for _, reading, _ in found for item in reading.evidence])
    total = sum(number for _, _, number in found)
    value = shown_number(total / len(found) if average else total)
    word = "average" if average else "sum"
    return answer(
        f"The {word} of {concept.name.replace('_', ' ')} over {len(found)} {plural(listing.kind)} is {value} {marks}.",
        [value],
        sources,
    )


def _commonest(asking: Asking, listing: Listing, kept: list[Kept], concept: Concept, *, fewest: bool) -> Result:
    rows = [(record, reading) for record, _ in kept for reading in asking.reader.read(record, concept)]
    counts = Counter(reading.value for _, reading in rows)
    if not counts:
        return NotUnderstood(f"{concept.name} is not recorded")
    best = min(counts.values()) if fewest else max(counts.values())
    values = [value for value, count in counts.items() if count == best]
    sources = Sources()
    marks = sources.mark([item for _, reading in rows if reading.value in values for item in reading.evidence])
    return answer(f"{', '.join(values)}: {best} {plural(listing.kind)} {marks}.", values, sources)


def _extreme(asking: Asking, kept: list[Kept], measure: Concept | None, extremes: set[str]) -> Result:
    """The records with the greatest or smallest date or number of the measure."""
    by_date = bool(extremes & (_LATEST | _EARLIEST)) or bool(measure and measure.answers == "date")
    concept = measure or (asking.vocabulary.concept("created") if by_date else None)
    key: Callable[[Reading], date | float | None] = _day if by_date else _amount
    rows = [
        (record, reading, value)
        for record, _ in kept
        for reading in (asking.reader.read(record, concept) if concept else [])
        if (value := key(reading)) is not None
    ]
    if not rows or concept is None:
        return NotUnderstood("nothing is recorded to compare by")
    greatest = bool(extremes & (_LATEST | _HIGHEST)) and not extremes & (_EARLIEST | _LOWEST)
    chosen = (max if greatest else min)(row[2] for row in rows)
    winners = [(record, reading) for record, reading, value in rows if value == chosen]
    sources = Sources()
    parts = [_pair(record, [reading], sources) for record, reading in winners]
    asks_value = asking.question.form in ("when", "how_much") or (
        measure is not None and asking.question.form == "what"
    )
    values = [reading.value if asks_value else record.name for record, reading in winners]
    return answer("; ".join(parts) + ".", list(dict.fromkeys(values)), sources)


def _day(reading: Reading) -> date | None:
    found = first_date(reading.value)
    return found[1] if found else None


def _amount(reading: Reading) -> float | None:
    return as_number(reading.value)


def reverse_list(asking: Asking, concept: Concept, record: Record, listing: Listing | None) -> Result:
    """The entities that stand in a relation to this one ("what depends on PEP 440")."""
    names = frozenset(fold(name) for name in record.entity.names)
    condition = Condition("is", concept, names)
    kind = listing.kind if listing else record.entity.kind
    plain = listing or Listing(kind, (), (), ())
    return answer_list(asking, replace(plain, unbound=()), extra=[condition])
