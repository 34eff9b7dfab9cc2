"""A field of a named entity: who, when, what, how much."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.fields.folding import fold
from rag.model import Answer, NoAnswer
from rag.records.asking import Asking, NotUnderstood, known_stems
from rag.records.attribute import Asked, asked_concepts, asked_fields, content
from rag.records.compose import (
    Sources,
    answer,
    field_label,
    label_of,
    no_answer,
    owner_of,
    readings_answer,
    related_facts,
)
from rag.records.record import Reading, Record
from rag.records.shape import Shape, relation_of
from rag.records.values import as_number, first_date, shown_number
from rag.records.vocabulary import Concept

Result = Answer | NoAnswer | NotUnderstood

_OF_IT = re.compile(
    r"^(?:so |and |but |ok |please |hey |hi )*(?:(?:can|could) you (?:tell me|say) |tell me |do you know |do we know )*"
    r"(?:who\b|whose\b|when\b|how (?:much|many|long|old|big|large|far)\b|"
    r"(?:what|which) (?:[\w ]+ )?(?:is|was|are|were|s) (?:the |its |our )?[\w ]+ (?:of|for|on|behind|"
    r"in|about|to|with|at) (?:the )?@|"
    r"(?:what|which) (?:[\w ]+ )(?:does|did|has|have|do) @ (?:have|get|got|use|need|cost|receive)|"
    r"(?:what|who) (?:is|was|are|were) @ s? ?[\w ]+$|(?:the )?[\w ]+ (?:of|for|on) (?:the )?@\s*$|"
    r"what (?:about )?@ s [\w ]+$)"
)


def answer_single(asking: Asking, records: Sequence[Record], shape: Shape, *, confidence: float = 1.0) -> Result:
    """The asked field of one thing; `records` are the things its name may mean."""
    records = [record for record in records if not _outdated(record)] or records
    results = [(record, _answer(asking, record, shape, confidence)) for record in records]
    answers = [(record, found) for record, found in results if isinstance(found, Answer)]
    if len(answers) > 1 and len({frozenset(fold(value) for value in found.values) for _, found in answers}) > 1:
        return ambiguous([record for record, _ in answers])
    if answers:
        return answers[0][1]
    refusals = [found for _, found in results if isinstance(found, NoAnswer)]
    return refusals[0] if refusals else results[0][1]


def _outdated(record: Record) -> bool:
    """Whether only superseded documents speak of it."""
    return bool(record.facts) and all(fact.superseded for fact in record.facts)


def ambiguous(records: Sequence[Record]) -> NoAnswer:
    names = "; ".join(f"{label_of(record)} in {_where(record)}" for record in records[:6])
    return no_answer(f"Several things are called so. Which one do you mean: {names}?")


def _where(record: Record) -> str:
    return record.facts[0].doc if record.facts else record.entity.key


def _answer(asking: Asking, record: Record, shape: Shape, confidence: float) -> Result:
    asked = candidates(asking, record, shape)
    explained = [found for found in asked if not found.rest]
    left = _left_over(asking, record, shape)
    if left is not None:
        return left
    for found in explained:
        readings = _readings(asking, record, found)
        if readings:
            return readings_answer(record, readings, label=found.label, confidence=confidence)
    if explained:
        return not_recorded(asking, record, explained[0])
    return _unexplained(asking, record, shape)


def candidates(asking: Asking, record: Record, shape: Shape) -> list[Asked]:
    """Concepts and own fields that the free words may mean, best first."""
    known = known_stems(record, asking.vocabulary)
    relation = relation_of(shape)
    if relation and not relation.reverse:
        concept = asking.vocabulary.concept(relation.concept)
        spoken = {
            *relation.phrase.split(),
            "other",
            "another",
            "anything",
            "something",
            "else",
            "one",
            "version",
            "newer",
        }
        rest = content((word for word in shape.words if word.text not in spoken), also=known)
        if concept and not rest:
            return [Asked(concept, None, (), ())]
    if not content(shape.words, also=known) and asking.thread and asking.thread.field:
        return _of_thread(asking)
    concepts = asked_concepts(
        shape.runs, vocabulary=asking.vocabulary, form=asking.question.form, known=known | {"other"}
    )
    fields = asked_fields(shape.words, record, known=known)
    mapped = [asked.concept for asked in concepts if not asked.rest and asked.concept and asked.concept.rule]
    if mapped:
        read = {name for concept in mapped for name in concept.fields}
        fields = [asked for asked in fields if _fully_spoken(asked) and asked.field not in read]
    return sorted([*concepts, *fields], key=lambda asked: (len(asked.rest), _rank(asked)))


def _fully_spoken(asked: Asked) -> bool:
    """Beside a mapping's concept a nested field counts only when its whole path is named."""
    return len(asked.covered) >= len((asked.field or "").split())


def _of_thread(asking: Asking) -> list[Asked]:
    """ "and PEP 700?" asks again for the field asked last."""
    name = asking.thread.field if asking.thread else ""
    concept = asking.vocabulary.concept(name.replace(" ", "_"))
    return [Asked(concept, None, (), ())] if concept else [Asked(None, fold(name), (), ())]


def _rank(asked: Asked) -> int:
    """A mapping's concept before the entity's own field before the general lexicon."""
    if asked.concept is None:
        return 1
    return 0 if asked.concept.rule or asked.concept.derived else 2


