"""The header block at the top of a text: `Key: value` lines as in mail, or an reStructuredText field list."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.parse.decode import clean
from rag.parse.lines import Lines

_MAX_LINES = 200
_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9_-]*(?: [A-Za-z0-9_-]+){0,3}):(?:[ \t]+(.*))?")
_FIELD = re.compile(r":([A-Za-z][^:\n`]{0,60}):(?:[ \t]+(.*))?")
_ALONE = {"title", "subject", "from", "date", "status", "owner", "author", "readers", "updated"}
"""Keys that make a header block even when they stand alone."""


@dataclass(frozen=True)
class HeaderBlock:
    """Its meta (continuation lines joined by a blank), its first line and the line after its last."""

    meta: dict[str, object]
    first: int
    after: int


def header_block(lines: Lines, first: int = 0) -> HeaderBlock | None:
    """The `Key: value` lines from line `first` to the first blank line, None when they are something else.

    Every line must be a header or the indented continuation of one, and one line alone must have a usual key.
    """
    pairs: list[tuple[str, list[str]]] = []
    line = first
    while not lines.is_blank(line) and line < first + _MAX_LINES:
        text = lines.text[line]
        if text[0] in " \t" and pairs:
            pairs[-1][1].append(text.strip())
        elif match := _HEADER.fullmatch(text.rstrip()):
            pairs.append((match[1], [match[2] or ""]))
        else:
            return None
        line += 1
    if not pairs or (len(pairs) == 1 and pairs[0][0].lower() not in _ALONE):
        return None
    return HeaderBlock(_meta(pairs), first, line)


def field_list(lines: Lines, first: int) -> HeaderBlock | None:
    """The `:Key: value` lines from line `first` on, None when line `first` is none."""
    pairs: list[tuple[str, list[str]]] = []
    line = first
    while line < min(len(lines), first + _MAX_LINES):
        text = lines.text[line]
        if match := _FIELD.fullmatch(text.rstrip()):
            pairs.append((match[1], [match[2] or ""]))
        elif text.strip() and text[0] in " \t" and pairs:
            pairs[-1][1].append(text.strip())
        else:
            break
        line += 1
    return HeaderBlock(_meta(pairs), first, line) if pairs else None


def _meta(pairs: list[tuple[str, list[str]]]) -> dict[str, object]:
    """The first of two equal keys counts, as with the reader of a letter; two `Readers:` lines allow nobody."""
    meta: dict[str, object] = {}
    for key, parts in pairs:
        value = clean(" ".join(parts))
        if key in meta and key.lower() == "readers":
            meta[key] = ""
        meta.setdefault(key, value)
    return meta
