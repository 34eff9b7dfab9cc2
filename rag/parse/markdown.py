"""Markdown: front matter, and blocks as verbatim slices along the line maps of markdown-it's tokens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.model import Block, BlockKind
from rag.parse.front_matter import FrontMatter, front_matter
from rag.parse.inline import plain_markdown
from rag.parse.lines import Lines
from rag.parse.plain import outline
from rag.parse.reading import Reading, slice_block

if TYPE_CHECKING:
    from markdown_it.token import Token

MAX_MARKDOWN = 512 * 1024
"""Characters of a file that go through the full grammar (5 MB a second, 0.1 where all is tables).

Larger ones get the plain outline."""

_KINDS: dict[str, BlockKind] = {
    "heading_open": "heading",
    "paragraph_open": "paragraph",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "table_open": "table",
    "fence": "code",
    "code_block": "code",
    "blockquote_open": "quote",
    "html_block": "paragraph",
}


def read_markdown(text: str) -> Reading:
    """The file as its own text; the front matter is a code block, so that it can be found and quoted."""
    front = front_matter(text)
    body = front.body if front else 0
    found = _large(text, body) if len(text) > MAX_MARKDOWN else tuple(_blocks(text, body))
    return Reading(text, (*_front_block(text, front), *found), front.meta if front else {})


def _front_block(text: str, front: FrontMatter | None) -> tuple[Block, ...]:
    block = slice_block(text, front.start, end=front.end, kind="code") if front else None
    return (block,) if block else ()


def _large(text: str, body: int) -> tuple[Block, ...]:
    return tuple(outline(Lines(text, body), 0))


def _blocks(text: str, body: int) -> Iterator[Block]:
    from markdown_it import MarkdownIt

    grammar = MarkdownIt("commonmark").enable("table")
    grammar.core.ruler.enableOnly(["normalize", "block"])  # marks inside a line are not needed, and cost most
    tokens = grammar.parse(text[body:])
    lines = Lines(text, body)
    for position, token in enumerate(tokens):
        if token.level == 0 and token.map and token.type in _KINDS:
            block = _block(tokens, position, lines=lines)
            if block:
                yield block


def _block(tokens: list[Token], position: int, *, lines: Lines) -> Block | None:
    token = tokens[position]
    assert token.map is not None
    start, end = lines.start(token.map[0]), lines.start(token.map[1])
    if token.type == "html_block":
        return _html(lines.whole, start, end=end)
    rows = tuple(_rows(tokens, position)) if token.type == "table_open" else ()
    level = int(token.tag[1]) if token.type == "heading_open" else 0
    return slice_block(lines.whole, start, end=end, kind=_KINDS[token.type], level=level, rows=rows)


def _html(text: str, start: int, *, end: int) -> Block | None:
    """A comment is not for readers; a table written in HTML is a table."""
    source = text[start:end].strip()
    if source.startswith("<!--") and source.find("-->") in (-1, len(source) - 3):
        return None
    if source.lower().startswith("<table"):
        from rag.parse.html import table_rows

        return slice_block(text, start, end=end, kind="table", rows=table_rows(source))
    return slice_block(text, start, end=end, kind="paragraph")


def _rows(tokens: list[Token], position: int) -> Iterator[tuple[str, ...]]:
    cells: list[str] = []
    for token in tokens[position:]:
        match token.type:
            case "inline":
                cells.append(plain_markdown(token.content))
            case "tr_close":
                yield tuple(cells)
                cells = []
            case "table_close":
                return
