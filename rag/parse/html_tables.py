"""The rows of an HTML table, and the table as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAX_SPAN = 50
_MAX_CELLS = 200_000

Words = Callable[["_Element"], str]


def rows_of(table: _Element, words: Words) -> tuple[tuple[str, ...], ...]:
    """The cells as plain text; one that spans columns or rows is repeated in each, so that columns line up."""
    rows: list[tuple[str, ...]] = []
    hanging: dict[int, tuple[int, str]] = {}
    left = _MAX_CELLS
    for line in table.iter("tr"):
        row = _row(line, hanging, words=words)
        left -= len(row)
        if left < 0:
            break
        rows.append(row)
    return tuple(row for row in rows if any(row))


def table_text(table: _Element, words: Words) -> str:
    """One line a row, cells parted by a bar, each cell once."""
    lines = (" | ".join(words(cell) for cell in _cells(line)) for line in table.iter("tr"))
    caption = next(table.iter("caption"), None)
    head = [words(caption)] if caption is not None else []
    return "\n".join(line for line in [*head, *lines] if line.strip(" |"))


def _row(line: _Element, hanging: dict[int, tuple[int, str]], *, words: Words) -> tuple[str, ...]:
    """`hanging` holds what reaches down from rows above: column -> (rows left, text)."""
    row: list[str] = []
    for cell in _cells(line):
        _take_hanging(row, hanging)
        value, down = words(cell), _span(cell, "rowspan")
        for _ in range(_span(cell, "colspan")):
            if down > 1:
                hanging[len(row)] = (down - 1, value)
            row.append(value)
    _take_hanging(row, hanging)
    return tuple(row)


def _take_hanging(row: list[str], hanging: dict[int, tuple[int, str]]) -> None:
    while len(row) in hanging:
        column = len(row)
        left, value = hanging.pop(column)
        if left > 1:
            hanging[column] = (left - 1, value)
        row.append(value)


def _cells(line: _Element) -> Iterator[_Element]:
    return (cell for cell in line if cell.tag in {"td", "th"})


def _span(cell: _Element, name: str) -> int:
    value = cell.get(name) or "1"
    return min(max(int(value), 1), _MAX_SPAN) if value.isdecimal() and len(value) < 6 else 1
