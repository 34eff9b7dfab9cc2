"""Two current sources that give different values for the same thing: both are shown, neither is averaged away."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.ground.reading import Reading, Sentence
from rag.ground.scoring import Scored, fitting_values, strength_around
from rag.ground.words import words

AS_GOOD = 0.12  # how far behind the best a rival may score
AS_NEAR = 0.15  # how much farther from the words asked about its value may stand
SAME_THING = 0.85  # share of the question both must agree with


_MOVED = re.compile(
    r"\b(?:mov(?:es|ed|ing)|now|postponed|shift(?:s|ed)|pushed|slip(?:s|ped)|delayed|rescheduled|put off"
    r"|brought forward)\b",
    re.I,
)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


def rival(reading: Reading, ranked: Sequence[Scored]) -> Scored | None:
    """The best sentence of another current document whose nearest value differs, when both speak of the same thing."""
    best = ranked[0]
    if not best.fitting or _agreement(reading, best.sentence) < SAME_THING:
        return None
    for other in ranked[1:]:
        if other.score < best.score - AS_GOOD:
            return None
        if _contradicts(reading, best, other):
            return other
    return None


def moved_since(reading: Reading, best: Scored, *, people: Sequence[str]) -> Scored | None:
    """What a later document says has become of the same thing: "Cardiff moves to 30 November"; None without a name.

    The words asked with are seldom said again there, so only the name and the kind of value have to agree.
    """
    named = [stem for stem in reading.question.named if stem in reading.alike]
    if not best.fitting or not named or best.sentence.passage.superseded_by:
        return None
    kind, when = best.fitting[0].kind, _dated(best.sentence)
    for one in reading.sentences:
        later = one.passage.doc != best.sentence.passage.doc and _dated(one) > when and not one.passage.superseded_by
        if not later or not _MOVED.search(one.text) or not all(reading.strength(stem, one.stems) for stem in named):
            continue
        values = [value for _, value in fitting_values(reading, one, people) if value.kind == kind]
        news = Scored(one, best.score, tuple(values), 0.0)
        if values and not _share(values[0].text, best) and not _share(best.fitting[0].text, news):
            return news
    return None


def _dated(sentence: Sentence) -> str:
    """The day a document is named after, as notes are; else that of its last change."""
    named = _ISO.search(sentence.passage.doc)
    return named.group() if named else sentence.passage.updated


def _contradicts(reading: Reading, best: Scored, other: Scored) -> bool:
    left, right = best.sentence.passage, other.sentence.passage
    if left.doc == right.doc or right.superseded_by or left.superseded_by or not other.fitting:
        return False
    if _agreement(reading, other.sentence) < SAME_THING or not _names_it(reading, other.sentence):
        return False
    mine, theirs = best.fitting[0], other.fitting[0]
    if other.distance > best.distance + AS_NEAR or _is_vaguer(theirs.text, mine.text):
        return False
    return mine.kind == theirs.kind and not _share(mine.text, other) and not _share(theirs.text, best)


def _names_it(reading: Reading, sentence: Sentence) -> bool:
    """Whether what the question names stands in the sentence or above it: a name next door belongs to another thing."""
    here = sentence.stems | sentence.context
    return all(reading.strength(stem, here) > 0 for stem in reading.question.named if stem in reading.alike)


def _is_vaguer(value: str, than: str) -> bool:
    """A year beside a full date, one word beside a full name: no contradiction."""
    return len(words(value)) < len(words(than)) and len(words(value)) == 1


def _share(value: str, scored: Scored) -> bool:
    """Whether the value stands in the other sentence too, in whatever form."""
    stems = {word.stem for word in words(value) if word.is_number} or {word.stem for word in words(value)}
    return stems <= scored.sentence.stems


def _agreement(reading: Reading, sentence: Sentence) -> float:
    total = sum(reading.weights.values()) or 1.0
    return (
        sum(weight for term, weight in reading.weights.items() if strength_around(reading, sentence, term) > 0) / total
    )
