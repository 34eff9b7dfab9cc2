"""Lists of ids cut into what one statement may bind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

WINDOW = 5_000
"""SQLite allows 32,766 parameters in a statement, PostgreSQL 65,535."""

Id = TypeVar("Id", int, str)


def windows(ids: Iterable[Id]) -> Iterator[Sequence[Id]]:
    listed = list(ids)
    for start in range(0, len(listed), WINDOW):
        yield listed[start : start + WINDOW]
