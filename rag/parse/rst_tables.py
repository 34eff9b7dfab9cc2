"""The rows of reStructuredText tables: drawn as a grid, ruled with `===`, or written in a directive."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence

from rag.parse.inline import plain_rst

_GRID_RULE = re.compile(r"[ \t]*\+[-=+]+\+[ \t]*")
_SIMPLE_RULE = re.compile(r"[ \t]*={2,}(?:[ \t]+={2,})+[ \t]*")
_OPTION = re.compile(r"[ \t]+:([\w-]+):[ \t]*(.*)")
_ROW = re.compile(r"([ \t]*)\*[ \t]+-(?:[ \t]+(.*)|$)")
_CELL = re.compile(r"[ \t]+-(?:[ \t]+(.*)|$)")
_MAX_LINES = 5_000

Rows = tuple[tuple[str, ...], ...]


def is_table_line(text: str) -> bool:
    """Whether a table begins at this line."""
    return bool(_GRID_RULE.fullmatch(text) or _SIMPLE_RULE.fullmatch(text))


def drawn_rows(lines: Sequence[str]) -> Rows:
    """The rows of a grid or simple table, header first; a cell over several columns or rows is repeated."""
    if len(lines) > _MAX_LINES:
        return _split_rows(lines)
    from docutils.parsers.rst.tableparser import GridTableParser, SimpleTableParser, TableMarkupError
    from docutils.statemachine import StringList

    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    source = StringList([line[margin:].rstrip() for line in lines], source="table")
    parser = GridTableParser() if lines[0].lstrip().startswith("+") else SimpleTableParser()
    try:
        _, head, body = parser.parse(source)
    except (TableMarkupError, IndexError, AttributeError, AssertionError, TypeError):
        return _split_rows(lines)
    return _filled([*head, *body])


def directive_rows(name: str, lines: Sequence[str]) -> Rows:
    """The rows of a `list-table`, `csv-table` or `table` directive; () when it holds none."""
    options = {m[1]: m[2] for line in lines[1:20] if (m := _OPTION.fullmatch(line))}
    body = [line for line in lines[1:] if not _OPTION.fullmatch(line)]
    if name == "list-table":
        return tuple(_listed(body))
    if name == "csv-table":
        head = [options["header"]] if options.get("header") else []
        source = [*head, *(line.strip() for line in body if line.strip())]
        return tuple(tuple(plain_rst(cell) for cell in row) for row in csv.reader(source, skipinitialspace=True))
    drawn = [line for line in body if line.strip()]
    return drawn_rows(drawn) if drawn and is_table_line(drawn[0]) else ()


def _listed(lines: Sequence[str]) -> Iterator[tuple[str, ...]]:
    cells: list[list[str]] = []
    for line in lines:
        if row := _ROW.match(line):
            if cells:
                yield _joined(cells)
            cells = [[row[2] or ""]]
        elif (cell := _CELL.match(line)) and cells:
            cells.append([cell[1] or ""])
        elif cells:
            cells[-1].append(line)
    if cells:
        yield _joined(cells)


def _joined(cells: list[list[str]]) -> tuple[str, ...]:
    return tuple(plain_rst(" ".join(cell)) for cell in cells)


def _filled(rows: Sequence[Sequence[object]]) -> Rows:
    """docutils gives (rows below, columns beside, line, text lines) for a cell and None where a cell reaches over."""
    width = max((len(row) for row in rows), default=0)
    filled = [[""] * width for _ in rows]
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            if not isinstance(cell, (tuple, list)):
                continue
            down, across, _, text = cell
            value = plain_rst(" ".join(text))
            for yy in range(y, min(y + down + 1, len(rows))):
                for xx in range(x, min(x + across + 1, width)):
                    filled[yy][xx] = value
    return tuple(tuple(row) for row in filled)


def _split_rows(lines: Sequence[str]) -> Rows:
    """A table that the grammar refuses, split at its bars or at two blanks."""
    rows = (line.strip() for line in lines if line.strip() and not re.fullmatch(r"[\s+=|-]+", line))
    return tuple(
        tuple(plain_rst(cell) for cell in (row.strip("|").split("|") if "|" in row else re.split(r"\s{2,}", row)))
        for row in rows
    )
