"""reStructuredText: sections, lists, literal blocks, directives and tables, by docutils' rules and line by line.

Nothing is run or included: a directive is text. Only docutils' table parsers are used, and a table that
they refuse is split at its bars, so a document that docutils rejects is taken in all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.model import Block, BlockKind
from rag.parse.headers import HeaderBlock, field_list, header_block
from rag.parse.lines import Lines, indent_of
from rag.parse.reading import Reading, slice_block
from rag.parse.rst_tables import directive_rows, drawn_rows, is_table_line

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}")
_BULLET = re.compile(  # bullets, numbers, letters, fields
    r"[ \t]*(?:(?:[-*+•]|(?:\d{1,3}|#|[a-zA-Z])[.)]|\((?:\d{1,3}|[a-z])\))[ \t]+\S|:[^:\s][^:]*:(?:[ \t]|$))"
)
_DIRECTIVE = re.compile(r"\.\.[ \t]+(?:\|[^|]+\|[ \t]+)?([\w:.+-]+?)::(?:[ \t]+(.*))?")
_CITATION = re.compile(r"\.\.[ \t]+\[[^\]]+\]")
_TABLES = {"list-table", "csv-table", "table"}
_CODE = {"code", "code-block", "sourcecode", "literalinclude", "parsed-literal", "math", "raw", "doctest", "testcode"}
_SILENT = {"contents", "include", "image", "highlight", "default-role", "role", "index", "toctree", "meta"}


def read_rst(text: str) -> Reading:
    """The file as its own text; an RFC-822-like block or a field list at the top becomes meta."""
    lines = Lines(text)
    first = next((i for i in range(min(len(lines), 50)) if not lines.is_blank(i)), 0)
    reader = _Reader(lines)
    header = header_block(lines, first)
    head = slice_block(text, lines.start(first), end=lines.start(header.after), kind="paragraph") if header else None
    blocks = tuple(reader.blocks(header.after if header else first))
    meta = header.meta if header else _docinfo(lines, first)
    return Reading(text, ((head,) if head else ()) + blocks, meta)


def _docinfo(lines: Lines, first: int) -> dict[str, object]:
    """The field list that stands first, or first below the document's title."""
    line = first
    for _ in range(2):
        while line < min(len(lines), 50) and (lines.is_blank(line) or lines.text[line].startswith(".. ")):
            line += 1
        found: HeaderBlock | None = field_list(lines, line) if line < len(lines) else None
        if found:
            return found.meta
        line = _after_title(lines, line)
    return {}


def _after_title(lines: Lines, line: int) -> int:
    if _is_adornment(lines, line) and _is_adornment(lines, line + 2):
        return line + 3
    return line + 2 if _is_adornment(lines, line + 1) else line


def _is_adornment(lines: Lines, line: int) -> bool:
    return line < len(lines) and _ADORNMENT.fullmatch(lines.text[line].rstrip()) is not None


class _Reader:
    """Walks down the lines; the style of a title (mark, overlined or not) has the level of its first use."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._styles: list[str] = []

    def blocks(self, line: int) -> Iterator[Block]:
        lines = self._lines
        while line < len(lines):
            if lines.is_blank(line):
                line += 1
                continue
            kind, level, after, rows = self._piece(line)
            if kind:
                end = lines.start(after)
                block = slice_block(lines.whole, lines.start(line), end=end, kind=kind, level=level, rows=rows)
                if block:
                    yield block
            line = after

    def _piece(self, line: int) -> tuple[BlockKind | None, int, int, tuple[tuple[str, ...], ...]]:
        """Kind (None: not for readers), level, the line after, and rows."""
        lines, text = self._lines, self._lines.text[line]
        if after := self._title_end(line):
            return "heading", self._level(line, after), after, ()
        if is_table_line(text):
            after = self._table_end(line)
            return "table", 0, after, drawn_rows(lines.text[line:after])
        if _is_adornment(lines, line):
            return None, 0, line + 1, ()
        if text.startswith(("..", "__ ")):
            return self._explicit(line)
        if _BULLET.match(text):
            return "list", 0, self._list_end(line), ()
        if text.startswith(">>>"):
            return "code", 0, self._paragraph_end(line), ()
        if text[0] in " \t":
            kind: BlockKind = "code" if self._follows_literal_mark(line) else "quote"
            return kind, 0, self._indented_end(line, 0), ()
        return "paragraph", 0, self._paragraph_end(line), ()

    def _title_end(self, line: int) -> int:
        """The line after the title that begins here, else 0. A rule shorter than its title counts from four on."""
        lines = self._lines
        if _is_adornment(lines, line):
            same = _is_adornment(lines, line + 2) and lines.text[line + 2].strip() == lines.text[line].strip()
            return line + 3 if same and not lines.is_blank(line + 1) else 0
        title = lines.text[line].rstrip()
        if title[0] in " \t" or not _is_adornment(lines, line + 1) or len(title) > 300:
            return 0
        rule = lines.text[line + 1].rstrip()
        return line + 2 if len(rule) >= min(len(title), 4) else 0

    def _level(self, line: int, after: int) -> int:
        style = self._lines.text[after - 1].strip()[0] + ("=" if after - line == 3 else "")
        if style not in self._styles:
            self._styles.append(style)
        return min(self._styles.index(style) + 1, 6)

    def _explicit(self, line: int) -> tuple[BlockKind | None, int, int, tuple[tuple[str, ...], ...]]:
        """A directive, a citation, or (left out) a comment or a link target."""
        lines = self._lines
        after = self._indented_end(line + 1, 0)
        directive = _DIRECTIVE.match(lines.text[line])
        if directive:
            name = directive[1].lower()
            rows = directive_rows(name, lines.text[line:after]) if name in _TABLES else ()
            if rows:
                return "table", 0, after, rows
            return (None if name in _SILENT else "code" if name in _CODE else "paragraph"), 0, after, ()
        return ("paragraph" if _CITATION.match(lines.text[line]) else None), 0, after, ()

    def _indented_end(self, line: int, base: int) -> int:
        """The line after the text that is indented deeper than `base`, blank lines inside included."""
        lines, last = self._lines, line
        while line < len(lines):
            if not lines.is_blank(line):
                if indent_of(lines.text[line]) <= base:
                    break
                last = line + 1
            line += 1
        return max(last, 1)

    def _list_end(self, line: int) -> int:
        lines = self._lines
        base = indent_of(lines.text[line])
        last = line + 1
        for later in range(line + 1, len(lines)):
            if lines.is_blank(later):
                continue
            text = lines.text[later]
            is_item = _BULLET.match(text) is not None and indent_of(text) >= base
            if not is_item and indent_of(text) <= base:
                break
            last = later + 1
        return last

    def _paragraph_end(self, line: int) -> int:
        line += 1
        while not self._lines.is_blank(line):
            line += 1
        return line

    def _table_end(self, line: int) -> int:
        """A grid ends at a blank line; a simple table at its last rule (two rules with a heading, else one more)."""
        lines = self._lines
        if lines.text[line].lstrip().startswith("+"):
            return self._paragraph_end(line)
        rules = 1
        for later in range(line + 1, len(lines)):
            text = lines.text[later]
            if is_table_line(text) and text.strip()[0] == "=":
                rules += 1
                if rules > 1 and (later + 1 >= len(lines) or lines.is_blank(later + 1)):
                    return later + 1
        return self._paragraph_end(line)

    def _follows_literal_mark(self, line: int) -> bool:
        above = line - 1
        while above >= 0 and self._lines.is_blank(above):
            above -= 1
        return above >= 0 and self._lines.text[above].rstrip().endswith("::")
