"""Counts, lists, sums and extremes over the rows of one table or register, for questions that clearly mean them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.fields.folding import fold_field
from rag.lookup.asked import LIGHTEST, Term
from rag.lookup.explain import Weighing
from rag.lookup.operations import OPERATORS, Doing, add_up, cell_of, doing_of, extreme, figure
from rag.lookup.rows import Row
from rag.lookup.standing import row_on_day

WHOLE = 6
"""Words of a cell up to which it states a property; longer ones are notes."""

EXACT = 0.85
"""Agreement from which a cell meets a condition: a state is not met by its synonyms."""

COLUMN = 0.7
"""Agreement from which a word names a column."""

_YES = frozenset(("yes", "true", "y", "x", "done"))
_NO = frozenset(("no", "false", "n", ""))


@dataclass(frozen=True)
class Register:
    """A table seen through a question: the rows that answer, what they give, and how much of it they explain."""

    rows: tuple[Row, ...]
    values: tuple[str, ...]
    all: int
    coverage: float
    missing: float
    conditions: int
    named: bool
    doing: Doing

    @property
    def confidence(self) -> float:
        """0 to 1, by what is explained; a table that the question does not name hardly ever is the one meant."""
        logit = 10.0 * (self.coverage - 0.72) - 6.0 * self.missing + (1.0 if self.named else -2.5)
        logit += 0.5 if self.conditions or self.doing in ("sum", "most", "least") else -1.5
        return 1 / (1 + math.exp(-logit))


@dataclass(frozen=True)
class _Seen:
    """The rows that meet the conditions, the columns named (best first), and how much of the question is explained."""

    rows: tuple[Row, ...]
    columns: tuple[str, ...]
    met: float
    missing: float
    conditions: int
    named: bool


def find_register(rows: Sequence[Row], weighing: Weighing, *, others: frozenset[int]) -> Register | None:
    """The table that explains the question best, with what its rows give; None when there is none.

    `others` are documents that belong to another project than the one asked about.
    """
    doing = doing_of(weighing.asked)
    if weighing.asked.everywhere or doing is None:
        return None
    tables: dict[tuple[int, str], list[Row]] = {}
    for row in rows:
        if row.is_record and row.document.id not in others and not row.document.superseded:
            tables.setdefault(row.table, []).append(row)
    seen = [_register(table, weighing, doing) for table in tables.values() if len(table) > 1]
    fitting = [register for register in seen if register is not None]
    return max(fitting, key=lambda one: (round(one.confidence, 2), len(one.rows)), default=None)


def _register(table: Sequence[Row], weighing: Weighing, doing: Doing) -> Register | None:
    if doing == "count" and _measures(table, weighing):
        return None
    seen = _see(table, weighing, doing)
    given = _given(seen, weighing, doing) if seen.rows else None
    if given is None:
        return None
    values, rows = given
    total = weighing.total or 1.0
    return Register(
        rows, values, len(table), seen.met / total, seen.missing / total, seen.conditions, seen.named, doing
    )


def _given(seen: _Seen, weighing: Weighing, doing: Doing) -> tuple[tuple[str, ...], tuple[Row, ...]] | None:
    """The values that the chosen rows give, with the rows that show them."""
    match doing:
        case "count":
            return (str(len(seen.rows)),), seen.rows
        case "list":
            return labels(seen.rows), seen.rows
        case "sum":
            added = next((found for column in seen.columns if (found := add_up(seen.rows, column))), None)
            return (added.values, added.rows) if added else None
        case _:
            return _outstanding(seen, weighing, least=doing == "least")


def _outstanding(seen: _Seen, weighing: Weighing, *, least: bool) -> tuple[tuple[str, ...], tuple[Row, ...]] | None:
    """The row at the extreme of a column: its name, or its value when the column itself is asked for."""
    for column in seen.columns:
        row = extreme(seen.rows, column, least=least)
        if row is None:
            continue
        wants_value = weighing.asked.kind in ("number", "money", "percent", "duration", "date")
        value = cell_of(row, column) if wants_value else None
        return (value or row.name,), (row,)
    return None


def _see(table: Sequence[Row], weighing: Weighing, doing: Doing) -> _Seen:
    asked = weighing.asked
    chosen = [row for row in table if all(row_on_day(row, span) >= 0.9 for span in asked.spans)]
    met = weighing.date_weight * bool(asked.spans and chosen)
    missing, conditions, named = 0.0, 0, False
    columns: dict[str, float] = {}
    for term in asked.terms:
        weight = weighing.weights[term.stem]
        if term.folded in OPERATORS and doing in ("sum", "most", "least"):
            met += weight
            continue
        power = _of_table(term, table[0], weighing)
        named = named or (power >= 0.8 and (term.stem in asked.focus or term.folded.rstrip("s") == table[0].kind))
        holding = [row for row in chosen if _holds(row, term, weighing)] if term.share > LIGHTEST else []
        if power < 0.8 and holding:
            chosen, power, conditions = holding, 1.0, conditions + 1
        in_columns = _by_column(term, table, weighing, columns)
        power = max(power, in_columns)
        met += weight * power
        missing = max(missing, weight * (1 - power) if power < 0.6 else 0.0)
    named = named or (doing in ("sum", "most", "least") and bool(columns))
    ordered = tuple(sorted(columns, key=lambda column: -columns[column]))
    return _Seen(tuple(chosen), ordered, met, missing, conditions + len(asked.spans), named)


def _of_table(term: Term, row: Row, weighing: Weighing) -> float:
    """Whether the kind of the rows, the heading or the document's name says the word."""
    enough = 0.7 if term.stem in weighing.asked.focus else 0.8
    said = any(weighing.agreement.of(term.stem, scope.stems) >= enough for scope in row.scopes[2:5])
    return 1.0 if said else 0.0


