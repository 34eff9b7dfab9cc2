"""Facts of single lines: task lists, and "Label: value" near the top of a document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.fields.trees import Found, Place
from rag.model import Block, Document, Entity

LABELLED_LINES = 60
"""How far down a document labelled lines count as its fields."""

_TASK = re.compile(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]+\[([ xX])\][ \t]+(.+?)[ \t]*$", re.MULTILINE)
_REQUIRED = re.compile(r"^\(R\)\s*|\s*\((?:R|required)\)|\brequired\b(?=\s*[:.)\]]|\s*$)", re.IGNORECASE)
_BOLD = re.compile(r"^[ \t]*(?:[-*+][ \t]+)?\*\*([^*\n:]{2,40})(?::\*\*|\*\*[ \t]*:)[ \t]*(\S.{0,300}?)[ \t]*$")
_PLAIN = re.compile(r"^[ \t]*(?:[-*+][ \t]+)?([A-Z][A-Za-z-]*(?: [A-Za-z-]+){0,3}):[ \t]+(\S.{0,300}?)[ \t]*$")
_PAIRED = re.compile(r"^[A-Za-z][^|:\n]{0,40}: [^|\n]+(?:\|[^|:\n]{1,42}: [^|\n]*)+$", re.MULTILINE)
_FIELD = re.compile(r"^[ \t]*:([A-Z][A-Za-z-]*(?: [A-Za-z-]+){0,3}):[ \t]+(\S.{0,300}?)[ \t]*$")
_LABELS = (_BOLD, _PLAIN, _FIELD)


def task_facts(document: Document, owner: str) -> Iterator[Found]:
    """Each item of a task list is an entity: its text, whether it is ticked and required, its section."""
    code = [block for block in document.blocks if block.kind == "code"]
    headings = [block for block in document.blocks if block.kind == "heading"]
    for number, match in enumerate(_TASK.finditer(document.text), start=1):
        if not any(block.start <= match.start() < block.end for block in code):
            yield from _task(document, match, owner, number=number, headings=headings)


def _task(
    document: Document, match: re.Match[str], owner: str, *, number: int, headings: Sequence[Block]
) -> Iterator[Found]:
    written = match[2]
    item = _REQUIRED.sub("", written).strip(" *:-") or written
    key = f"{owner}/tasks/{document.path}/{number}"
    start = match.start() + len(match.group()) - len(match.group().lstrip())
    yield Entity(key, "item", (item,), parent=owner)
    fields = {
        "item": item,
        "ticked": "no" if match[1] == " " else "yes",
        "required": "yes" if _REQUIRED.search(written) else "no",
        "section": section_at(document, headings, match.start()),
    }
    for field, value in fields.items():
        if value:
            yield Place(key, field, value, start, match.end())


def section_at(document: Document, headings: Sequence[Block], at: int) -> str:
    """The plain text of the last heading above a position."""
    above = [block for block in headings if block.start <= at]
    return plain_heading(document.text[above[-1].start : above[-1].end]) if above else ""


def plain_heading(text: str) -> str:
    return text.strip().partition("\n")[0].strip().strip("#").strip()


def pair_facts(document: Document, owner: str) -> Iterator[Found]:
    """Each line of several "key: value" parted by bars is an entity, named by its first value."""
    for number, match in enumerate(_PAIRED.finditer(document.text), start=1):
        cells = [cell.partition(":") for cell in match.group().split("|")]
        if len(cells) < 2 or not all(mark and key.strip() and len(key) <= 40 for key, mark, _ in cells):
            continue
        key = f"{owner}/pairs/{number}"
        first, _, name = cells[0]
        yield Entity(key, first.strip().casefold(), (name.strip(),), parent=owner)
        for field, _, value in cells:
            if value.strip():
                yield Place(key, field.strip(), value.strip(), match.start(), match.end())


def label_facts(document: Document, owner: str, *, start: int) -> Iterator[Place]:
    """ "Owner: X" and "**Owner:** X" lines near the top, from position `start` on (after the header block)."""
    at = start
    for line in document.text[start:].splitlines(keepends=True)[:LABELLED_LINES]:
        match = next((found for form in _LABELS if (found := form.match(line.rstrip("\r\n")))), None)
        if match and not match[2].startswith("//"):
            label_at = at + len(line) - len(line.lstrip())
            yield Place(owner, match[1].strip(), match[2], label_at, at + match.end(2))
        at += len(line)
