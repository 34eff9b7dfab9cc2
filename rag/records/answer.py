"""The front door of records: one question in, an exact answer, a reasoned refusal, or "not a question of records"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from rag.fields.folding import fold, fold_field
from rag.model import Answer, Audience
from rag.records.asking import Asking, NotUnderstood, ThreadSubject, known_stems
from rag.records.attribute import Asked, asked_concepts, content
from rag.records.compose import label_of, no_answer, readings_answer
from rag.records.filter import kind_asked, read_listing
from rag.records.gate import answer_gate
from rag.records.link import Link, Links, link_entities, near_entities
from rag.records.lists import answer_list, reverse_list
from rag.records.question import Question, Word, read_question
from rag.records.record import Record, RecordReader
from rag.records.shape import Shape, asks_of_entity, relation_of, shape_of
from rag.records.single import Result, answer_single
from rag.records.subject import Named, Subjects, subjects_of
from rag.records.vocabulary import Concept, Vocabulary
from rag.records.yesno import answer_pair, answer_yes_no
from rag.store.documents import readable_access_ids
from rag.store.facts import FactReader, StoredEntity

_SUPERLATIVES = frozenset("latest newest oldest earliest highest largest biggest lowest smallest cheapest".split())

NEAR_CONFIDENCE = 0.8
"""Of an answer about an entity that was spelled nearly right."""

__all__ = ["NotUnderstood", "ThreadSubject", "answer_from_records"]


def answer_from_records(
    question: str,
    *,
    session: Session,
    audience: Audience,
    vocabulary: Vocabulary,
    today: date,
    thread: ThreadSubject | None = None,
) -> Result:
    """Answer from structured facts that all of the audience may read.

    Answer: values are verbatim or as the mapping shapes them, each with its quote. NoAnswer: the question
    is understood and what it asks is not recorded (or names no known thing, or several). NotUnderstood:
    the documents should be asked. The same question over the same facts always gives the same result.
    """
    facts = FactReader(session, readable_access_ids(session, audience))
    read = read_question(question)
    if not read.words or read.form in ("why", "how"):
        return NotUnderstood("no question of a record")
    reader = RecordReader(facts, vocabulary)
    links = link_entities(read, facts=facts, vocabulary=vocabulary)
    return _answer(Asking(read, links, reader, vocabulary, thread, today))


def _answer(asking: Asking) -> Result:
    subjects = subjects_of(asking.links, reader=asking.reader)
    if asking.links.unknown:
        return _with_unknown(asking, subjects)
    shape = shape_of(asking.question, subjects.links, also=asking.links.unknown_spans)
    listed = _as_list(asking, subjects, shape)
    if listed is not None:
        return listed
    if not subjects.named:
        return _unnamed(asking)
    found = _about(asking, subjects, shape)
    if isinstance(found, NotUnderstood) and all(link.weak for link in subjects.links):
        other = _unnamed(asking)
        return found if isinstance(other, NotUnderstood) else other
    return found


# --- about named things -------------------------------------------------------------


def _about(asking: Asking, subjects: Subjects, shape: Shape) -> Result:
    if asking.question.form == "yes_no" and len(subjects.named) == 2:
        first, second = subjects.named
        paired = answer_pair(asking, first.records[0], second.records[0], shape)
        if paired is not None:
            return paired
    if len(subjects.named) > 1 and _enumerated(asking.question, subjects.links):
        return _each(asking, subjects, shape)
    if len(subjects.named) > 1:
        return NotUnderstood("several things are named")
    return _one(asking, subjects.named[0], shape)


def _one(asking: Asking, named: Named, shape: Shape, *, confidence: float = 1.0) -> Result:
    gate = next((found for record in named.records if (found := answer_gate(asking, record, shape))), None)
    if gate is not None:
        return gate
    if asking.question.form == "yes_no":
        for record in named.records:
            found = answer_yes_no(asking, record, shape)
            if found is not None:
                return found
        return NotUnderstood("no yes or no question of a record")
    return answer_single(asking, named.records, shape, confidence=confidence)


def _enumerated(question: Question, links: Sequence[Link]) -> bool:
    """ "PEP 1, PEP 2 and PEP 3" """
    gaps = [question.text[one.end : other.start] for one, other in zip(links, links[1:], strict=False)]
    return all(fold(gap) in ("", "and", "or", "of", "and of") for gap in gaps)


def _each(asking: Asking, subjects: Subjects, shape: Shape) -> Result:
    results = [answer_single(asking, named.records, shape) for named in subjects.named]
    answers = [result for result in results if isinstance(result, Answer)]
    if len(answers) != len(results):
        return next(result for result in results if not isinstance(result, Answer))
    return _joined(answers)


def _joined(answers: Sequence[Answer]) -> Answer:
    """Answers one after the other, citations numbered through."""
    text, citations, facts = [], [], []
    for found in answers:
        offset = len(citations)
        shown = found.text
        for citation in reversed(found.citations):
            shown = shown.replace(f"[{citation.n}]", f"[{citation.n + offset}]")
        text.append(shown)
        citations += [replace(citation, n=citation.n + offset) for citation in found.citations]
        facts += found.facts
    values = dict.fromkeys(value for found in answers for value in found.values)
    return Answer(" ".join(text), tuple(values), tuple(citations), tuple(dict.fromkeys(facts)), "records")


# --- lists --------------------------------------------------------------------------


def _as_list(asking: Asking, subjects: Subjects, shape: Shape) -> Result | None:
    """The answer of a list question, or None when the question is about one thing."""
    relation = relation_of(shape) if len(subjects.named) == 1 else None
    kind = kind_asked(asking, shape)
    if relation is not None:
        concept = asking.vocabulary.concept(relation.concept)
        if not relation.reverse or concept is None or asking.question.form == "yes_no":
            return None
        return _reversed(asking, subjects.named[0].records[0], shape, concept, relation.phrase, kind)
    if kind is None or asks_of_entity(shape) and not _all_values(subjects):
        return None
    name, noun, is_plural = kind
    opens = asking.question.form in ("which", "list", "how_many", "what") or bool(_SUPERLATIVES & {w.text for w in shape.words})
    if not is_plural and not opens:
        return None
    if not is_plural and subjects.named and not _all_values(subjects):
        return None
    listing = read_listing(asking, shape, subjects.links, kind=name, noun=noun)
    found = answer_list(asking, listing)
    if isinstance(found, NotUnderstood) and subjects.named and not is_plural:
        return None
    return found


def _all_values(subjects: Subjects) -> bool:
    """Whether what is named can only be a value of a condition: people, not the things that are listed."""
    return bool(subjects.named) and all(record.entity.kind == "person" for named in subjects.named for record in named.records)


def _reversed(
    asking: Asking,
    record: Record,
    shape: Shape,
    concept: Concept,
    phrase: str,
    kind: tuple[str, tuple[Word, ...], bool] | None,
) -> Result | None:
    spoken = {*phrase.split(), "other"}
    kept = tuple(tuple(word for word in run if word.text not in spoken) for run in shape.runs)
    rest = Shape(shape.text, kept)
    listing = None
    if kind is not None:
        listing = read_listing(asking, rest, (), kind=kind[0], noun=kind[1])
    elif content(rest.words, also=known_stems(record, asking.vocabulary)):
        return None
    return reverse_list(asking, concept, record, listing)


# --- nothing is named ----------------------------------------------------------------


def _with_unknown(asking: Asking, subjects: Subjects) -> Result:
    """An id of nothing that is recorded may still stand in another's record ("what requires PEP 703")."""
    shape = shape_of(asking.question, subjects.links, also=asking.links.unknown_spans)
    name = asking.links.unknown[0]
    if len(asking.links.unknown) == 1 and _is_id(name):
        stranger = Record(StoredEntity(name, _kind_like(asking, name), (name,), None), ())
        relation = relation_of(shape)
        concept = asking.vocabulary.concept(relation.concept) if relation else None
        if not subjects.named and relation and relation.reverse and concept:
            found = _reversed(asking, stranger, shape, concept, relation.phrase, kind_asked(asking, shape))
            if isinstance(found, Answer) and found.values != ("none",):
                return found
        if len(subjects.named) == 1 and asking.question.form == "yes_no" and shape.text.count("@") == 2:
            paired = answer_pair(asking, subjects.named[0].records[0], stranger, shape)
            return paired if paired is not None else NotUnderstood("no relation is asked")
    return _unknown(asking)


