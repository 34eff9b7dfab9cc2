"""Finds the names people use for projects, gates, criteria and people in a message."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, overload

NameKind = Literal["project", "gate", "criterion", "person", "role", "record", "kind", "column", "value"]

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


class Names(Sequence[Name]):
    """Names made ready for looking up: by all their words, and by the first one for near spellings."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._names = tuple(names)
        self._by_words: dict[tuple[str, ...], list[Name]] = {}
        for entry in sorted({entry for entry in self._names if entry.words}, key=lambda entry: entry.ref):
            self._by_words.setdefault(entry.words, []).append(entry)
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for words in self._by_words:
            self._by_first.setdefault(words[0], []).append(words)
        self.sizes = sorted({len(words) for words in self._by_words}, reverse=True)

    def __len__(self) -> int:
        return len(self._names)

    @overload
    def __getitem__(self, at: int) -> Name: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Name, ...]: ...
    def __getitem__(self, at: int | slice) -> Name | tuple[Name, ...]:
        return self._names[at]

    def exactly(self, window: tuple[str, ...]) -> list[Name]:
        """The names of these words."""
        return self._by_words.get(window, [])

    def near(self, window: tuple[str, ...]) -> list[Name]:
        """The names that these words may be misspellings of; names of fewer than five letters have none."""
        found = [
            entry
            for first in self._by_first
            if is_near(window[0], first)
            for words in self._by_first[first]
            if len(words) == len(window) and sum(map(len, words)) >= 5 and all(map(is_near, window, words))
            for entry in self._by_words[words]
        ]
        return sorted(found, key=lambda entry: entry.ref)


def find_names(text: str, names: Iterable[Name]) -> Found:
    """The longest names first; what no name takes exactly is tried again for near spellings."""
    words = [word for word in tokens(text) if word not in _JOINING]
    known = names if isinstance(names, Names) else Names(names)
    taken: dict[int, list[Name]] = {}
    used = [False] * len(words)
    for look_up in (known.exactly, known.near):
        _take(words, look_up, used, taken, sizes=known.sizes)
    found = tuple(entry for at in sorted(taken) for entry in taken[at])
    return Found(found, tuple(word for word, is_used in zip(words, used, strict=True) if not is_used))


def _take(
    words: Sequence[str],
    look_up: Callable[[tuple[str, ...]], list[Name]],
    used: list[bool],
    taken: dict[int, list[Name]],
    *,
    sizes: Sequence[int],
) -> None:
    for size in sizes:
        for start in range(len(words) - size + 1):
            if any(used[start : start + size]):
                continue
            hits = look_up(tuple(words[start : start + size]))
            if hits:
                taken.setdefault(start, []).extend(hits)
                used[start : start + size] = [True] * size


@lru_cache(maxsize=65_536)
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
