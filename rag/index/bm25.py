"""BM25 (Robertson and Zaragoza 2009; k1 1.2, b 0.75) over some texts, by what is known of these texts alone.

How rare a word is and how long a text usually is are counted among the texts that are searched. A text that the reader
may not read is none of them, so that nothing of it shows in the score of another one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log
from typing import TYPE_CHECKING

import numpy as np

from rag.index.port import Hit
from rag.index.postings import Postings, term_key

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Scores = NDArray[np.float64]

K1 = 1.2
B = 0.75


def best_texts(
    shelves: Sequence[Postings], words: Mapping[str, float], *, limit: int, among: frozenset[int] | None = None
) -> list[Hit]:
    """The texts with the highest scores above nothing, best first; equal ones by their id."""
    scores = _scores(shelves, words)
    here = [
        np.flatnonzero(score) if among is None else (at := shelf.positions(among))[score[at] > 0]
        for shelf, score in zip(shelves, scores, strict=True)
    ]
    if not here:
        return []
    numbers = np.concatenate([shelf.numbers[at] for shelf, at in zip(shelves, here, strict=True)])
    found = np.concatenate([score[at] for score, at in zip(scores, here, strict=True)])
    if found.size > limit:
        enough = found >= np.partition(found, -limit)[-limit]
        numbers, found = numbers[enough], found[enough]
    order = np.lexsort((numbers, -found))[:limit]
    return [Hit(*pair) for pair in zip(numbers[order].tolist(), found[order].tolist(), strict=True)]


def _scores(shelves: Sequence[Postings], words: Mapping[str, float]) -> list[Scores]:
    """For each shelf the score of each of its texts."""
    texts = sum(int(shelf.numbers.size) for shelf in shelves)
    usual = sum(shelf.total_length for shelf in shelves) / max(texts, 1) or 1.0
    scores = [np.zeros(shelf.numbers.size) for shelf in shelves]
    slowing = [K1 * (1 - B + B * shelf.lengths / usual) for shelf in shelves]
    for word, weight in words.items():
        key = term_key(word)
        spans = [shelf.holding(key) for shelf in shelves]
        telling = weight * (1 + K1) * rarity(sum(map(_size, spans)), texts)
        for shelf, span, score, slow in zip(shelves, spans, scores, slowing, strict=True):
            rows, counts = shelf.rows[span], shelf.counts[span].astype(np.float64)
            score[rows] += telling * counts / (counts + slow[rows])
    return scores


def rarity(holding: int, texts: int) -> float:
    """The inverse document frequency of a word that so many of the texts hold; never below 0."""
    return log(1 + (texts - holding + 0.5) / (holding + 0.5))


def share_holding(shelves: Sequence[Postings], word: str) -> float:
    """The share of the texts that hold this word, from 0 to 1."""
    key = term_key(word)
    holding = sum(_size(shelf.holding(key)) for shelf in shelves)
    return holding / max(sum(int(shelf.numbers.size) for shelf in shelves), 1)


def _size(span: slice) -> int:
    return int(span.stop - span.start)
