"""Facts of tables: CSV rows, and the tables inside documents."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.fields.trees import Found, Place, singular
from rag.model import Block, Entity

MAX_ROWS = 200_000
_ID_COLUMNS = ("id", "key", "slug", "code", "ref", "number", "no", "#", "nr")
_NAME_COLUMNS = ("name", "title", "summary", "item", "line", "label")
_DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class Row:
    """The cells of a row, and the slice of text they stand in."""

    cells: tuple[str, ...]
    start: int
    end: int


def csv_rows(text: str) -> list[Row]:
    """The rows of a CSV or TSV text with their slices; quoted line breaks are kept together."""
    lines = io.StringIO(text, newline="").readlines()
    starts = _starts(lines)
    reader = csv.reader(lines, delimiter=_delimiter(text), strict=False)
    rows, before = [], 0
    try:
        for cells in reader:
            slice_end = starts[reader.line_num]
            if any(cell.strip() for cell in cells):
                rows.append(_row(text, cells, starts[before], slice_end))
            before = reader.line_num
            if len(rows) >= MAX_ROWS:
                break
    except csv.Error:
        return rows
    return rows


def _row(text: str, cells: Sequence[str], start: int, end: int) -> Row:
    if text[start : start + 1] == "\ufeff":
        start += 1
    end = start + len(text[start:end].rstrip())
    return Row(tuple(cell.strip().removeprefix("\ufeff") for cell in cells), start, end)


def _starts(lines: Sequence[str]) -> list[int]:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    return starts


def _delimiter(text: str) -> str:
    """The candidate that parts the first line most often; a comma when none does."""
    first = text.lstrip("\ufeff\r\n").partition("\n")[0]
    best = max(_DELIMITERS, key=first.count)
    return best if first.count(best) else ","


def block_rows(text: str, block: Block) -> list[Row]:
    """The rows of a table block, each with the lines of the document that show it."""
    found, at = [], block.start
    for cells in block.rows:
        start, end = _locate(text, cells, at, block.end)
        found.append(Row(tuple(cell.strip() for cell in cells), start, end))
        at = max(at, end)
    return found


def _locate(text: str, cells: Sequence[str], at: int, limit: int) -> tuple[int, int]:
    """From the line of the first cell to the line of the last one, as far as they are found in order."""
    first, last = -1, at
    for cell in (cell.strip() for cell in cells):
        spot = text.find(cell, last, limit) if cell else -1
        if spot >= 0:
            first = spot if first < 0 else first
            last = spot + len(cell)
    if first < 0:
        return at, limit
    start = max(text.rfind("\n", 0, first) + 1, at)
    end = text.find("\n", last, limit)
    return start, limit if end < 0 else end


def table_facts(rows: Sequence[Row], owner: str, *, kind: str, where: str) -> Iterator[Found]:
    """Each row is an entity named by its id or title column (else its first cell), each column a field.

    A table of two columns without an id column holds fields of the document's own entity: name, value.
    """
    if len(rows) < 2:
        return
    header = [cell.strip() for cell in rows[0].cells]
    if len(header) == 2 and not _column(header, (*_ID_COLUMNS, *_NAME_COLUMNS)):
        yield from _pairs(rows if _looks_like_pair(rows[0]) else rows[1:], owner)
        return
    for index, row in enumerate(rows[1:]):
        yield from _row_facts(header, row, owner, kind=kind, key=f"{owner}/{where}/{index}")


def _looks_like_pair(row: Row) -> bool:
    return row.cells[0].rstrip().endswith(":")


def _pairs(rows: Sequence[Row], owner: str) -> Iterator[Found]:
    for row in rows:
        field, value = (*row.cells, "", "")[:2]
        if field and value:
            yield Place(owner, field.rstrip(": "), value, row.start, row.end)


def _row_facts(header: Sequence[str], row: Row, owner: str, *, kind: str, key: str) -> Iterator[Found]:
    names = _row_names(header, row.cells)
    if not names:
        return
    yield Entity(key, kind, names, parent=owner)
    for field, value in zip(header, row.cells, strict=False):
        if field and value:
            yield Place(key, field, value, row.start, row.end)


def _row_names(header: Sequence[str], cells: Sequence[str]) -> tuple[str, ...]:
    columns = (_column(header, _ID_COLUMNS), _column(header, _NAME_COLUMNS))
    named = [cells[column - 1] for column in columns if column and column <= len(cells)]
    if not any(named):
        named = [cells[0] if cells else ""]
    return tuple(dict.fromkeys(name for name in named if name and len(name) <= 300))


def _column(header: Sequence[str], wanted: Sequence[str]) -> int:
    """1-based number of the first column with one of these names; "source_id" ends in one. 0 when there is none."""
    folded = [cell.casefold().replace(" ", "_").strip("*_") for cell in header]
    for name in wanted:
        for number, cell in enumerate(folded, start=1):
            if cell == name or (name in ("id", "key", "name") and cell.endswith(f"_{name}") and number == 1):
                return number
    return 0


def kind_of_table(header: Sequence[str], *, heading: str, stem: str) -> str:
    """The noun of a row: a speaking first column ("Risk", "Item"), else the heading's or file's noun."""
    first = header[0].strip().casefold() if header else ""
    if first.replace("_", " ").isalpha() and first not in {*_ID_COLUMNS, *_NAME_COLUMNS}:
        return singular(first)
    for title in (heading, stem):
        nouns = [word for word in title.replace("-", " ").replace("_", " ").split() if word.isalpha()]
        plural = next((word for word in nouns if word.endswith("s") and len(word) > 3), None)
        if plural:
            return singular(plural.casefold())
    return "row"
