"""From the lines of a page to its headings, paragraphs, lists and tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.parse.pdf_lines import Line
from rag.parse.reading import Transcript

_BULLETS = "•●▪◦‣\x7f\uf0b7\u2022\u25e6"
_ITEM = re.compile(rf"(?:[{_BULLETS}*–-]|\d{{1,2}}[.)])\s+\S")
_LONE_MARK = re.compile(rf"[{_BULLETS}*–-]|\d{{1,2}}[.)]")
_NUMBERED = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+[A-ZÀ-Þ]")
_HEADING_LIMIT = 120


def write_lines(lines: Sequence[Line], transcript: Transcript, *, body: float) -> None:
    """Write one page's lines as blocks."""
    position = 0
    while position < len(lines):
        if end := _table_end(lines, position):
            rows = _table_rows(lines[position:end])
            transcript.add("table", "\n".join(_once(line) for line in lines[position:end]), rows=rows)
        elif level := _level(lines[position], body):
            end = _heading_end(lines, position)
            transcript.add("heading", _joined([line.text for line in lines[position:end]]), level=level)
        else:
            end = _block_end(lines, position, body=body)
            _write_words(lines[position:end], transcript)
        position = end


def _heading_end(lines: Sequence[Line], position: int) -> int:
    """A long heading goes on in the same size and weight right below."""
    end = position + 1
    while end < len(lines):
        above, line = lines[end - 1], lines[end]
        if abs(line.size - above.size) > 0.1 or line.bold != above.bold or not 0 < above.y - line.y < 1.35 * line.size:
            return end
        end += 1
    return end


def _write_words(lines: Sequence[Line], transcript: Transcript) -> None:
    if _is_item(lines[0]):
        transcript.add("list", _items(lines))
    else:
        transcript.add("paragraph", _joined([line.text for line in lines]))


def _level(line: Line, body: float) -> int:
    """1 to 3 by size against the body's, 3 for a bold numbered line of the body's size; 0 is no heading."""
    text = line.text
    if len(text) > _HEADING_LIMIT or text[0] in _BULLETS or not any(c.isalpha() for c in text):
        return 0
    for level, ratio in ((1, 1.6), (2, 1.25), (3, 1.1)):
        if line.size >= ratio * body:
            return level
    if text.endswith((".", ",", ";")):
        return 0
    return 3 if line.bold and (_NUMBERED.match(text) or len(text) < 60) and len(line.cells) == 1 else 0


def _is_item(line: Line) -> bool:
    return bool(_ITEM.match(line.text))


def _table_end(lines: Sequence[Line], position: int) -> int:
    """The line after a run of two lines or more with several cells; 0 when none begins here."""
    end = position
    while end < len(lines) and len(lines[end].cells) > 1 and not _LONE_MARK.fullmatch(lines[end].cells[0][1]):
        end += 1
    return end if end - position >= 2 else 0


def _table_rows(lines: Sequence[Line]) -> tuple[tuple[str, ...], ...]:
    """Each cell goes under the nearest column of the widest row, so that an empty cell stays empty."""
    columns = [x for x, _ in max(lines, key=lambda line: len(line.cells)).cells]
    rows: list[tuple[str, ...]] = []
    for line in lines:
        row = [""] * len(columns)
        for x, text in line.cells:
            nearest = min(range(len(columns)), key=lambda i: abs(columns[i] - x))
            row[nearest] = f"{row[nearest]} {text}".strip()
        rows.append(tuple(row))
    return tuple(rows)


def _once(line: Line) -> str:
    return " | ".join(text for _, text in line.cells)


def _block_end(lines: Sequence[Line], position: int, *, body: float) -> int:
    """A paragraph ends at a gap, a change of size, a heading, a table, or where a list begins or ends."""
    in_list = _is_item(lines[position])
    end = position + 1
    while end < len(lines):
        above, line = lines[end - 1], lines[end]
        drop = above.y - line.y
        if abs(line.size - above.size) > 0.5 or _level(line, body) or _table_end(lines, end):
            return end
        if not 0 < drop < 1.65 * max(line.size, 1) and not (in_list and _is_item(line) and 0 < drop < 3 * line.size):
            return end
        if not in_list and (_is_item(line) or _closes(above, lines, position)):
            return end
        end += 1
    return end


def _closes(above: Line, lines: Sequence[Line], position: int) -> bool:
    """A last line that is much shorter than the first, and ends a sentence, closes a paragraph set without gaps."""
    return above.text.endswith((".", "!", "?", ":")) and len(above.text) < 0.7 * len(lines[position].text)


def _joined(texts: Sequence[str]) -> str:
    """Lines joined by a blank; a word parted by a hyphen keeps it, since it may be its own."""
    text = texts[0]
    for later in texts[1:]:
        text += later if text.endswith("-") and later[:1].islower() else f" {later}"
    return text


def _items(lines: Sequence[Line]) -> str:
    items: list[list[str]] = []
    for line in lines:
        if _is_item(line) or not items:
            items.append([re.sub(rf"^[{_BULLETS}]\s*", "- ", line.text)])
        else:
            items[-1].append(line.text)
    return "\n".join(_joined(item) for item in items)
