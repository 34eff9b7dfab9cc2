"""Questions that want yes or no about a named entity; a "no" names what is true instead."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.fields.folding import fold
from rag.model import Answer
from rag.records.asking import Asking, known_stems
from rag.records.attribute import Asked, content
from rag.records.compose import Sources, answer, label_of
from rag.records.idioms import CURRENT_PHRASES, DONE_GROUP, DONE_WORDS, NOT_CURRENT, OPEN_GROUP
from rag.records.record import Evidence, Reading, Record, of_fact
from rag.records.shape import Shape, relation_of
from rag.records.single import Result, candidates, not_recorded
from rag.records.vocabulary import Concept

_HAVE = re.compile(r"\b(?:has|have|had|name|names|list|lists|got|with|there)\b")
_AGAINST = frozenset("out outdated obsolete".split())


def answer_yes_no(asking: Asking, record: Record, shape: Shape) -> Result | None:
    """Yes or no about one entity, or None when the question's words are not understood as one."""
    if _asks_current(shape, record, asking):
        return _current(asking, record, against=any(word.text in _AGAINST for word in shape.words))
    relation = relation_of(shape)
    compared = _compared(asking, record, shape) if relation is None else None
    if compared is not None:
        return compared
    for asked in candidates(asking, record, shape):
        if asked.rest or (asked.concept is None and not _HAVE.search(shape.text)):
            continue
        if asked.concept and (relation or asked.concept.is_relation or _HAVE.search(shape.text)):
            return _presence(asking, record, asked.concept)
        if asked.concept is None:
            readings = asking.reader.field_readings(record, asked.field or "")
            return _yes(record, readings, asked.label) if readings else not_recorded(asking, record, asked)
    return None


def answer_pair(asking: Asking, record: Record, other: Record, shape: Shape) -> Result | None:
    """ "does A require B", "is A replaced by B": whether the second is among the first one's."""
    concept = _pair_concept(asking, shape)
    if concept is None:
        return None
    readings = asking.reader.read(record, concept)
    names = {fold(name) for name in other.entity.names}
    hits = [reading for reading in readings if fold(reading.value) in names]
    if hits:
        return _yes(record, hits, concept.name)
    return _no(record, readings, concept.name, fallback=_status(asking, record))


def _pair_concept(asking: Asking, shape: Shape) -> Concept | None:
    between = shape.text.partition("@")[2].partition("@")[0]
    rules = (
        (r"(?:replaced|superseded|obsoleted|succeeded) by", "superseded_by"),
        (r"replac|supersed|obsolet|succeed", "replaces"),
        (r"wait|block|held up|stuck|hing", "blocked_by"),
        (r"requir|depend|need|rel(?:y|ies)|build|prerequisite", "requires"),
    )
    found = (asking.vocabulary.concept(name) for pattern, name in rules if re.search(pattern, between))
    return next(found, None)


def _asks_current(shape: Shape, record: Record, asking: Asking) -> bool:
    text = f" {shape.text} "
    hit = next((phrase for phrase in CURRENT_PHRASES if f" {phrase} " in text), None)
    spoken = {*(hit or "").split(), "version", "one"}
    rest = content(
        (word for word in shape.words if word.text not in spoken), also=known_stems(record, asking.vocabulary)
    )
    return hit is not None and not rest


def _current(asking: Asking, record: Record, *, against: bool) -> Result:
    """Replaced by something: no, and by what. Otherwise the status decides, by the mapping's group `current`."""
    successor, status = asking.vocabulary.concept("superseded_by"), asking.vocabulary.concept("status")
    replaced = asking.reader.read(record, successor) if successor else []
    state = asking.reader.read(record, status) if status else []
    if replaced:
        return _say(record, "yes" if against else "no", replaced, "superseded by", give=not against)
    if not state:
        return not_recorded(asking, record, Asked(status, None if status else "status", (), ()))
    good = _is_current(state, status)
    return _say(record, "yes" if good != against else "no", state, "status", give=not good and not against)


def _is_current(state: Sequence[Reading], status: Concept | None) -> bool:
    group = status.rule.groups.get("current") if status and status.rule else None
    values = {fold(reading.value) for reading in state}
    if group is not None:
        return values <= {fold(value) for value in group}
    return not values & NOT_CURRENT