def _readings(asking: Asking, record: Record, asked: Asked) -> list[Reading]:
    reader = asking.reader
    if asked.concept is not None:
        return reader.read(record, asked.concept)
    readings = reader.field_readings(record, asked.field or "")
    if asking.question.form == "when":
        return [reading for reading in readings if first_date(reading.value)]
    return readings


def not_recorded(asking: Asking, record: Record, asked: Asked) -> Result:
    """The field is understood and not there: an empty list for relations, otherwise a reasoned refusal."""
    concept = asked.concept
    if concept and concept.is_relation and concept.name in ("blocked_by", "requires", "replaces", "superseded_by"):
        return _none(asking, record, concept)
    why = f"{label_of(record)} has no {asked.label} on record."
    if concept and concept.rule and concept.rule.missing:
        why = f"{label_of(record)}: {asking.reader.sentence(concept.rule.missing, record)}."
    elif asking.question.form == "when":
        why = f"{why.removesuffix('.')}{_state(asking, record)}."
    return refuse(asking, record, why, mention=())


def _state(asking: Asking, record: Record) -> str:
    status = asking.vocabulary.concept("status")
    values = asking.reader.values(record, status) if status else []
    return f"; its status is {', '.join(values)}" if values else ""


def _none(asking: Asking, record: Record, concept: Concept) -> Result:
    unknown = asking.reader.unknown_references(record, concept)
    if unknown:
        return no_answer(
            f"{label_of(record)} refers to {', '.join(unknown)}, of which no status is recorded.",
            related=related_facts(record),
        )
    if not record.facts or not (concept.rule or concept.derived):
        return refuse(asking, record, f"Nothing is recorded about what {label_of(record)} waits for.", mention=())
    sources = Sources()
    status = asking.vocabulary.concept("status")
    readings = asking.reader.read(record, status)[:1] if status else []
    shown = [item for reading in readings for item in reading.evidence]
    marks = sources.mark(shown, entity=record.name)
    state = f"; its status is {readings[0].value}" if readings else ""
    return answer(f"{label_of(record)}: {concept.name.replace('_', ' ')} none{state} {marks}.", ["none"], sources)


def refuse(asking: Asking, record: Record, why: str, *, mention: Sequence[str]) -> Result:
    """A record of a mapped collection is complete, so what it lacks is not known; elsewhere documents may tell."""
    refusal = no_answer(why, ask=owner_of(record), related=related_facts(record))
    if record.entity.kind in asking.vocabulary.mapped_kinds:
        return refusal
    return NotUnderstood("the records do not hold it", otherwise=refusal, must_mention=tuple(mention))


def _unexplained(asking: Asking, record: Record, shape: Shape) -> Result:
    words = content(shape.words, also=known_stems(record, asking.vocabulary))
    if not words:
        return NotUnderstood("nothing is asked of it")
    phrase = " ".join(word.text for word in words)
    refusal = no_answer(
        f"{label_of(record)} has no {phrase!r} on record.", ask=owner_of(record), related=related_facts(record)
    )
    attribute = bool(_OF_IT.search(shape.text))
    if (
        attribute
        and record.entity.kind in asking.vocabulary.mapped_kinds
        and not _mentioned(asking, record, [w.text for w in words])
    ):
        return refusal
    return NotUnderstood(
        "the words are no field of the record", refusal if attribute else None, tuple(w.text for w in words)
    )


def _mentioned(asking: Asking, record: Record, words: Sequence[str]) -> bool:
    """Whether these words stand together in a document of the record, so that its text may answer."""
    pattern = re.compile(r"\W+(?:\w+\W+){0,2}?".join(re.escape(word) for word in words), re.IGNORECASE)
    for doc in dict.fromkeys(fact.doc for fact in record.facts):
        text = asking.reader.facts.text_of(doc)
        if text and pattern.search(text[2]):
            return True
    return False


_LEFT = frozenset({"left", "remain", "unspent", "leftov"})
_MONEY = frozenset({"budget", "envelop", "money", "fund", "spend", "eur", "euro", "usd", "dollar"})


def _left_over(asking: Asking, record: Record, shape: Shape) -> Answer | None:
    """ "how much of the budget is left": the envelope less what is spent, both quoted."""
    if not {word.stem for word in shape.words} & _LEFT:
        return None
    rest = [
        w for w in content(shape.words, also=known_stems(record, asking.vocabulary)) if w.stem not in _LEFT | _MONEY
    ]
    budget, spent = (asking.vocabulary.concept(name) for name in ("budget", "spent"))
    if rest or budget is None or spent is None:
        return None
    pair = [asking.reader.read(record, concept) for concept in (budget, spent)]
    if any(len(readings) != 1 for readings in pair):
        return None
    whole, used = as_number(pair[0][0].value), as_number(pair[1][0].value)
    if whole is None or used is None:
        return None
    sources = Sources()
    marks = sources.mark([item for readings in pair for item in readings[0].evidence], entity=record.name)
    left = shown_number(whole - used)
    text = (
        f"{label_of(record)}: {left} left, {field_label(pair[0], 'budget')} {pair[0][0].value} less "
        f"{pair[1][0].value} spent {marks}."
    )
    return answer(text, [left], sources)