def _kind_like(asking: Asking, name: str) -> str:
    """The kind whose ids look like this one."""
    forms = ((words.kind, pattern) for words in asking.vocabulary.kinds for pattern, _ in words.id_forms)
    return next((kind for kind, pattern in forms if pattern.search(name)), "")


def _unknown(asking: Asking) -> Result:
    """An id that looks right, or a quoted title, of nothing that exists."""
    names = ", ".join(asking.links.unknown)
    near = [n for name in asking.links.unknown for n in near_entities(fold(name), facts=asking.reader.facts, whole_only=True).entities if not _is_id(name)]
    if near:
        return _meant(asking, near, spans=asking.links.unknown_spans)
    shape = shape_of(asking.question, (), also=asking.links.unknown_spans)
    asked = asked_concepts(shape.runs, vocabulary=asking.vocabulary, form=asking.question.form)
    if asked or any(_is_id(name) for name in asking.links.unknown):
        return no_answer(f"There is no {names} in the records you can read.")
    return NotUnderstood(f"nothing is called {names}")


def _is_id(name: str) -> bool:
    return fold(name).split()[-1:] != [] and fold(name).split()[-1].isdecimal() and len(fold(name).split()) <= 3


def _unnamed(asking: Asking) -> Result:
    """The thread's subject, or a thing whose name the question spells nearly or in part."""
    shape = shape_of(asking.question, ())
    asked = asked_concepts(shape.runs, vocabulary=asking.vocabulary, form=asking.question.form)
    near = _near(asking, shape, asked)
    if near is not None:
        return near
    listed = _named_list(asking, shape)
    if listed is not None:
        return listed
    thread = _thread_records(asking)
    if thread and asking.question.form == "yes_no":
        found = answer_yes_no(asking, thread[0], shape)
        return found if found is not None else NotUnderstood("no yes or no question of a record")
    if thread:
        results = [answer_single(asking, [record], shape) for record in thread]
        answers = [result for result in results if isinstance(result, Answer)]
        return _joined(answers) if len(answers) > 1 and len(answers) == len(results) else results[0]
    return NotUnderstood("no entity is named")


