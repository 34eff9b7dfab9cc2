"""Files made on the spot for the parsers' tests."""

from __future__ import annotations

from datetime import UTC, datetime

from rag.model import Block, Document, FileStamp, RawFile, Unreadable
from rag.parse import parse

MODIFIED = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def raw(path: str, content: bytes | str) -> RawFile:
    data = content.encode() if isinstance(content, str) else content
    return RawFile(FileStamp(path, "1", len(data), MODIFIED), data)


def read(path: str, content: bytes | str, *, text_format: str | None = None) -> Document:
    document = parse(raw(path, content), text_format=text_format)
    assert isinstance(document, Document), document
    check_blocks(document)
    return document


def refused(path: str, content: bytes | str) -> str:
    document = parse(raw(path, content))
    assert isinstance(document, Unreadable), document
    assert document.path == path
    return document.reason


def words(document: Document, kind: str) -> list[str]:
    """The text of every block of a kind."""
    return [slice_of(document, block) for block in document.blocks if block.kind == kind]


def slice_of(document: Document, block: Block) -> str:
    return document.text[block.start : block.end]


def tables(document: Document) -> list[tuple[tuple[str, ...], ...]]:
    return [block.rows for block in document.blocks if block.kind == "table"]


def check_blocks(document: Document) -> None:
    """What every document promises: blocks in order, inside the text, not overlapping, not blank."""
    position = 0
    for block in document.blocks:
        assert position <= block.start < block.end <= len(document.text)
        assert slice_of(document, block) == slice_of(document, block).strip()
        position = block.end
