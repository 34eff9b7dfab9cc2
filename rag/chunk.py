"""Documents to passages: cut along the structure, small enough to embed whole, every piece verbatim."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.model import Block, BlockKind, Chunk, Document
from rag.parse.structure import heading_text
from rag.pieces import Span, pieces_of, tokens_in

CHUNKER_VERSION = "1"
"""Changes when the same document would be cut differently: passages and vectors are then made anew."""

MAX_TOKENS = 200
"""A passage's size; with its title and headings it stays inside an embedding window of 256."""

_TINY = 25
"""Tokens of a section so short that it may share a passage with its neighbour."""

_MAX_GAP = 12
"""Characters between two blocks that belong to neither (a ruler); more of them part two passages."""


@dataclass(frozen=True)
class _Piece:
    """A part of one block; `columns` names the table's columns where the header row stands in an earlier piece."""

    span: Span
    kind: BlockKind
    heading: tuple[str, ...]
    tokens: int
    columns: str = ""
    is_heading: bool = False
    level: int = 0


def chunk(document: Document) -> tuple[Chunk, ...]:
    """The passages of a document in order; together they hold every character of its blocks once.

    A passage has about 200 tokens at most, keeps lists, tables and code whole up to that size, and crosses a
    heading only where the sections are one-liners. A table that is cut has "columns: a | b | c" as the last
    element of `heading` in every passage but the first.
    """
    pieces = list(_pieces(document))
    starts = _line_starts(document.text)
    groups = _grouped(document.text, pieces)
    return tuple(
        _chunk(document.text, group, ordinal=ordinal, line=bisect_right(starts, group[0].span[0]))
        for ordinal, group in enumerate(groups)
    )


def _line_starts(text: str) -> list[int]:
    starts = [0]
    position = text.find("\n")
    while position >= 0:
        starts.append(position + 1)
        position = text.find("\n", position + 1)
    return starts


def _chunk(text: str, group: Sequence[_Piece], *, ordinal: int, line: int) -> Chunk:
    start, end = group[0].span[0], group[-1].span[1]
    bodies = [piece for piece in group if not piece.is_heading]
    kinds = {piece.kind for piece in bodies}
    kind: BlockKind = kinds.pop() if len(kinds) == 1 else "paragraph" if kinds else "heading"
    columns = next((piece.columns for piece in bodies if piece.columns), "")
    heading = _shared([piece.heading for piece in group]) + ((columns,) if columns else ())
    return Chunk(ordinal, kind, heading, text[start:end], start, end, line)


def _shared(paths: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The deepest path when one leads to the other, else what they have in common."""
    first, last = paths[0], paths[-1]
    if last[: len(first)] == first:
        return last
    length = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[:length]


def _pieces(document: Document) -> Iterator[_Piece]:
    path: list[tuple[int, str]] = []
    for block in document.blocks:
        if block.kind == "heading":
            path = [step for step in path if step[0] < block.level]
            path.append((block.level, heading_text(document, block)))
        heading = tuple(words for _, words in path if words and words != document.title)
        yield from _pieces_of_block(document, block, heading=heading)


def _pieces_of_block(document: Document, block: Block, *, heading: tuple[str, ...]) -> Iterator[_Piece]:
    is_heading = block.kind == "heading"
    for number, span in enumerate(pieces_of(document, block, limit=MAX_TOKENS)):
        columns = _columns(block) if number and block.kind == "table" else ""
        tokens = tokens_in(document.text, span)
        yield _Piece(span, block.kind, heading, tokens, columns, is_heading, block.level)


def _columns(block: Block) -> str:
    """The header row in one line, cut where a very wide table would fill the passage."""
    return f"columns: {' | '.join(block.rows[0])}"[:300] if block.rows else ""


def _grouped(text: str, pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    group: list[_Piece] = []
    for position, piece in enumerate(pieces):
        if group and not _joins(text, group, pieces, position):
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _joins(text: str, group: Sequence[_Piece], pieces: Sequence[_Piece], position: int) -> bool:
    """Whether the piece at this position still belongs to the passage begun by the group."""
    piece, last = pieces[position], group[-1]
    size = sum(part.tokens for part in group)
    if size + piece.tokens > MAX_TOKENS or len(text[last.span[1] : piece.span[0]].strip()) > _MAX_GAP:
        return False
    if piece.is_heading:
        return _crosses(group, pieces, position, size=size)
    return not (piece.columns or last.columns)


def _crosses(group: Sequence[_Piece], pieces: Sequence[_Piece], position: int, *, size: int) -> bool:
    """Whether a passage may go on over a heading: nothing but headings so far, or one-liners on both sides."""
    if all(part.is_heading for part in group):
        return pieces[position].level > group[-1].level
    section = _section_tokens(pieces, position)
    return size <= _TINY * 3 and _last_section(group) <= _TINY and section <= _TINY


def _section_tokens(pieces: Sequence[_Piece], position: int) -> int:
    """The size of the section that a heading opens, counted no further than one-liners go."""
    total = pieces[position].tokens
    for later in range(position + 1, len(pieces)):  # no slice: there may be a hundred thousand
        if pieces[later].is_heading or total > _TINY:
            break
        total += pieces[later].tokens
    return total


def _last_section(group: Sequence[_Piece]) -> int:
    total = 0
    for piece in reversed(group):
        total += piece.tokens
        if piece.is_heading:
            break
    return total
