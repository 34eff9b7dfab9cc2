"""What tells a sentence that answers from one that only looks so: plain numbers, mostly 0..1, computed from words.

Questions without an answer are often written on topic, so being relevant proves little. What gives them away is a
name, a number or a polarity of the question that the sentence does not share. Features that only mirror how a
collection of questions was written (its share of "when" questions, its negated questions) are left out on purpose:
they would not carry over.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.ground.reading import CONTEXT, Reading, Sentence
from rag.ground.scoring import Scored, strength_around, weights_for
from rag.ground.synonyms import opposites
from rag.ground.words import Word, is_negation

NEGATION_REACH = 2
_PREFIXES = ("un", "non", "in", "im", "dis")


def features(reading: Reading, ranked: Sequence[Scored]) -> dict[str, float]:
    """The evidence for "these passages answer the question", by name. `ranked` is best first and not empty."""
    best = ranked[0]
    return {"score": best.score, **_agreement(reading, best.sentence), **_clash(reading, best.sentence)}


def _agreement(reading: Reading, best: Sentence) -> dict[str, float]:
    weights = weights_for(reading, best)
    total = sum(weights.values()) or 1.0
    inside = sum(
        weight * max(reading.strength(term, best.stems), CONTEXT * reading.strength(term, best.context))
        for term, weight in weights.items()
    )
    off = {term for term in weights if strength_around(reading, best, term) == 0}
    unsaid = max((weights[term] for term in off), default=0.0)
    here = best.stems | best.context  # a number next door is that of something else
    named = {stem for name in reading.question.names for stem in name}
    return {
        "inside": inside / total,
        "unsaid": unsaid / total,
        "off_name": float(bool(named & off)),
        "off_number": float(any(not reading.strength(one, here) for one in reading.question.numbers if one in weights)),
        "off_asked": float(_asked_of(reading) in off),
    }


def _asked_of(reading: Reading) -> str | None:
    """What is asked of the thing named, for a question after a value: its last word that is no name ("reviewed")."""
    if not reading.question.fits:
        return None
    passing = reading.question.named | reading.question.spoken
    return next((term.stem for term in reversed(reading.question.terms) if term.stem not in passing), None)


def _clash(reading: Reading, best: Sentence) -> dict[str, float]:
    """Signs that the sentence says the opposite; of a yes-no question that is the answer, of a why its matter."""
    if reading.question.kind in ("yes_no", "reason"):
        return {"negation_clash": 0.0, "opposite": 0.0, "prefixed": 0.0}
    negated = _is_turned(reading, best)
    return {
        "negation_clash": float(negated != reading.question.negated),
        "opposite": float(any(_has_opposite(term.stem, best.stems) for term in reading.question.terms)),
        "prefixed": float(any(_is_prefixed(term.folded, best.words) for term in reading.question.terms)),
    }


def _is_turned(reading: Reading, best: Sentence) -> bool:
    """Whether a negation stands within four words of a word the question shares."""
    shared = [at for at, word in enumerate(best.words) if any(word.stem in alike for alike in reading.alike.values())]
    return any(
        is_negation(word.folded) and any(abs(at - other) <= NEGATION_REACH for other in shared)
        for at, word in enumerate(best.words)
    )


def is_contrary(reading: Reading, found: Sequence[Word]) -> bool:
    """Whether the words have the opposite of a word of the question, or it with a negating prefix, and not itself."""
    stems = frozenset(word.stem for word in found)
    return any(_has_opposite(term.stem, stems) or _is_prefixed(term.folded, found) for term in reading.question.terms)


def _has_opposite(stem: str, stems: frozenset[str]) -> bool:
    return stem not in stems and not opposites(stem).isdisjoint(stems)


def _is_prefixed(folded: str, found: Sequence[Word]) -> bool:
    """Whether the sentence has the word only with (or only without) a negating prefix: active, inactive."""
    forms = {word.folded for word in found}
    if folded in forms:
        return False
    bare = (folded.removeprefix(prefix) for prefix in _PREFIXES if folded.startswith(prefix))
    return any(len(root) > 3 and root in forms for root in bare) or any(
        prefix + folded in forms for prefix in _PREFIXES
    )
