"""Finds the names people use for projects, gates, criteria and people in a message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

NameKind = Literal["project", "gate", "criterion", "person"]

_JOINING = frozenset({"and", "of", "the"})

_TOKEN = re.compile(r"[\w%@#]+(?:[.'][\w]+)*", re.UNICODE)


@dataclass(frozen=True)
class Name:
    """One way to say something; `ref` is what it stands for (slug, "project/gate", person id)."""

    words: tuple[str, ...]
    kind: NameKind
    ref: str


@dataclass(frozen=True)
class Found:
    """The names in a message and the words that are no part of any."""

    names: tuple[Name, ...]
    rest: tuple[str, ...]

    def refs(self, kind: NameKind) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name.ref for name in self.names if name.kind == kind))


def tokens(text: str) -> tuple[str, ...]:
    """Words in lower case; hyphens, slashes and possessive endings separate or fall away."""
    folded = re.sub(r"n't\b", " not", re.sub(r"[’`]", "'", text.lower()))
    folded = re.sub(r"'s\b|s'(?=\s|$)", " 's ", folded)
    return tuple(_TOKEN.findall(folded.replace("_", " ").replace("'s", " ")))


def name(text: str, kind: NameKind, ref: str) -> Name:
    """A name as it is said; "and", "of" and "the" inside it do not matter."""
    return Name(tuple(word for word in tokens(text) if word not in _JOINING), kind, ref)


def find_names(text: str, names: Iterable[Name]) -> Found:
    """The longest names first; what no name takes exactly is tried again for near spellings."""
    words = [word for word in tokens(text) if word not in _JOINING]
    known = sorted({entry for entry in names if entry.words}, key=lambda entry: (-len(entry.words), entry.ref))
    taken: dict[int, list[Name]] = {}
    used = [False] * len(words)
    _take(words, known, used, taken, exact=True)
    _take(words, [entry for entry in known if sum(map(len, entry.words)) >= 5], used, taken, exact=False)
    found = tuple(entry for at in sorted(taken) for entry in taken[at])
    return Found(found, tuple(word for word, is_used in zip(words, used, strict=True) if not is_used))


def _take(
    words: Sequence[str], names: Sequence[Name], used: list[bool], taken: dict[int, list[Name]], *, exact: bool
) -> None:
    for size in sorted({len(entry.words) for entry in names}, reverse=True):
        group = [entry for entry in names if len(entry.words) == size]
        for start in range(len(words) - size + 1):
            if any(used[start : start + size]):
                continue
            hits = _matching(tuple(words[start : start + size]), group, exact=exact)
            if hits:
                taken.setdefault(start, []).extend(hits)
                used[start : start + size] = [True] * size


def _matching(window: tuple[str, ...], names: Sequence[Name], *, exact: bool) -> list[Name]:
    if exact:
        return [entry for entry in names if entry.words == window]
    return [entry for entry in names if all(map(is_near, window, entry.words))]


def is_near(said: str, meant: str) -> bool:
    """Whether a word is a misspelling of another: one slip from four letters on, two from eight (a swap is one slip).

    An abbreviation that only leaves out the vowels counts as well ("clms" for claims).

    Words with digits are ids: they are meant as they are written.
    """
    if said == meant:
        return True
    shorter = min(len(said), len(meant))
    if shorter < 4 or any(char.isdigit() for char in said + meant):
        return False
    if said[0] == meant[0] and said == _skeleton(meant) and len(said) > 3:
        return True
    from rapidfuzz.distance import OSA

    slips = 2 if shorter >= 8 else 1
    return OSA.distance(said, meant, score_cutoff=slips) <= slips


def _skeleton(word: str) -> str:
    return word[0] + re.sub("[aeiou]", "", word[1:])
