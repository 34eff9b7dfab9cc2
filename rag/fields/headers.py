"""The block at the top of a document: RFC-822-like headers and front matter, with positions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.fields.tree import Table
from rag.fields.yaml_tree import yaml_tables

_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9]*(?:[-_ ][A-Za-z0-9]+){0,3}):(?:[ \t]+(.*)|[ \t]*)$")
_FENCE = re.compile(r"---[ \t]*\r?\n(.*?)(?:\r?\n)?^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Header:
    """One header: the value with its continuation lines joined, and the slice of all of them."""

    name: str
    value: str
    start: int
    end: int


def header_block(text: str) -> list[Header]:
    """The headers a text begins with; at least two in a row, else it is prose with a colon."""
    found: list[Header] = []
    at = _first_line(text)
    while at < len(text):
        end = _line_end(text, at)
        line = text[at:end].rstrip("\r")
        if line[:1] in (" ", "\t") and line.strip() and found:
            found[-1] = _continued(found[-1], line, at)
        elif match := _HEADER.match(line):
            found.append(Header(match[1], (match[2] or "").strip(), at, at + len(line.rstrip())))
        else:
            break
        at = end + 1
    return found if len(found) > 1 else []


def front_matter(text: str) -> list[Table]:
    """The YAML between the fences at the very top, positions counted in the whole text."""
    start = 1 if text.startswith("\ufeff") else 0
    match = _FENCE.match(text, start)
    return yaml_tables(match[1], offset=match.start(1)) if match else []


def _first_line(text: str) -> int:
    at = 1 if text.startswith("\ufeff") else 0
    while at < len(text) and text[at] in "\r\n":
        at += 1
    return at


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _continued(header: Header, line: str, at: int) -> Header:
    value = f"{header.value} {line.strip()}".strip()
    return Header(header.name, value, header.start, at + len(line.rstrip()))
