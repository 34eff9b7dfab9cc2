"""What the reader of one format hands back, and how it says that a file cannot be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from rag.model import Block, BlockKind

MAX_TEXT = 20 * 1024 * 1024
"""Characters of text taken from one document; more would hold up every other file."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class ParseError(ValueError):
    """A file cannot be read; the message is for the person who will mend it and does not repeat the file's name."""


@dataclass(frozen=True)
class Reading:
    """A file's canonical text with its structure, before title and path are settled.

    `title` is the format's own title (HTML `<title>`, a PDF's or DOCX's properties), "" when it has none;
    `named` is what the collection that holds it calls it, which outranks both.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    meta: Mapping[str, object] = field(default_factory=dict)
    title: str = ""
    data: object = None
    named: str = ""


def slice_block(
    text: str, start: int, *, end: int, kind: BlockKind, level: int = 0, rows: tuple[tuple[str, ...], ...] = ()
) -> Block | None:
    """The block of text[start:end] without the white space round it; None when nothing is left."""
    body = text[start:end]
    stripped = body.lstrip()
    start += len(body) - len(stripped)
    stripped = stripped.rstrip()
    if not stripped:
        return None
    return Block(kind, start, start + len(stripped), level, rows)


def storable(text: str) -> str:
    """The text without what no database and no UTF-8 file can hold (NUL, lone surrogates)."""
    return _UNSTORABLE.sub("�", text) if _UNSTORABLE.search(text) else text


class Transcript:
    """The text of a format that is no text (HTML, DOCX, PDF, notebook), written block by block.

    Blocks are parted by a blank line. More than MAX_TEXT characters raise ParseError.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []

    def add(self, kind: BlockKind, text: str, *, level: int = 0, rows: tuple[tuple[str, ...], ...] = ()) -> None:
        """Write one block; blank text is left out."""
        body = storable(text).strip()
        if not body:
            return
        start = self._room_for(body)
        self._blocks.append(Block(kind, start, start + len(body), level, rows))

    def add_reading(self, reading: Reading) -> None:
        """Write another reading's text with its blocks moved to where it now stands."""
        if not reading.text.strip():
            return
        start = self._room_for(reading.text)
        self._blocks += [Block(b.kind, b.start + start, b.end + start, b.level, b.rows) for b in reading.blocks]

    def reading(self, *, meta: Mapping[str, object] | None = None, title: str = "", data: object = None) -> Reading:
        return Reading("".join(self._parts), tuple(self._blocks), meta or {}, title, data)

    def _room_for(self, body: str) -> int:
        gap = "\n\n" if self._parts else ""
        start = self._length + len(gap)
        self._length = start + len(body)
        if self._length > MAX_TEXT:
            raise ParseError(f"it holds more than {MAX_TEXT:,} characters of text; split it")
        self._parts += [gap, body]
        return start
