"""Word documents (.docx): headings, paragraphs, lists and tables in the order in which they stand."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.parse.decode import clean
from rag.parse.meta import FACTORY_DATES as FACTORY
from rag.parse.reading import ParseError, Reading, Transcript

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from lxml.etree import _Element

MAX_UNPACKED = 100 * 1024 * 1024
"""Bytes that all parts may take unpacked."""

_MAX_RATIO = 150
_MAX_PARTS = 10_000
_RATIO_FROM = 10 * 1024 * 1024
_MAX_DEPTH = 20
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_UNSEEN = {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", _FALLBACK, f"{_W}txbxContent"}
_HEADING = re.compile(r"(?:heading|überschrift|titre|título|titolo|kop|rubrik) (\d)", re.IGNORECASE)
_LIST_STYLE = re.compile(r"list (?:bullet|number|paragraph)", re.IGNORECASE)


def read_docx(content: bytes) -> Reading:
    """Words as a reader sees them (deletions that are only tracked left out); core properties become meta.

    Raises ParseError for what is no Word document, is encrypted, or unpacks to more than MAX_UNPACKED.
    """
    refuse_bombs(content)
    from docx import Document

    try:
        word = Document(io.BytesIO(content))
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ParseError(f"not readable as a Word document: {error}") from None
    transcript = Transcript()
    _Body(word, transcript).write()
    return transcript.reading(meta=_meta(word), title=clean(word.core_properties.title or ""))


def refuse_bombs(content: bytes) -> None:
    """Look at the directory of a zip file only, before anything is unpacked."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise ParseError("encrypted, or in the old .doc format; save it as .docx without a password")
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise ParseError(f"not a .docx file, or cut off: {error}") from None
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED or len(parts) > _MAX_PARTS:
        raise ParseError(f"unpacks to {unpacked:,} bytes in {len(parts):,} parts, over the limit of {MAX_UNPACKED:,}")
    if unpacked > _RATIO_FROM and unpacked > _MAX_RATIO * max(len(content), 1):
        raise ParseError(f"unpacks to {unpacked // max(len(content), 1)} times its size, as a zip bomb does")
    if any(part.flag_bits & 1 for part in parts):
        raise ParseError("encrypted; save it without a password")


def _meta(word: WordDocument) -> dict[str, object]:
    own = word.core_properties
    dates = {"modified": own.modified, "created": own.created}
    words = {"title": own.title, "author": own.author, "last_modified_by": own.last_modified_by, "subject": own.subject,
             "keywords": own.keywords, "category": own.category, "status": own.content_status}  # fmt: skip
    meta: dict[str, object] = {key: clean(value) for key, value in words.items() if value and clean(value)}
    return meta | {key: day for key, date in dates.items() if date and (day := date.date().isoformat()) not in FACTORY}


class _Body:
    """Walks down the body; lists are gathered until something else follows."""

    def __init__(self, word: WordDocument, transcript: Transcript) -> None:
        self._body: _Element = word.element.body
        self._transcript = transcript
        self._styles = {style.style_id: (style.name or "") for style in word.styles}
        self._items: list[str] = []

    def write(self) -> None:
        for element in _content(self._body, 0):
            if element.tag == f"{_W}tbl":
                self._end_list()
                rows = tuple(_rows(element))
                text = "\n".join(" | ".join(_once(row)) for row in rows)
                self._transcript.add("table", text, rows=tuple(tuple(t for _, t in row) for row in rows))
            else:
                self._paragraph(element)
        self._end_list()

    def _paragraph(self, element: _Element) -> None:
        text = _words(element)
        style = self._style(element)
        if item := self._item(element, style=style, text=text):
            self._items.append(item)
            return
        if text.strip():
            self._end_list()
        level = _level(element, style)
        self._transcript.add("heading" if level else "paragraph", text, level=level)

    def _style(self, element: _Element) -> str:
        style = element.find(f"{_W}pPr/{_W}pStyle")
        identifier = style.get(f"{_W}val") if style is not None else None
        return self._styles.get(identifier or "", identifier or "")

    def _item(self, element: _Element, *, style: str, text: str) -> str | None:
        numbering = element.find(f"{_W}pPr/{_W}numPr")
        if not text.strip() or _level(element, style) or (numbering is None and not _LIST_STYLE.match(style)):
            return None
        depth = numbering.find(f"{_W}ilvl") if numbering is not None else None
        level = depth.get(f"{_W}val") if depth is not None else "0"
        indent = "  " * (int(level) if level and level.isdecimal() and len(level) < 3 else 0)
        return f"{indent}- {' '.join(text.split())}"

    def _end_list(self) -> None:
        self._transcript.add("list", "\n".join(self._items))
        self._items = []


def _content(parent: _Element, depth: int) -> Iterator[_Element]:
    """Paragraphs and tables in order, those inside content controls included."""
    for child in parent:
        if child.tag in {f"{_W}p", f"{_W}tbl"}:
            yield child
        elif child.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"} and depth < _MAX_DEPTH:
            yield from _content(child, depth + 1)


def _level(element: _Element, style: str) -> int:
    """The depth of a heading by its style's name or its outline level; "Title" is 1."""
    if style.lower() == "title":
        return 1
    if match := _HEADING.match(style):
        return min(max(int(match[1]), 1), 6)
    outline = element.find(f"{_W}pPr/{_W}outlineLvl")
    value = outline.get(f"{_W}val") if outline is not None else None
    return int(value) + 1 if value and value in "012345" else 0


def _words(element: _Element) -> str:
    return "".join(_runs(element, 0))


def _runs(element: _Element, depth: int) -> Iterator[str]:
    for child in element:
        tag = child.tag
        if tag == f"{_W}t":
            yield child.text or ""
        elif tag == f"{_W}tab":
            yield "\t"
        elif tag in {f"{_W}br", f"{_W}cr"}:
            yield "\n"
        elif tag == f"{_W}noBreakHyphen":
            yield "-"
        elif tag == "{http://schemas.microsoft.com/office/word/2010/wordml}checkbox":
            continue
        elif tag not in _UNSEEN and tag != f"{_W}pPr" and tag != f"{_W}rPr" and depth < _MAX_DEPTH:
            yield from _runs(child, depth + 1)


def _rows(table: _Element) -> Iterator[list[tuple[bool, str]]]:
    """Cells as (is this its first place, text): a cell over several columns or rows is repeated."""
    above: list[str] = []
    for line in table.iter(f"{_W}tr"):
        row: list[tuple[bool, str]] = []
        for cell in line.iter(f"{_W}tc"):
            text, is_first = " ".join(" ".join(_words(p) for p in cell.iter(f"{_W}p")).split()), True
            if _hangs(cell):
                text, is_first = above[len(row)] if len(row) < len(above) else "", False
            row += [(is_first and not column, text) for column in range(_span(cell))]
        above = [text for _, text in row]
        if any(above):
            yield row


def _once(row: list[tuple[bool, str]]) -> list[str]:
    return [text for is_first, text in row if is_first]


def _hangs(cell: _Element) -> bool:
    """Whether the cell only continues the one above it."""
    merge = cell.find(f"{_W}tcPr/{_W}vMerge")
    return merge is not None and merge.get(f"{_W}val") != "restart"


def _span(cell: _Element) -> int:
    span = cell.find(f"{_W}tcPr/{_W}gridSpan")
    value = span.get(f"{_W}val") if span is not None else None
    return min(max(int(value), 1), 50) if value and value.isdecimal() and len(value) < 4 else 1
