"""Counts, lists and sums over the rows of one table or register, for questions that clearly mean them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.fields.folding import fold_field
from rag.lookup.asked import LIGHTEST, Term
from rag.lookup.explain import Weighing
from rag.lookup.rows import Row
from rag.lookup.standing import row_on_day

WHOLE = 6
"""Words of a cell up to which it states a property; longer ones are notes."""

EXACT = 0.85
"""Agreement from which a cell meets a condition: a state is not met by its synonyms."""

_COUNTED = ("number", "list", "thing")


@dataclass(frozen=True)
class Register:
    """A table seen through a question: the rows that meet its conditions, and how much of it they explain."""

    rows: tuple[Row, ...]
    all: int
    coverage: float
    missing: float
    conditions: int
    named: bool

    @property
    def confidence(self) -> float:
        """0 to 1, by what is explained; a table that the question does not name hardly ever is the one meant."""
        logit = 10.0 * (self.coverage - 0.72) - 6.0 * self.missing + (1.0 if self.named else -2.5)
        logit += 0.5 if self.conditions else -1.5
        return 1 / (1 + math.exp(-logit))


def find_register(rows: Sequence[Row], weighing: Weighing, *, others: frozenset[int]) -> Register | None:
    """The table that explains the question best, with the rows that meet its conditions; None when there is none.

    `others` are documents that belong to another project than the one asked about.
    """
    asked = weighing.asked
    if asked.everywhere or asked.kind not in _COUNTED or not (asked.counts or asked.kind == "list"):
        return None
    tables: dict[tuple[int, str], list[Row]] = {}
    for row in rows:
        if row.is_record and row.document.id not in others and not row.document.superseded:
            tables.setdefault(row.table, []).append(row)
    seen = [_seen(table, weighing) for table in tables.values() if len(table) > 1]
    fitting = [register for register in seen if register is not None]
    return max(fitting, key=lambda one: (round(one.confidence, 2), len(one.rows)), default=None)


def _seen(table: Sequence[Row], weighing: Weighing) -> Register | None:
    asked = weighing.asked
    if asked.counts and _measures(table, weighing):
        return None
    chosen = [row for row in table if all(row_on_day(row, span) >= 0.9 for span in asked.spans)]
    met = weighing.date_weight * bool(asked.spans and chosen)
    missing, conditions, named = 0.0, 0, False
    for term in asked.terms:
        power = _of_table(term, table[0], weighing)
        named = named or (power >= 0.8 and (term.stem in asked.focus or term.folded.rstrip("s") == table[0].kind))
        holding = [row for row in chosen if _holds(row, term, weighing)] if term.share > LIGHTEST else []
        if power < 0.8 and holding:
            chosen, power, conditions = holding, 1.0, conditions + 1
        power = max(power, _by_column(term, table, weighing))
        met += weighing.weights[term.stem] * power
        missing = max(missing, weighing.weights[term.stem] * (1 - power) if power < 0.6 else 0.0)
    total = weighing.total or 1.0
    if not chosen:
        return None
    return Register(tuple(chosen), len(table), met / total, missing / total, conditions + len(asked.spans), named)


def _of_table(term: Term, row: Row, weighing: Weighing) -> float:
    """Whether the kind of the rows, the heading or the document's name says the word."""
    enough = 0.7 if term.stem in weighing.asked.focus else 0.8
    said = any(weighing.agreement.of(term.stem, scope.stems) >= enough for scope in row.scopes[2:5])
    return 1.0 if said else 0.0


def _by_column(term: Term, table: Sequence[Row], weighing: Weighing) -> float:
    columns = table[0].cells
    if any(weighing.agreement.of(term.stem, cell.field_stems) >= 0.7 for cell in columns):
        return 0.9
    fields = {fold_field(cell.name) for cell in columns}
    met = any(term.stem in stems and fields & set(lexeme.fields) for lexeme, stems in weighing.asked.concepts)
    return 0.9 if met else 0.35 if term.stem in weighing.somewhere[table[0].document.id] else 0.0


def _holds(row: Row, term: Term, weighing: Weighing) -> bool:
    """Whether a short cell of the row has the word."""
    return any(
        weighing.agreement.of(term.stem, cell.stems) >= EXACT
        for cell in row.cells
        if len(cell.fact.value.split()) <= WHOLE and not (weighing.asked.counts and cell.fact.value in row.names)
    )


def _measures(table: Sequence[Row], weighing: Weighing) -> bool:
    """Whether what is counted is a column of figures: then one of them is asked for, not the number of rows."""
    focus = [stem for stem in weighing.asked.focus if stem in weighing.agreement.alike]
    figures = (cell for cell in table[0].cells if cell.fact.value[:1].isdigit())
    return any(weighing.agreement.of(stem, cell.field_stems) >= 0.8 for cell in figures for stem in focus)


def labels(rows: Iterable[Row]) -> tuple[str, ...]:
    """What each row is called: its id, else its title."""
    return tuple(dict.fromkeys(row.name for row in rows))
