"""CSV and TSV: one table; the text is the file."""

from __future__ import annotations

import csv
from itertools import islice

from rag.model import Block
from rag.parse.decode import clean
from rag.parse.reading import ParseError, Reading, slice_block

MAX_CELLS = 2_000_000
_DELIMITERS = ",;\t|"
_SAMPLE_ROWS = 50


def read_csv(text: str) -> Reading:
    """One table block with every row. Raises ParseError for more than two million cells, and names the line."""
    block = slice_block(text, 0, end=len(text), kind="table")
    if block is None:
        return Reading(text)
    rows = _rows(text, _delimiter(text))
    return Reading(text, (Block("table", block.start, block.end, 0, rows),))


def _rows(text: str, delimiter: str) -> tuple[tuple[str, ...], ...]:
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, skipinitialspace=True)
    rows: list[tuple[str, ...]] = []
    cells = 0
    try:
        for row in reader:
            cells += len(row)
            if cells > MAX_CELLS:
                raise ParseError(f"line {reader.line_num}: more than {MAX_CELLS:,} cells; split the file")
            if any(cell.strip() for cell in row):
                rows.append(tuple(_cell(cell) for cell in row))
    except csv.Error as error:
        raise ParseError(f"line {reader.line_num}: {error}; expected cells parted by {delimiter!r}") from None
    return tuple(rows)


def _cell(cell: str) -> str:
    return cell.strip() if cell.isprintable() else clean(cell, len(cell))


def _delimiter(text: str) -> str:
    """The mark that splits the first rows most evenly into most columns; a comma when none does."""
    return max(_DELIMITERS, key=lambda mark: _evenness(text, mark))


def _evenness(text: str, mark: str) -> tuple[float, int]:
    sample = text[:65_536].splitlines(keepends=True)
    try:
        widths = [len(row) for row in islice(csv.reader(sample, delimiter=mark), _SAMPLE_ROWS) if row]
    except csv.Error:
        return 0.0, 0
    usual = max(set(widths), key=widths.count, default=1)
    return (widths.count(usual) / len(widths), usual) if usual > 1 else (0.0, 0)
