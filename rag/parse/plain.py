"""Plain text: a header block if there is one, headings, lists, tables and code as people type them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.model import Block, BlockKind
from rag.parse.front_matter import front_matter
from rag.parse.headers import header_block
from rag.parse.inline import plain_markdown
from rag.parse.lines import Lines, indent_of
from rag.parse.reading import Reading, slice_block

_ATX = re.compile(r"(#{1,6})[ \t]+\S")
_UNDERLINE = re.compile(r"([=\-~*^\"'`+#_.:])\1{2,}[ \t]*")
_LIST = re.compile(r"[ \t]*(?:[-*+•◦–]|\d{1,3}[.)]|[a-z][.)]|#\.)[ \t]+\S")
_FENCE = re.compile(r"[ \t]{0,3}(`{3,}|~{3,})")
_TABLE = re.compile(r"[ \t]*\|.*\|[ \t]*|[^|\n]+\|[^|\n]+(?:\|[^|\n]*)+")
_RULE_ROW = re.compile(r"[\s|:+=-]+")
_LEVELS = {"=": 1, "-": 2}


def read_text(text: str) -> Reading:
    """The file as its own text. A `---` front matter or a `Key: value` block at the top becomes meta."""
    front = front_matter(text)
    if front:
        head = slice_block(text, front.start, end=front.end, kind="code")
        blocks = outline(Lines(text, front.body), 0)
        return Reading(text, ((head,) if head else ()) + tuple(blocks), front.meta)
    lines = Lines(text)
    first = next((i for i in range(min(len(lines), 50)) if not lines.is_blank(i)), 0)
    header = header_block(lines, first)
    if header is None:
        return Reading(text, tuple(outline(lines, 0)))
    head = slice_block(text, lines.start(first), end=lines.start(header.after), kind="paragraph")
    return Reading(text, ((head,) if head else ()) + tuple(outline(lines, header.after)), header.meta)


def outline(lines: Lines, first: int) -> Iterator[Block]:
    """The blocks of lines `first` and on, found line by line in one pass, whatever the text."""
    line = first
    while line < len(lines):
        if lines.is_blank(line):
            line += 1
            continue
        kind, level, after = _piece(lines, line)
        rows = _rows(lines, line, after=after) if kind == "table" else ()
        end = lines.start(after)
        block = slice_block(lines.whole, lines.start(line), end=end, kind=kind, level=level, rows=rows)
        if block:
            yield block
        line = after


def _piece(lines: Lines, line: int) -> tuple[BlockKind, int, int]:
    """Kind, level and the line after the piece that begins at this line."""
    text = lines.text[line]
    if fence := _FENCE.match(text):
        return "code", 0, _after_fence(lines, line, mark=fence[1])
    if atx := _ATX.match(text):
        return "heading", len(atx[1]), line + 1
    if level := _underlined(lines, line):
        return "heading", level, line + 2
    if _is_table_line(text) and line + 1 < len(lines) and _is_table_line(lines.text[line + 1]):
        return "table", 0, _while(lines, line, _is_table_line)
    if _LIST.match(text):
        return "list", 0, _after_list(lines, line)
    if text.startswith(">"):
        return "quote", 0, _while(lines, line, lambda t: t.startswith(">"))
    return "paragraph", 0, _after_paragraph(lines, line)


def _underlined(lines: Lines, line: int) -> int:
    """The level of a title with a line of `=` or `-` (or another mark) as long as it below, else 0."""
    title = lines.text[line].rstrip()
    if line + 1 >= len(lines) or len(title) > 120 or _UNDERLINE.fullmatch(title):
        return 0
    rule = lines.text[line + 1].rstrip()
    if not _UNDERLINE.fullmatch(rule) or len(rule) < min(len(title.strip()), 3) or len(rule) > len(title) + 20:
        return 0
    return _LEVELS.get(rule[0], 3)


def _is_table_line(text: str) -> bool:
    return "|" in text and _TABLE.fullmatch(text) is not None


def _while(lines: Lines, line: int, belongs: object) -> int:
    assert callable(belongs)
    while line < len(lines) and not lines.is_blank(line) and belongs(lines.text[line]):
        line += 1
    return line


def _after_fence(lines: Lines, line: int, *, mark: str) -> int:
    for later in range(line + 1, len(lines)):
        text = lines.text[later].strip()
        if text.startswith(mark) and not text.strip(mark[0]):
            return later + 1
    return len(lines)


def _after_list(lines: Lines, line: int) -> int:
    """A list goes on over single blank lines as long as items or indented text follow."""
    base = indent_of(lines.text[line])
    line += 1
    while line < len(lines):
        if lines.is_blank(line):
            following = line + 1
            if lines.is_blank(following):
                return line
            text = lines.text[following]
            if not _LIST.match(text) and indent_of(text) <= base:
                return line
        elif _ATX.match(lines.text[line]) or _underlined(lines, line):
            return line
        line += 1
    return line


def _after_paragraph(lines: Lines, line: int) -> int:
    line += 1
    while line < len(lines) and not lines.is_blank(line):
        text = lines.text[line]
        if _ATX.match(text) or _LIST.match(text) or _FENCE.match(text) or _underlined(lines, line):
            return line
        line += 1
    return line


def _rows(lines: Lines, line: int, *, after: int) -> tuple[tuple[str, ...], ...]:
    """The cells between the bars; a line of dashes is no row."""
    sources = (lines.text[i].strip() for i in range(line, after))
    return tuple(split_row(source) for source in sources if not _RULE_ROW.fullmatch(source))


def split_row(line: str) -> tuple[str, ...]:
    """The cells of a `| a | b |` line as plain text."""
    inner = line.strip().removeprefix("|").removesuffix("|")
    return tuple(plain_markdown(cell) for cell in re.split(r"(?<!\\)\|", inner))
