"""Does the sentence deny what its source denies, and is it as sure? A "not" or a "may" more or less makes it false."""

from __future__ import annotations

from collections.abc import Sequence

from rag.claims.model import Unsupported
from rag.claims.places import Place, says
from rag.claims.polarity import Statement, modes_of, opposites, statements, undone
from rag.ground.words import STOP_WORDS, Word, same_stem


def denied_otherwise(said: str, among: Sequence[Place]) -> Unsupported | None:
    """A word that only one of the two denies, or that one says by its contrary."""
    there = [one for place in among for one in statements(place.text)]
    for mine in statements(said):
        best = _nearest(mine, there)
        if best and (word := _denied(mine, best, there)):
            return Unsupported("negation", f"{word!r} is denied in one of the two only.")
    return None


def _nearest(mine: Statement, there: Sequence[Statement]) -> list[Statement]:
    """The statements of the source that say most of a statement: the best and its equals."""
    wanted = [word.stem for word in mine.words if word.folded not in STOP_WORDS]
    scored = [(sum(_says_or_contrary(stem, other) for stem in wanted), other) for other in there]
    top = max((score for score, _ in scored), default=0.0)
    return [other for score, other in scored if score and score >= top - 0.05]


def _says_or_contrary(stem: str, other: Statement) -> float:
    stems = {word.stem for word in other.words}
    return max(says(stem, stems), 0.7 if opposites(stem) & stems else 0.0)


def _denied(mine: Statement, best: Sequence[Statement], there: Sequence[Statement]) -> str | None:
    """The first word whose denial differs."""
    if mine.negated and not any(one.negated for one in there) and not _by_contrary(mine, best):
        return next(iter(sorted(mine.heads)), "not")
    for word in mine.words:
        if word.folded in STOP_WORDS:
            continue
        holding = [one for one in best if _holds(one, word.stem)]
        if holding and _flips(word, mine, holding):
            return word.text
        if not holding and _flips_contrary(word, mine, best):
            return word.text
    return None


def _holds(one: Statement, stem: str) -> bool:
    return any(same_stem(stem, word.stem) for word in one.words)


def _flips(word: Word, mine: Statement, holding: Sequence[Statement]) -> bool:
    """Whether a word is what one of the two denies in the first place, and the other does not deny it at all."""
    if word.stem in mine.heads:
        return not any(_in(word.stem, one.denied) for one in holding)
    return all(_in(word.stem, one.heads) for one in holding) and not _in(word.stem, mine.denied)


def _in(stem: str, stems: frozenset[str]) -> bool:
    return any(same_stem(stem, other) for other in stems)


def _flips_contrary(word: Word, mine: Statement, best: Sequence[Statement]) -> bool:
    """Whether the source has only the contrary of a word, denied as often as the word."""
    contrary = set(opposites(word.stem)) | ({bare} if (bare := undone(word.folded)) else set())
    for one in best:
        held = {other.stem for other in one.words}
        held |= {bare for other in one.words if (bare := undone(other.folded)) and bare == word.stem}
        undoes = word.stem in held
        met = contrary & held
        if (met or undoes) and _in(word.stem, mine.denied) == any(_in(other, one.denied) for other in met):
            return True
    return False


def _by_contrary(mine: Statement, best: Sequence[Statement]) -> bool:
    return any(
        opposites(stem) & {word.stem for word in one.words} or any(undone(word.folded) == stem for word in one.words)
        for stem in mine.denied
        for one in best
    )


def sure_otherwise(said: str, among: Sequence[Place]) -> Unsupported | None:
    """A "may", "will" or "must" that only one of the two has."""
    there = [one for place in among for one in statements(place.text)]
    for mine in statements(said):
        best = _nearest(mine, there)
        if best and (mode := _mode_differs(mine, best)):
            return Unsupported("modality", f"One of the two says that it is {mode}, the other does not.")
    return None


def _mode_differs(mine: Statement, best: Sequence[Statement]) -> str | None:
    ours = modes_of(mine)
    theirs = [modes_of(one) for one in best]
    for mode in ("possible", "obliged", "planned"):
        past = mode != "planned" or any(one.past for one in theirs)
        if mode in ours.strong and past and not any(mode in one.strong | one.weak for one in theirs):
            return mode
        past = mode != "planned" or ours.past
        if past and all(mode in one.strong for one in theirs) and mode not in ours.strong | ours.weak:
            return mode
    return None
