"""Does a sentence stand in its source? Numbers with unit and noun, dates, names, identifiers and polarity must."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.ground.candidates import Candidate, candidates
from rag.ground.question import is_negation
from rag.ground.sentences import units
from rag.ground.words import STOP_WORDS, Word, same_stem, words

_MARK = re.compile(r"\s*\[\d+\](?=[\s.,;:]|$)")
NEAR_NOUN = 4  # words between a number and the noun it measures
ENOUGH = 0.6  # share of the sentence's content words the supporting place must have


def supports(sentence: str, passage: str) -> bool:
    """Whether everything checkable in the sentence stands in one place of the passage with the same polarity.

    A place is a sentence, list item, row (with its header) or data line, with its two neighbours. Citation marks
    `[n]` in the sentence are ignored. False when in doubt: a sentence that fails is dropped, never mended.
    """
    said = _MARK.sub("", sentence).strip()
    if not said:
        return False
    if _flat(said) in _flat(passage):
        return True
    return any(_stands_in(said, place) for place in _places(passage))


def unsupported(sentence: str, passage: str) -> tuple[str, ...]:
    """The numbers, dates, names and identifiers of the sentence that the passage does not have at all."""
    there = {word.stem for word in words(passage)}
    return tuple(value.text for value in candidates(_MARK.sub("", sentence)) if not _stems(value) <= there)


def _flat(text: str) -> str:
    return " ".join(word.folded for word in words(text))


def _places(passage: str) -> list[str]:
    cut = units(passage)
    texts = [
        f"{passage[slice(*unit.lead)]} {passage[unit.start : unit.end]}"
        if unit.lead
        else passage[unit.start : unit.end]
        for unit in cut
    ]
    return texts + [" ".join(texts[at : at + 2]) for at in range(len(texts) - 1)]


def _stands_in(said: str, place: str) -> bool:
    mine, theirs = words(said), words(place)
    there = {word.stem for word in theirs}
    if _negations(mine) != _negations(theirs) or not _enough(mine, there):
        return False
    return all(_holds(value, mine, place, theirs) for value in candidates(said))


def _negations(found: Sequence[Word]) -> bool:
    return sum(is_negation(word.folded) for word in found) % 2 == 1


def _enough(mine: Sequence[Word], there: set[str]) -> bool:
    content = [word.stem for word in mine if word.folded not in STOP_WORDS]
    met = sum(any(same_stem(stem, other) for other in there) for stem in content)
    return not content or met / len(content) >= ENOUGH


def _stems(value: Candidate) -> set[str]:
    return {word.stem for word in words(value.text) if word.folded not in STOP_WORDS}


def _holds(value: Candidate, mine: Sequence[Word], place: str, theirs: Sequence[Word]) -> bool:
    """The value stands in the place, as the same kind of value and beside the same noun when it is a number."""
    if value.kind in ("name", "person", "identifier"):
        return _stems(value) <= {word.stem for word in theirs}
    wanted = _stems(value)
    equal = [other for other in candidates(place) if _stems(other) == wanted and other.kind == value.kind]
    if value.kind == "date":
        return bool(equal) or _flat(value.text) in _flat(place)
    noun = _noun_at(value, mine)
    return any(noun is None or _is_near(noun, other, theirs) for other in equal)


def _noun_at(value: Candidate, found: Sequence[Word]) -> str | None:
    """The first content word after the value, which is what a bare number measures; None at the end of a clause."""
    after = [word for word in found if word.start >= value.end][:2]
    return next((word.stem for word in after if word.folded not in STOP_WORDS and not word.is_number), None)


def _is_near(noun: str, value: Candidate, found: Sequence[Word]) -> bool:
    at = next((i for i, word in enumerate(found) if word.start >= value.start), len(found))
    window = found[max(0, at - NEAR_NOUN) : at + NEAR_NOUN + 2]
    return any(same_stem(noun, word.stem) for word in window)
