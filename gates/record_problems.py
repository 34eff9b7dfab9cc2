"""What is wrong with a record: each problem names file, line, key, what was expected and what is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Where:
    """The file that is read, and the line of a dotted key in it ("gates.0.due"), None for a key that is not there."""

    file: str
    line_of: Callable[[str], int | None]

    def line(self, key: str) -> int:
        """The line of a key, or of the nearest key above it that is there; 1 when none is."""
        while key:
            line = self.line_of(key)
            if line is not None:
                return line
            key = key.rpartition(".")[0]
        return 1


@dataclass(frozen=True, slots=True)
class RecordProblem:
    """What is wrong with a record, for the person who will mend it."""

    file: str
    line: int
    key: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: expected {self.expected}, found {self.found}"


@dataclass
class Problems:
    """The problems of one file, in the order found. `people` and `roles` are the valid choices; None: not checked."""

    where: Where
    people: frozenset[str] | None = None
    roles: frozenset[str] | None = None
    found: list[RecordProblem] = field(default_factory=list)

    def add(self, key: str, expected: str, *, found: object) -> None:
        shown = found if isinstance(found, InWords) else repr(found)
        self.found.append(RecordProblem(self.where.file, self.where.line(key), key, expected, shown))


class InWords(str):
    """A finding already in words."""

    __slots__ = ()


def nearest(name: str, choices: Iterable[str]) -> str | None:
    """The choice spelled most like `name`, or None when none is near."""
    from rapidfuzz import fuzz, process

    best = process.extractOne(name, list(choices), scorer=fuzz.WRatio, score_cutoff=60)
    return best[0] if best else None
