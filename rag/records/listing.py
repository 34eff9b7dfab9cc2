"""What a list question asks for: a kind of entity, conditions, and what of them."""

from __future__ import annotations

from dataclasses import dataclass

from rag.records.asking import Asking
from rag.records.conditions import Condition
from rag.records.link import kind_nouns
from rag.records.question import Word
from rag.records.shape import Shape
from rag.records.vocabulary import Concept


@dataclass(frozen=True)
class Listing:
    """A list question as read. `unbound` are concepts named without a condition: what is asked of the list."""

    kind: str
    noun: tuple[Word, ...]
    conditions: tuple[Condition, ...]
    unbound: tuple[Concept, ...]
    extremes: tuple[str, ...] = ()
    leftover: tuple[str, ...] = ()


EXTREMES = frozenset(
    "latest newest oldest earliest first last recent recently most fewest highest largest biggest "
    "lowest smallest least cheapest longest sum "
    "total average mean combined altogether maximum minimum max min many".split()
)


def kind_asked(asking: Asking, shape: Shape) -> tuple[str, tuple[Word, ...], bool] | None:
    """(kind, its words, whether in the plural) of the first noun that names a kind of entity."""
    nouns = kind_nouns(asking.reader.facts, asking.vocabulary)
    for run in shape.runs:
        for begin in range(len(run)):
            for length in (3, 2, 1):
                words = run[begin : begin + length]
                text = " ".join(word.text for word in words)
                if len(words) == length and text in nouns:
                    return nouns[text], tuple(words), _is_plural(words[-1].text)
    return None


def _is_plural(word: str) -> bool:
    return word in ("people", "criteria") or (word.endswith("s") and not word.endswith("ss") and word != "status")


HAVING = frozenset(
    (
        "with have has having name names naming named list lists record records specify specifies state "
        "states got mention mentions contain carry gives set"
    ).split()
)
LACKING = frozenset("without lack lacks lacking missing miss misses no".split())
NOT = frozenset("not never except excluding neither nor isn aren don doesn".split())
ARTICLES = frozenset(
    (
        "a an any the their its some of is are as at to for in on by equal equals set being been be "
        "with have has was were under"
    ).split()
)
