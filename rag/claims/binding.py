"""Which words a value belongs to: a number, date or name must stand by the same words in the source as in the sentence.

"The limit is 164, p95 was 120" has only words of "p95 164 ms, agreed limit 120 ms", and is false. So each value is held
against its rivals (values of its kind in the same places): the words around it in the sentence must be nearer to it in
the source than to any rival, and two values of the sentence must not stand crosswise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rag.claims.places import says
from rag.ground.words import STOP_WORDS, words

FAR = 3.0  # words that a comma, a bracket or the like counts for
APART = 15.0  # words that the gap between two places counts for
STEEP = 1.0  # how fast a word of the sentence counts less with its distance
RIVAL = 1.3  # how much nearer a rival must be before the value is held to be its
CROSSED = 1.05  # how much nearer two values must be when exchanged
_BREAK = re.compile(r"[,;:.!?|()\u2013\u2014\n]|\b(?:and|but|while|whereas|then)\b", re.IGNORECASE)


class Span(NamedTuple):
    """A value at [start, end) of its text."""

    start: int
    end: int


class Line(NamedTuple):
    """A text as stems on a line; a break or a gap between two places is distance. `spans` are the values' places."""

    stems: tuple[str, ...]
    at: tuple[float, ...]
    spans: tuple[float, ...]


def line_of(texts: Sequence[tuple[str, Sequence[Span]]]) -> Line:
    """Texts with their values, one behind the other; words inside a value are no context."""
    stems: list[str] = []
    places: list[float] = []
    spans: list[float] = []
    here = 0.0
    for text, values in texts:
        found = words(text)
        breaks = [match.start() for match in _BREAK.finditer(text) if not _inside(text, match, values)]
        coordinates = []
        for at, word in enumerate(found):
            here += 1 + FAR * sum(found[at - 1].end <= mark < word.start for mark in breaks) if at else 1
            coordinates.append(here)
            inside = any(one.start <= word.start < one.end for one in values)
            if not inside and word.folded not in STOP_WORDS:
                stems.append(word.stem)
                places.append(here)
        for one in values:
            own = [where for word, where in zip(found, coordinates, strict=True) if one.start <= word.start < one.end]
            spans.append(sum(own) / len(own) if own else here)
        here += APART
    return Line(tuple(stems), tuple(places), tuple(spans))


def _inside(text: str, match: re.Match[str], values: Sequence[Span]) -> bool:
    if any(one.start <= match.start() < one.end for one in values):
        return True
    return match[0] in ".,:" and text[match.end() : match.end() + 1].isalnum()


def nearness(said: Line, value: int, source: Line, place: int) -> float:
    """How near the words round a value of the sentence stand to a place of a value in the source.

    A word that the sentence says twice ("A signs as ..., B signs as ...") tells nothing of which is whose.
    """
    here, there = said.spans[value], source.spans[place]
    total = 0.0
    for stem, at in zip(said.stems, said.at, strict=True):
        if said.stems.count(stem) > 1:
            continue
        best = max(
            (
                says(stem, (other,)) / (1 + abs(where - there))
                for other, where in zip(source.stems, source.at, strict=True)
            ),
            default=0.0,
        )
        total += best / (1 + abs(at - here)) ** STEEP
    return total


def bound_elsewhere(
    said: Line, source: Line, *, same: Sequence[Sequence[bool]], rival: Sequence[Sequence[bool]]
) -> int | None:
    """The first value of the sentence whose words belong to another value in the source; None when all are right.

    `same[i][j]`: value i of the sentence equals value j of the source; `rival[i][j]`: they differ and are of a kind.
    """
    near = [[nearness(said, i, source, j) for j in range(len(source.spans))] for i in range(len(said.spans))]
    told = [j for j in range(len(source.spans)) if any(row[j] for row in same)]
    for i, row in enumerate(near):
        own = _best(row, same[i])
        others = [rival[i][j] and j not in told for j in range(len(row))]
        if _best(row, others) > RIVAL * own:
            return i
    return _crossed(near, same, rival)


def _crossed(
    near: Sequence[Sequence[float]], same: Sequence[Sequence[bool]], rival: Sequence[Sequence[bool]]
) -> int | None:
    for i in range(len(near)):
        for k in range(i + 1, len(near)):
            if not any(a and b for a, b in zip(rival[i], same[k], strict=True)):
                continue
            straight = _best(near[i], same[i]) + _best(near[k], same[k])
            if _best(near[i], same[k]) + _best(near[k], same[i]) > CROSSED * straight:
                return i
    return None


def _best(row: Sequence[float], chosen: Sequence[bool]) -> float:
    return max((value for value, is_one in zip(row, chosen, strict=True) if is_one), default=0.0)


_LINKING = re.compile(r"\b(of|against|from|instead of|above|below|over|under|than|for)\b", re.IGNORECASE)
LINKED = 8  # words between two values that a preposition still links


def turned_round(
    said: str, values: Sequence[Span], source: str, places: Sequence[Span], *, same: Sequence[Sequence[bool]]
) -> int | None:
    """The first value that stands on the other side of the preposition that links it to another ("66 of 38")."""
    for i, one in enumerate(values):
        for k in range(i + 1, len(values)):
            link = _link(said[one.end : values[k].start])
            if link and _is_turned(link, source, places, first=same[i], second=same[k]):
                return i
    return None


def _link(between: str) -> str | None:
    found = _LINKING.search(between)
    if found is None or len(between.split()) > LINKED or re.search(r"[;.!?]", between):
        return None
    return found[0].lower()


def _is_turned(
    link: str, source: str, places: Sequence[Span], *, first: Sequence[bool], second: Sequence[bool]
) -> bool:
    """Whether the source links the two in the other order only."""
    linked = [
        (at, on)
        for at, left in enumerate(places)
        for on, right in enumerate(places)
        if left.end <= right.start and _link(source[left.end : right.start]) == link
    ]
    straight = any(first[at] and second[on] for at, on in linked)
    return not straight and any(second[at] and first[on] for at, on in linked)
