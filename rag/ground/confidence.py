"""How likely the passages really answer the question: a logistic model over a few features of words and meaning.

The weights are fitted on an encyclopaedia (`weights.py`). AGREED, OFF_ASKED and WHY move them towards the documents of
a programme, which are terse and say things once; they were set by hand on two sets of questions of different domains.
Comparing more sentences than COMPARED was tried (8, 12, 24): no more answers became right.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from rag.ground.features import features
from rag.ground.reading import Reading
from rag.ground.scoring import Scored
from rag.ground.selection import select
from rag.ground.telling import reason_shown
from rag.ground.weights import LEXICAL, SEMANTIC

Similarity = Callable[[str, Sequence[str]], Sequence[float]]
"""Cosine of a question with each of some texts, -1 to 1."""

COMPARED = 5  # sentences embedded per question: 2 to 3 ms each
AGREED = 1.0  # added per full agreement in words: programme documents answer in the question's own words
OFF_ASKED = -0.35  # added where what is asked of the thing named ("reviewed" of an approval) is not said of it
USUAL = 0.7  # agreement at which nothing is added
WHY = (-1.2, 2.0)  # added for "why" without any reason in what is shown, and more the plainer the reason given
SHARE = 0.5  # weight of similarity beside agreement in words when ranking


def rank_by_similarity(
    reading: Reading, ranked: Sequence[Scored], *, similarity: Similarity
) -> tuple[list[Scored], dict[str, float]]:
    """The best sentences put in order by words and meaning together, and the feature meaning adds."""
    texts = [one.sentence.in_place for one in ranked[:COMPARED]]
    near = similarity(reading.sought, texts)
    pairs = list(zip(ranked[:COMPARED], near, strict=True))
    pairs.sort(key=lambda pair: -(pair[0].score + SHARE * pair[1]))
    meaning = {"closest": float(pairs[0][1])}
    return [one for one, _ in pairs] + list(ranked[COMPARED:]), meaning


def confidence(reading: Reading, ranked: Sequence[Scored], *, meaning: Mapping[str, float] | None = None) -> float:
    """Probability, 0 to 1, that the best sentence answers; 0 when there is none.

    `meaning` are the features of `rank_by_similarity`; without them the model of words alone judges.
    """
    if not ranked:
        return 0.0
    values = {**features(reading, ranked), **(meaning or {})}
    weights = SEMANTIC if meaning else LEXICAL
    total = weights["constant"] + sum(weights[name] * value for name, value in values.items())
    total += AGREED * (values["inside"] - USUAL) + OFF_ASKED * values["off_asked"] + _reasoned(reading, ranked[0])
    return 1 / (1 + math.exp(-total))


def _reasoned(reading: Reading, best: Scored) -> float:
    """A reason rarely repeats the words of its "why", so the form of what is shown counts beside them."""
    if reading.question.kind != "reason":
        return 0.0
    return WHY[0] + WHY[1] * reason_shown(best.sentence, select(reading, best))
