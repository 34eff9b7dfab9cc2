"""An answer without a language model: sentences quoted from the passages, or saying that nothing answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from rag.ground.cells import as_words
from rag.ground.confidence import Similarity, confidence, rank_by_similarity
from rag.ground.conflict import moved_since, rival
from rag.ground.persons import people_named
from rag.ground.question import read_question
from rag.ground.reading import Reading, Sentence, read_passages
from rag.ground.refusal import why_not
from rag.ground.scoring import Scored, score_sentences
from rag.ground.selection import select
from rag.ground.support import row_supports, supports
from rag.ground.values import values_of
from rag.model import Answer, Citation, Entity, NoAnswer, Passage

ANSWER_AT = 0.5  # confidence from which a sentence is shown as an answer


def answer_from_passages(
    question: str,
    passages: Sequence[Passage],
    *,
    today: date | None = None,
    known_entities: Sequence[Entity] = (),
    subject: str | None = None,
    similarity: Similarity | None = None,
    answer_at: float = ANSWER_AT,
) -> Answer | NoAnswer:
    """One to three verbatim sentences (a table row, a list with its lead-in) that answer, each cited `[n]`.

    `passages` are readable ones, best first. `known_entities` are readable names (kind "person" helps who-questions);
    `subject` is the name of what the thread is about, for a question that does not repeat it. `similarity` gives the
    cosines of the question with a few sentences; without it words alone decide. `today` gives "this week" and the like
    their dates.
    `values` is empty for why, how and what-is questions: there the sentence is the answer.
    """
    asked = read_question(question, known_names=_names(known_entities), subject=subject, today=today)
    reading = read_passages(asked, passages)
    people = (*_people(known_entities), *people_named(passages))
    ranked, meaning = score_sentences(reading, people=people), None
    if ranked and similarity is not None:
        ranked, meaning = rank_by_similarity(reading, ranked, similarity=similarity)
    sure = confidence(reading, ranked, meaning=meaning)
    reason = why_not(reading, ranked)
    if reason or sure < answer_at:
        return NoAnswer(why=reason or f"Nothing in the documents you can read answers {asked.text!r}.", confidence=sure)
    return _answer(reading, ranked, known_entities, people, sure)


def _names(entities: Sequence[Entity]) -> tuple[str, ...]:
    return tuple(name for entity in entities for name in entity.names if len(name) > 2)


def _people(entities: Sequence[Entity]) -> tuple[str, ...]:
    """Every name of every known person, and first names that only one of them has."""
    names = [name for entity in _persons(entities) for name in entity.names if len(name) > 2]
    return (*names, *(first for first in _first_names(entities) if len(first) > 2))


def _first_names(entities: Sequence[Entity]) -> dict[str, str]:
    """First names that one person alone has, with the full name."""
    full = [max(entity.names, key=_written_out) for entity in _persons(entities)]
    counts = Counter(name.split()[0] for name in full)
    return {name.split()[0]: name for name in full if counts[name.split()[0]] == 1}


def _full_names(values: Sequence[str], known: Sequence[Entity]) -> tuple[str, ...]:
    """People by full name: an id, or a first name that only one of them has, becomes the name written out."""
    ids = {name.casefold(): max(entity.names, key=_written_out) for entity in _persons(known) for name in entity.names}
    short = {first.casefold(): full for first, full in _first_names(known).items()}
    return tuple(dict.fromkeys(ids.get(value.casefold(), short.get(value.casefold(), value)) for value in values))


def _written_out(name: str) -> tuple[bool, int]:
    return (" " in name, len(name))


def _persons(known: Sequence[Entity]) -> list[Entity]:
    return [entity for entity in known if entity.kind == "person"]


def _answer(
    reading: Reading, ranked: Sequence[Scored], known: Sequence[Entity], people: Sequence[str], sure: float
) -> Answer:
    best = ranked[0]
    other = rival(reading, ranked) or moved_since(reading, best, people=people)
    shown = select(reading, best)
    values = _full_names(values_of(reading, best, people=people, shown=shown), known)
    if other is None:
        return Answer(_said(shown, 1), values, (_citation(1, shown),), confidence=sure)
    theirs = _full_names(values_of(reading, other, people=people, shown=(other.sentence,)), known)
    text = (
        f"Two current sources differ. {_dated(best.sentence)}: {_said((best.sentence,), 1)}\n"
        f"{_dated(other.sentence)}: {_said((other.sentence,), 2)}"
    )
    citations = (_citation(1, (best.sentence,)), _citation(2, (other.sentence,)))
    return Answer(text, tuple(dict.fromkeys((*values, *theirs))), citations, confidence=sure)


def _dated(sentence: Sentence) -> str:
    passage = sentence.passage
    return f"{passage.title} ({passage.updated})" if passage.updated else passage.title


def _said(shown: Sequence[Sentence], n: int) -> str:
    """The sentences in words, each with its citation mark; items and rows one a line, after their lead-in."""
    marked = [f"{_worded(one)} [{n}]" for one in shown]
    if len(shown) == 1:
        return marked[0]
    if shown[0].unit.kind not in ("item", "row"):
        return " ".join(marked)
    lead = shown[0].unit.lead if shown[0].unit.kind == "item" else None
    above = [f"{shown[0].passage.text[lead[0] : lead[1]]} [{n}]"] if lead else []
    return "\n".join([*above, *(f"- {line}" for line in marked)])


def _worded(sentence: Sentence) -> str:
    """The sentence as composed for the reader where its source supports that, else as it stands."""
    composed = as_words(sentence)
    if sentence.unit.kind == "row":
        stands = row_supports(composed, sentence.text, header=sentence.header)
    else:
        stands = supports(composed, sentence.passage.text)
    return composed if stands else " ".join(sentence.text.split())


def _citation(n: int, shown: Sequence[Sentence]) -> Citation:
    """One quote from the first to the last sentence, verbatim, with the lead-in or header row where it touches."""
    passage, first, last = shown[0].passage, shown[0].unit, shown[-1].unit
    start = first.start
    if first.lead and len(shown) > 1:
        start = first.lead[0]
    return Citation(
        n=n,
        doc=passage.doc,
        title=passage.title,
        section=passage.section or first.heading,
        quote=passage.text[start : last.end],
        updated=passage.updated,
    )
