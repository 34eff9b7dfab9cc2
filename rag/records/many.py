"""Deciding whether a question asks for a list, and of what."""

from __future__ import annotations

from rag.records.asking import Asking, NotUnderstood, known_stems
from rag.records.attribute import content
from rag.records.filter import read_listing
from rag.records.listing import kind_asked
from rag.records.lists import answer_list, reverse_list
from rag.records.question import Word
from rag.records.record import Record
from rag.records.shape import Shape, asks_of_entity, relation_of
from rag.records.single import Result
from rag.records.subject import Subjects
from rag.records.vocabulary import Concept

_SUPERLATIVES = frozenset("latest newest oldest earliest highest largest biggest lowest smallest cheapest".split())


def answer_many(asking: Asking, subjects: Subjects, shape: Shape) -> Result | None:
    """The answer of a list question, or None when the question is about one thing."""
    relation = relation_of(shape) if len(subjects.named) == 1 else None
    kind = kind_asked(asking, shape)
    if relation is not None:
        concept = asking.vocabulary.concept(relation.concept)
        if not relation.reverse or concept is None or asking.question.form == "yes_no":
            return None
        return answer_reversed(asking, subjects.named[0].records[0], shape, concept, relation.phrase, kind)
    if kind is None or (asks_of_entity(shape) and not _all_values(subjects)):
        return None
    name, noun, is_plural = kind
    opens = asking.question.form in ("which", "list", "how_many", "what") or bool(
        _SUPERLATIVES & {w.text for w in shape.words}
    )
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
    return bool(subjects.named) and all(
        record.entity.kind == "person" for named in subjects.named for record in named.records
    )


def answer_reversed(
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
