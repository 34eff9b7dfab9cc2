"""The audit log as a file: JSON and CSV, a record a line, written and read as a stream; what is read verifies alike."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, TextIO

from gates.audit.chain import FIELDS, entry_of, plain_entry
from gates.audit.entry import Record

Format = Literal["json", "csv"]
COLUMNS = ("seq", *FIELDS, "previous", "hash")
_JSON_COLUMNS = ("before", "after")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet take a cell for a formula, and the mark itself that we put before such a cell."""

LONGEST_CELL = 50_000_000


class ExportError(Exception):
    """The file is no export of an audit log; the message names line and reason."""


def write_export(records: Iterable[Record], file: TextIO, *, form: Format) -> int:
    """Write records as they are kept, people by pseudonym; answers how many."""
    return _write_csv(records, file) if form == "csv" else _write_json(records, file)


def _plain(record: Record) -> dict[str, object]:
    return {"seq": record.seq, **plain_entry(record.entry), "previous": record.previous, "hash": record.hash}


def _write_json(records: Iterable[Record], file: TextIO) -> int:
    """One JSON array with an object a line."""
    count = 0
    file.write("[")
    for record in records:
        file.write(",\n" if count else "\n")
        file.write(json.dumps(_plain(record), ensure_ascii=False))
        count += 1
    file.write("\n]\n")
    return count


def _write_csv(records: Iterable[Record], file: TextIO) -> int:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for record in records:
        plain = _plain(record)
        writer.writerow([_cell(name, plain[name]) for name in COLUMNS])
        count += 1
    return count


def _cell(name: str, value: object) -> str:
    """Nothing is an empty cell; text that is empty or could be taken for a formula has an apostrophe before it."""
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False) if name in _JSON_COLUMNS else safe_cell(str(value))


def safe_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula, and no reader for an empty cell."""
    return f"'{text}" if not text.strip() or text.lstrip().startswith(_FORMULA) or text[0] in _FORMULA else text


def read_export(file: TextIO) -> Iterator[Record]:
    """The records of an export in the order they stand. Raises ExportError where a line is none."""
    first = file.readline()
    if first.strip() == "[":
        return _read_json(file)
    if first.startswith("seq,"):
        return _read_csv(file, first)
    raise ExportError("This is no export of an audit log. Make one: gatehouse audit export --out FILE")


def _read_json(file: TextIO) -> Iterator[Record]:
    for number, line in enumerate(file, 2):
        text = line.strip().removesuffix(",")
        if text == "]":
            return
        try:
            yield _record(json.loads(text))
        except (ValueError, KeyError, TypeError) as error:
            raise ExportError(f"line {number} is no record: {error}") from error
    raise ExportError("The file ends in the middle: its last line is missing.")


def _read_csv(file: TextIO, header: str) -> Iterator[Record]:
    usual = csv.field_size_limit(LONGEST_CELL)  # of the whole process: an evidence pack is larger than a usual cell
    try:
        yield from _rows(file, next(csv.reader([header])))
    finally:
        csv.field_size_limit(usual)


def _rows(file: TextIO, names: list[str]) -> Iterator[Record]:
    for number, row in enumerate(csv.reader(file), 2):
        try:
            cells = dict(zip(names, row, strict=True))
            yield _record({name: _value(name, cells[name]) for name in COLUMNS})
        except (ValueError, KeyError, TypeError) as error:
            raise ExportError(f"row {number} is no record: {error}") from error


def _value(name: str, cell: str) -> object:
    if cell == "":
        return None
    if name in _JSON_COLUMNS:
        return json.loads(cell)
    return cell.removeprefix("'")


def _record(plain: Mapping[str, object]) -> Record:
    return Record(int(str(plain["seq"])), entry_of(plain), str(plain["previous"]), str(plain["hash"]))
