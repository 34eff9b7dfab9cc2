"""What a question does with the rows of a table: count them, list them, add a column up, or take its extreme."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.ground.words import word_set
from rag.lookup.asked import Asked
from rag.lookup.dates import days_in
from rag.lookup.rows import Cell, Row

Doing = Literal["count", "list", "sum", "most", "least"]

_SUM = re.compile(
    r"\b(?:in total|in all|altogether|all together|sum of|combined|total (?:number|amount)|overall)\b", re.I
)
_MOST = word_set(
    "most highest largest biggest greatest longest maximum max latest newest top worst-affected priciest oftenest"
)
_LEAST = word_set("least fewest lowest smallest shortest minimum min cheapest earliest oldest")
_WORD = re.compile(r"[a-z-]+")
_FIGURE = re.compile(r"\s*[<>=≤≥~]*\s*(?:EUR|USD|GBP|CHF|[€$£])?\s*(-?\d[\d,]*(?:\.\d+)?)\s*(?:[a-zA-Z%€$£/ ]{0,16})")
OPERATORS = _MOST | _LEAST | word_set("total altogether sum combined overall all")


@dataclass(frozen=True)
class Result:
    """What the rows give: the values told, and the rows that show them."""

    values: tuple[str, ...]
    rows: tuple[Row, ...]


def doing_of(asked: Asked) -> Doing | None:
    """What the question wants done; None when it asks for one value of one row."""
    said = _WORD.findall(asked.question.text.lower())
    if _SUM.search(asked.question.text) and asked.kind in ("number", "money", "duration", "thing"):
        return "sum"
    if any(word in _MOST for word in said) and not re.search(r"\bat most\b", asked.question.text, re.I):
        return "most"
    if any(word in _LEAST for word in said) and not re.search(r"\bat least\b", asked.question.text, re.I):
        return "least"
    if asked.counts:
        return "count"
    return "list" if asked.kind == "list" else None


def add_up(rows: Sequence[Row], column: str) -> Result | None:
    """The sum of a column of figures, as plain digits; None when a cell is no figure or there is only one."""
    found = [(row, figure(value)) for row in rows if (value := cell_of(row, column)) is not None]
    figures = [number for _, number in found if number is not None]
    if len(figures) < 2 or len(figures) != len(found):
        return None
    total = sum(figures)
    return Result((f"{total:.6f}".rstrip("0").rstrip("."),), tuple(row for row, _ in found))


def extreme(rows: Sequence[Row], column: str, *, least: bool) -> Row | None:
    """The one row with the highest or lowest figure (or latest day) of a column; None when two share it."""
    found = [(rank, row) for row in rows if (rank := _rank(cell_of(row, column) or "")) is not None]
    if len(found) < 2:
        return None
    best = (min if least else max)(rank for rank, _ in found)
    holding = [row for rank, row in found if rank == best]
    return holding[0] if len(holding) == 1 else None


def cell_of(row: Row, column: str) -> str | None:
    """The value a row has in a column; None when its cell is empty."""
    return next((cell.fact.value for cell in row.cells if cell.name == column), None)


def _rank(value: str) -> float | None:
    days = days_in(value)
    if days and days[0].year:
        return days[0].year * 10_000.0 + days[0].month * 100 + days[0].day
    return figure(value)


def is_figure(cell: Cell) -> bool:
    """Whether the cell states a number and nothing else."""
    return figure(cell.fact.value) is not None


def figure(value: str) -> float | None:
    """The number a short cell states, thousands separators off; None for words, dates and identifiers."""
    match = _FIGURE.fullmatch(value)
    return float(match[1].replace(",", "")) if match else None
