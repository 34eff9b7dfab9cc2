"""Does a sentence stand in its source? Numbers with unit and noun, dates, names, identifiers and polarity must."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.ground.candidates import Candidate, candidates
from rag.ground.sentences import units
from rag.ground.words import STOP_WORDS, Word, is_negation, same_stem, words

_MARK = re.compile(r"\s*\[\d+\](?=[\s.,;:]|$)")
NEAR_NOUN = 4  # words between a number and the noun it measures
MOST = 0.4  # share of the sentence's content words that the supporting place itself must have
ENOUGH = 0.6  # share of them that it must have together with its neighbours


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
    return any(_stands_in(said, place, around) for place, around in _places(passage))


def row_supports(said: str, row: str, *, header: str) -> bool:
    """Whether a table row put in words says nothing that is not in the row or its header, with the same polarity."""
    there = words(f"{header} {row}")
    stems, spoken = {word.stem for word in there}, words(said)
    return all(word.stem in stems for word in spoken) and _negations(spoken) == _negations(
        [word for word in there if word.stem in {one.stem for one in spoken}]
    )


def _flat(text: str) -> str:
    return " ".join(word.folded for word in words(text))


def _places(passage: str) -> list[tuple[str, str]]:
    """Each unit (a row with its header), and the same with the units before and after it."""
    texts = [
        f"{passage[slice(*unit.lead)] if unit.lead else ''} {passage[unit.start : unit.end]}" for unit in units(passage)
    ]
    return [(text, " ".join(texts[max(0, at - 1) : at + 2])) for at, text in enumerate(texts)]


def _stands_in(said: str, place: str, around: str) -> bool:
    """Polarity and most words must be those of the place itself; the rest may stand next door."""
    mine, theirs, near = words(said), words(place), words(around)
    if _negations(mine) != _negations(theirs) or _shared(mine, theirs) < MOST or _shared(mine, near) < ENOUGH:
        return False
    return all(_holds(value, mine, around, near) for value in candidates(said))


def _negations(found: Sequence[Word]) -> bool:
    return sum(is_negation(word.folded) for word in found) % 2 == 1


def _shared(mine: Sequence[Word], theirs: Sequence[Word]) -> float:
    """Share of the content words of the first that the second has too."""
    there = {word.stem for word in theirs}
    content = [word.stem for word in mine if word.folded not in STOP_WORDS]
    met = sum(any(same_stem(stem, other) for other in there) for stem in content)
    return met / len(content) if content else 1.0


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
