"""Questions that name nothing known: ids that do not exist, near spellings, lists with a name, the thread's subject."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.fields.folding import fold, fold_field
from rag.model import Answer
from rag.records.asking import Asking, NotUnderstood
from rag.records.attribute import Asked, asked_concepts, content
from rag.records.compose import label_of, no_answer, readings_answer
from rag.records.link import Link, Links, near_entities
from rag.records.listing import kind_asked
from rag.records.many import answer_reversed
from rag.records.named import answer_one, joined_answers
from rag.records.question import Word, stem
from rag.records.record import Record
from rag.records.shape import Shape, relation_of, shape_of
from rag.records.single import Result, answer_single
from rag.records.subject import Subjects, subjects_of
from rag.records.yesno import answer_pair, answer_yes_no
from rag.store.facts import StoredEntity

_HEAD = re.compile(r"\s(?:of|for|in|on|at|to|after|before|with|from|by|about|during|without|under|over|per)\s", re.I)
NEAR_CONFIDENCE = 0.8
"""Of an answer about an entity that was spelled nearly right."""


def answer_unknown(asking: Asking, subjects: Subjects) -> Result:
    """An id of nothing that is recorded may still stand in another's record ("what requires PEP 703")."""
    shape = shape_of(asking.question, subjects.links, also=asking.links.unknown_spans)
    name = asking.links.unknown[0]
    if len(asking.links.unknown) == 1 and _is_id(name):
        stranger = Record(StoredEntity(name, _kind_like(asking, name), (name,), None), ())
        relation = relation_of(shape)
        concept = asking.vocabulary.concept(relation.concept) if relation else None
        if not subjects.named and relation and relation.reverse and concept:
            found = answer_reversed(asking, stranger, shape, concept, relation.phrase, kind_asked(asking, shape))
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
    near = [
        n
        for name in asking.links.unknown
        for n in near_entities(fold(name), facts=asking.reader.facts, whole_only=True).entities
        if not _is_id(name)
    ]
    if near:
        return _meant(asking, near, spans=asking.links.unknown_spans)
    shape = shape_of(asking.question, (), also=asking.links.unknown_spans)
    asked = asked_concepts(shape.runs, vocabulary=asking.vocabulary, form=asking.question.form)
    if asked or any(_is_id(name) for name in asking.links.unknown):
        return no_answer(f"There is no {names} in the records you can read.")
    return NotUnderstood(f"nothing is called {names}")


def _is_id(name: str) -> bool:
    return fold(name).split()[-1:] != [] and fold(name).split()[-1].isdecimal() and len(fold(name).split()) <= 3


def answer_unnamed(asking: Asking) -> Result:
    """The thread's subject, or a thing whose name the question spells nearly or in part."""
    shape = shape_of(asking.question, ())
    asked = asked_concepts(shape.runs, vocabulary=asking.vocabulary, form=asking.question.form)
    listed = _named_list(asking, shape)
    if listed is not None:
        return listed
    near = _near(asking, asked)
    if near is not None:
        return near
    thread = _thread_records(asking)
    if thread and asking.question.form == "yes_no":
        found = answer_yes_no(asking, thread[0], shape)
        return found if found is not None else NotUnderstood("no yes or no question of a record")
    if thread:
        results = [answer_single(asking, [record], shape) for record in thread]
        answers = [result for result in results if isinstance(result, Answer)]
        return joined_answers(answers) if len(answers) > 1 and len(answers) == len(results) else results[0]
    return NotUnderstood("no entity is named")


def _named_list(asking: Asking, shape: Shape) -> Result | None:
    """ "who is on the list of production readiness approvers": a list that a mapping names."""
    text = f" {shape.text} "
    for name, (document, written) in asking.vocabulary.lists.items():
        calls = (name, written.rpartition(".")[2], *asking.vocabulary.list_names.get(name, ()))
        hit = max((call for call in calls if f" {fold(call)} " in text), key=len, default=None)
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


def _near(asking: Asking, asked: Sequence[Asked]) -> Result | None:
    for found in asked[:3]:
        if not found.rest:
            continue
        nouns = {form for kind in asking.vocabulary.kinds for form in kind.nouns} | {"document", "file", "record"}
        rest = [word for word in found.rest if word.text not in nouns]
        phrase = " ".join(word.text for word in rest)
        span = _span(asking, rest)
        near = near_entities(phrase, facts=asking.reader.facts)
        whole = near_entities(span, facts=asking.reader.facts, whole_only=True) if span != phrase else near
        entities = [entity for entity in whole.entities or near.entities if not _is_in_part(entity, phrase)]
        if entities:
            return _meant(asking, entities, spans=[(rest[0].start, rest[-1].end)])
    return None


def _is_in_part(entity: StoredEntity, phrase: str) -> bool:
    """Whether the phrase is only what narrows the title: "scanner fix" of "Phantom check after the scanner fix"."""
    head, link, _ = _HEAD.sub("\n", entity.names[-1], count=1).partition("\n")
    said = {stem(word) for word in phrase.split()}
    return bool(link) and not said & {stem(word) for word in fold(head).split()}


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
        which = no_answer(f"Which one do you mean: {names}?")
        kinds = {record.entity.kind for record in named.records}
        return which if kinds & asking.vocabulary.mapped_kinds else NotUnderstood("several are meant", otherwise=which)
    shape = shape_of(asking.question, (link,))
    return answer_one(asking, named, shape, confidence=NEAR_CONFIDENCE)
