"""From the pieces of text that a page draws to its lines, each with its cells from left to right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

Fragment = tuple[str, float, float, float, str]
"""Text, x and y on the page in points, size in points, name of the font."""

_NARROW, _WIDE = frozenset("iljtfr.,:;'|!()[]/ "), frozenset("mwMWGOQ@%")
_MOST_CELL_LINES = 8


@dataclass(frozen=True)
class Line:
    """What stands at one height: its cells from left to right with their x, the size and whether it is bold.

    `y` is the height of its lowest words: a cell of several lines makes one line with the cells beside it.
    """

    cells: tuple[tuple[float, str], ...]
    y: float
    size: float
    bold: bool

    @property
    def text(self) -> str:
        return " ".join(text for _, text in self.cells)


@dataclass
class _Cell:
    text: str
    x: float
    end: float
    top: float
    low: float
    size: float
    bold: bool
    goes_on: bool


@dataclass
class _Row:
    cells: list[_Cell] = field(default_factory=list)

    def line(self) -> Line:
        longest = max(self.cells, key=lambda cell: len(cell.text))
        low = min(cell.low for cell in self.cells)
        cells = tuple((cell.x, cell.text) for cell in self.cells)
        return Line(cells, low, longest.size, all(cell.bold for cell in self.cells))


def lines_of(fragments: Sequence[Fragment]) -> list[Line]:
    """The lines of a page in the order in which it draws them, which is the order in which it is read."""
    rows: list[_Row] = []
    for cell in _cells(fragments):
        if not rows or not (_continues(rows[-1], cell) or _stands_beside(rows, cell)):
            rows.append(_Row([cell]))
    return [row.line() for row in rows]


def body_size(lines: Sequence[Line]) -> float:
    """The size in which most characters are set, in points."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _cells(fragments: Sequence[Fragment]) -> list[_Cell]:
    found: list[_Cell] = []
    for text, x, y, size, font in fragments:
        is_bold = "bold" in font.lower() or "black" in font.lower()
        for number, part in enumerate(piece for piece in text.split("\n") if piece.strip()):
            height = y - 1.2 * size * number
            end = x + size * _ems(part.strip())
            words = " ".join(part.split())
            found.append(_Cell(words, x, end, height, height, max(size, 1.0), is_bold, part.endswith(" ")))
    return found


def _ems(text: str) -> float:
    """The width of a text in units of its size, as in a common sans serif."""
    narrow = sum(1 for c in text if c in _NARROW)
    wide = sum(1 for c in text if c in _WIDE)
    capital = sum(1 for c in text if c.isupper() and c not in _WIDE)
    return 0.28 * narrow + 0.83 * wide + 0.68 * capital + 0.54 * (len(text) - narrow - wide - capital)


def _continues(row: _Row, cell: _Cell) -> bool:
    """Take in more words of the last cell: directly behind it, or on the line below it inside a table's row."""
    last = row.cells[-1]
    is_level = abs(last.low - cell.top) < 0.3 * cell.size
    is_close = -0.5 * cell.size < cell.x - last.end < 0.6 * cell.size
    if is_level and cell.x > last.x and (last.goes_on or is_close):
        _append(last, cell)
        return True
    is_below = 0.3 * cell.size < last.low - cell.top < 1.5 * cell.size
    if is_below and len(row.cells) > 1 and abs(last.x - cell.x) < 0.5 * cell.size:
        _append(last, cell)
        return True
    return False


def _append(cell: _Cell, more: _Cell) -> None:
    cell.text = f"{cell.text} {more.text}"
    cell.end, cell.low, cell.goes_on = max(cell.end, more.end), min(cell.low, more.low), more.goes_on


def _stands_beside(rows: list[_Row], cell: _Cell) -> bool:
    """Take in the next cell of a row. One that begins higher than the last words joins the lines of that cell first."""
    row, last = rows[-1], rows[-1].cells[-1]
    rise = cell.top - last.low
    if cell.x <= last.x + 0.5 * cell.size or not -0.3 * cell.size <= rise <= 1.3 * _MOST_CELL_LINES * cell.size:
        return False
    if len(row.cells) == 1 and rise > 0.3 * cell.size:
        _pull_up(rows, cell)
    rows[-1].cells.append(cell)
    return True


def _pull_up(rows: list[_Row], cell: _Cell) -> None:
    """Single lines above that stand at the same x, and no higher than the new cell, belong to the cell beside it."""
    while len(rows) > 1 and len(rows[-2].cells) == 1:
        above, last = rows[-2].cells[0], rows[-1].cells[0]
        fits = abs(above.x - last.x) < 0.5 * last.size and above.top <= cell.top + 0.3 * cell.size
        if not fits or not 0 < above.low - last.top < 1.6 * last.size:
            return
        _append(above, last)
        rows.pop()