def _named_list(asking: Asking, shape: Shape) -> Result | None:
    """ "who is on the list of production readiness approvers": a list that a mapping names."""
    text = f" {shape.text} "
    for name, (document, written) in asking.vocabulary.lists.items():
        calls = (name, written.rpartition(".")[2], *asking.vocabulary.list_names.get(name, ()))
        hit = next((call for call in calls if f" {fold(call)} " in text), None)
        if hit is None or content(w for w in shape.words if w.text not in {*fold(hit).split(), "list"}):
            continue
        facts = asking.reader.facts.listed_facts(document, fold_field(written))
        record = Record(StoredEntity(name, "list", (hit,), None), (), facts)
        readings = asking.reader.field_readings(record, fold_field(written))
        return readings_answer(record, readings, label=hit) if readings else None
    return None


def _thread_records(asking: Asking) -> list[Record]:
    names = asking.thread.names if asking.thread else ()
    return [record for record in (asking.reader.by_name(name) for name in names) if record]


def _near(asking: Asking, shape: Shape, asked: Sequence[Asked]) -> Result | None:
    for found in asked[:3]:
        if not found.rest:
            continue
        nouns = {form for kind in asking.vocabulary.kinds for form in kind.nouns} | {"document", "file", "record"}
        rest = [word for word in found.rest if word.text not in nouns]
        phrase = " ".join(word.text for word in rest)
        span = _span(asking, rest)
        near = near_entities(phrase, facts=asking.reader.facts)
        whole = near_entities(span, facts=asking.reader.facts, whole_only=True) if span != phrase else near
        entities = whole.entities or near.entities
        if entities:
            return _meant(asking, entities, spans=[(rest[0].start, rest[-1].end)])
    return None


def _span(asking: Asking, words: Sequence[Word]) -> str:
    """The stretch of the question from the first to the last unexplained word, stop words included."""
    if not words:
        return ""
    inside = [word.text for word in asking.question.words if words[0].start <= word.start <= words[-1].start]
    return " ".join(inside)


def _meant(asking: Asking, entities: Sequence[StoredEntity], *, spans: Sequence[tuple[int, int]]) -> Result:
    """One thing fits: answer about it. Several fit: ask which."""
    link = Link(min(s for s, _ in spans), max(e for _, e in spans), tuple(entities), near=True)
    named = subjects_of(Links((link,)), reader=asking.reader).named[0]
    if len(named.records) > 1:
        names = "; ".join(label_of(record) for record in named.records[:8])
        return no_answer(f"Which one do you mean: {names}?")
    shape = shape_of(asking.question, (link,))
    return _one(asking, named, shape, confidence=NEAR_CONFIDENCE)