def _by_column(term: Term, table: Sequence[Row], weighing: Weighing, columns: dict[str, float]) -> float:
    """How well the columns' names say the word; the named ones of figures or days are noted with their agreement."""
    found = {cell.name: weighing.agreement.of(term.stem, cell.field_stems) for row in table for cell in row.cells}
    for name, power in found.items():
        if power >= COLUMN:
            columns[name] = columns.get(name, 0.0) + power
    if max(found.values(), default=0.0) >= COLUMN:
        return 0.9
    fields = {fold_field(name) for name in found}
    met = any(term.stem in stems and fields & set(lexeme.fields) for lexeme, stems in weighing.asked.concepts)
    return 0.9 if met else 0.35 if term.stem in weighing.somewhere[table[0].document.id] else 0.0


def _holds(row: Row, term: Term, weighing: Weighing) -> bool:
    """Whether a short cell of the row has the word, or says yes under a column of that name."""
    return any(
        (
            weighing.agreement.of(term.stem, cell.stems) >= EXACT
            and len(cell.fact.value.split()) <= WHOLE
            and not (weighing.asked.counts and cell.fact.value in row.names)
        )
        or (cell.fact.value.casefold() in _YES and weighing.agreement.of(term.stem, cell.field_stems) >= EXACT)
        for cell in row.cells
    )


def _measures(table: Sequence[Row], weighing: Weighing) -> bool:
    """Whether what is counted is a column of figures: then one of them is asked for, not the number of rows."""
    focus = [stem for stem in weighing.asked.focus if stem in weighing.agreement.alike]
    figures = (cell for cell in table[0].cells if figure(cell.fact.value) is not None)
    return any(weighing.agreement.of(stem, cell.field_stems) >= 0.8 for cell in figures for stem in focus)


def labels(rows: Iterable[Row]) -> tuple[str, ...]:
    """What each row is called: its id, else its title."""
    return tuple(dict.fromkeys(row.name for row in rows))
