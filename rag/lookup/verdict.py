"""Yes or no by a recorded value: a cell that says yes or no itself, or a state that is or is not the one asked for."""

from __future__ import annotations

from rag.ground.words import is_negation, stem, words
from rag.lookup.asked import Asked
from rag.lookup.rows import Cell

_YES = frozenset(("yes", "true", "y", "ja"))
_NO = frozenset(("no", "false", "n", "nein"))
_KEPT_IN = frozenset(stem(word) for word in "status state stage verdict outcome result decision phase ticked".split())
_STATES = frozenset(
    stem(word)
    for word in (
        "done open closed finished complete completed resolved fixed passed failed approved rejected accepted proposed "
        "pending blocked draft final live released active inactive cancelled deferred withdrawn superseded signed "
        "merged started planned running paused archived retired expired valid"
    ).split()
)


def is_state_of(cell: Cell) -> bool:
    """Whether the cell keeps a state: a short value under "status" and the like."""
    return bool(cell.field_stems & _KEPT_IN) and len(cell.fact.value.split()) <= 3


def is_state(term: str) -> bool:
    """Whether the stem is that of a state that things are in."""
    return term in _STATES


def speaks(cell: Cell) -> float:
    """1 for a cell that a yes or no can be read from, else 0."""
    return 1.0 if cell.fact.value.strip().casefold() in _YES | _NO or is_state_of(cell) else 0.0


def verdict(cell: Cell, asked: Asked) -> tuple[str, ...] | None:
    """("yes",), ("no",), or ("no", the state it is in); None when the cell does not tell."""
    said = cell.fact.value.strip()
    denied = any(is_negation(word.folded) for word in words(asked.question.text))
    if said.casefold() in _YES | _NO:
        return ("yes",) if (said.casefold() in _YES) != denied else ("no",)
    wanted = {term.stem for term in asked.terms if is_state(term.stem)}
    if not wanted or not is_state_of(cell):
        return None
    met = bool(wanted & cell.stems)
    return ("yes",) if met != denied else ("no", said)
