"""JSON and JSON lines: the text is the file, `data` the tree, one block per top-level key, item or line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from rag.model import Block
from rag.parse.lines import Lines
from rag.parse.meta import meta_of_data
from rag.parse.reading import ParseError, Reading, slice_block

_SPACE = re.compile(r"[ \t\r\n]*")


class _DuplicateKeyError(ValueError):
    """An object says the same key twice."""


def read_json(text: str) -> Reading:
    """One value. Several values on lines of their own (JSON lines under this name) are read as such.

    Raises ParseError with line and column for anything else that is not JSON, and for duplicate keys.
    """
    if not text.strip():
        return Reading(text)
    try:
        data = decode_json(text)
    except ParseError as error:
        if "Extra data" in str(error):
            return read_jsonl(text)
        raise
    spans = list(_spans(text, data))
    blocks = (slice_block(text, start, end=end, kind="code") for start, end in spans)
    return Reading(text, tuple(block for block in blocks if block), meta_of_data(data), data=data)


def read_jsonl(text: str) -> Reading:
    """One record a line; `data` is their list."""
    lines = Lines(text)
    blocks: list[Block] = []
    records: list[object] = []
    for number, line in enumerate(lines.text):
        if line.strip():
            records.append(decode_json(line, first_line=number + 1))
            block = slice_block(text, lines.start(number), end=lines.end(number), kind="code")
            blocks += [block] if block else []
    return Reading(text, tuple(blocks), data=records)


def decode_json(text: str, *, first_line: int = 1) -> object:
    """The value of a JSON text; NaN and Infinity stay text. `first_line` is the text's line in its file."""
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=str)
    except json.JSONDecodeError as error:
        raise ParseError(f"line {error.lineno + first_line - 1}, column {error.colno}: {_explained(error)}") from None
    except _DuplicateKeyError as error:
        raise ParseError(f"line {_line_of_second(text, str(error), first_line)}: the key {str(error)!r} stands twice "
                         "in one object; keep one") from None  # fmt: skip
    except ValueError as error:
        raise ParseError(f"line {first_line}: {error}") from None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    tree = dict(pairs)
    if len(tree) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _DuplicateKeyError(next(key for position, key in enumerate(keys) if key in keys[:position]))
    return tree


def _explained(error: json.JSONDecodeError) -> str:
    found = error.doc[error.pos : error.pos + 1]
    return f"{error.msg}, found {found!r}" if found else f"{error.msg}, found the end of the file"


def _line_of_second(text: str, key: str, first_line: int) -> int:
    places = [match.start() for match in re.finditer(re.escape(json.dumps(key)) + r"\s*:", text)]
    return first_line + text.count("\n", 0, places[1] if len(places) > 1 else 0)


def _spans(text: str, data: object) -> Iterator[tuple[int, int]]:
    """Where the top-level entries of a valid JSON text stand."""
    start = _skip(text, 0)
    if not isinstance(data, (dict, list)) or not data:
        yield start, len(text)
        return
    decoder = json.JSONDecoder()
    position = _skip(text, start + 1)
    while position < len(text) and text[position] not in "}]":
        entry = position
        if isinstance(data, dict):
            _, position = decoder.raw_decode(text, position)
            position = _skip(text, _skip(text, position) + 1)
        _, position = decoder.raw_decode(text, position)
        yield entry, position
        position = _skip(text, position)
        if text[position] == ",":
            position = _skip(text, position + 1)


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position