def _compared(asking: Asking, record: Record, shape: Shape) -> Result | None:
    """The words left are a value: of the field that is named, or of any field known to hold it."""
    negated = any(word.text in ("not", "no", "never") for word in shape.words)
    words = [
        word
        for word in content(shape.words, also=known_stems(record, asking.vocabulary))
        if word.text not in ("not", "no", "never")
    ]
    if not words:
        return None
    found = _group(asking, record, fold(" ".join(word.text for word in words)))
    for asked in candidates(asking, record, shape) if found is None else []:
        if (
            asked.rest
            and asked.concept
            and (result := _field_value(asking, record, asked.concept, [w.text for w in asked.rest]))
        ):
            found = result
            break
    found = found or _any_value(asking, record, [word.text for word in words])
    return _negated(found) if found and negated else found


def _negated(found: Answer) -> Answer:
    flipped = ("no",) if found.values[0] == "yes" else ("yes",)
    return Answer(found.text, flipped, found.citations, found.facts, found.route, found.confidence)


def _group(asking: Asking, record: Record, phrase: str) -> Answer | None:
    status = asking.vocabulary.concept("status")
    if status is None:
        return None
    readings = asking.reader.read(record, status)
    groups = status.rule.groups if status.rule else {}
    members = {fold(value) for value in groups.get(phrase, ())}
    if not members and readings and not groups and (phrase in OPEN_GROUP or phrase in DONE_GROUP):
        done = fold(readings[0].value) in DONE_WORDS
        return _verdict(record, done == (phrase in DONE_GROUP), readings)
    if not members or not readings:
        return None
    return _verdict(record, fold(readings[0].value) in members, readings)


def _field_value(asking: Asking, record: Record, concept: Concept, words: Sequence[str]) -> Answer | None:
    readings = asking.reader.read(record, concept)
    wanted = fold(" ".join(words))
    if not readings or not wanted:
        return None
    hit = any(
        wanted == fold(reading.value) or set(wanted.split()) <= set(fold(reading.value).split()) for reading in readings
    )
    values = asking.reader.facts.known_values([wanted], kind=record.entity.kind)
    known = hit or any(value == wanted for value, _ in values)
    return _verdict(record, hit, readings) if known else None


def _any_value(asking: Asking, record: Record, words: Sequence[str]) -> Answer | None:
    phrase = fold(" ".join(words))
    fields = {field for _, field in asking.reader.facts.known_values([phrase], kind=record.entity.kind)}
    for concept in asking.vocabulary.concepts:
        if concept.rule and fields & set(concept.fields):
            readings = asking.reader.read(record, concept)
            if readings:
                return _verdict(record, any(fold(reading.value) == phrase for reading in readings), readings)
    for field in fields:
        readings = asking.reader.field_readings(record, field)
        if readings:
            return _verdict(record, any(fold(reading.value) == phrase for reading in readings), readings)
    return None


def _presence(asking: Asking, record: Record, concept: Concept) -> Result:
    readings = asking.reader.read(record, concept)
    if readings:
        return _yes(record, readings, concept.name)
    return _no(record, [], concept.name, fallback=_status(asking, record))


def _verdict(record: Record, good: bool, readings: Sequence[Reading]) -> Answer:
    return _say(record, "yes" if good else "no", readings, "status", give=not good)


def _yes(record: Record, readings: Sequence[Reading], label: str) -> Answer:
    return _say(record, "yes", readings, label, give=False)


def _no(record: Record, readings: Sequence[Reading], label: str, *, fallback: Sequence[Evidence]) -> Answer:
    if readings:
        return _say(record, "no", readings, label, give=True)
    sources = Sources()
    marks = sources.mark(fallback, entity=record.name)
    return answer(f"No: {label_of(record)} has no {label.replace('_', ' ')} on record {marks}.", ["no"], sources)


def _say(record: Record, word: str, readings: Sequence[Reading], label: str, *, give: bool) -> Answer:
    sources = Sources()
    marks = sources.mark([item for reading in readings for item in reading.evidence], entity=record.name)
    values = [reading.value for reading in readings]
    text = f"{word.capitalize()}: {label_of(record)}, {label.replace('_', ' ')} {', '.join(values)} {marks}."
    return answer(text, [word, *(values if give else [])], sources)


def _status(asking: Asking, record: Record) -> list[Evidence]:
    status = asking.vocabulary.concept("status")
    readings = asking.reader.read(record, status) if status else []
    first = [item for reading in readings[:1] for item in reading.evidence]
    return first or [of_fact(f) for f in record.facts[:1]]
