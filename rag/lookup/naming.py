"""How well the name of a field or of its row says what a question asks for, apart from what surrounds the value."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag.fields.folding import fold_field
from rag.ground.words import stem
from rag.lookup.asked import LIGHTEST, Asked, Term
from rag.lookup.dates import days_in
from rag.lookup.rows import Cell, Row
from rag.lookup.stems import Agreement, stems_of

SPOKEN_BY_KIND = 0.6
"""How well a field is named by the form of the question alone (who, when), or by its row's name."""

SECONDARY = 0.85
"""What the field of a second one loses when the question does not ask for the second."""

BOOKKEEPING = 0.5
"""What a date of keeping books loses when it is not named."""

LIMIT = 0.7
"""What is left of a target or a limit when the question asks how it is, not how it shall be."""

UNASKED_NAME, UNASKED_FIELD = 0.985, 0.97
"""What each word of a row's or a field's name costs in rank that the question does not say."""

_SECONDARY = frozenset(stem(word) for word in "second secondary backup deputy substitute old previous former".split())
_BOOKKEEPING = frozenset(
    stem(word)
    for word in "raised agreed since updated created changed modified review opened reported logged was".split()
)
_LIMITS = frozenset(
    stem(word)
    for word in "target threshold limit goal minimum maximum max min ceiling floor allowed agreed bound cap "
    "objective required at least most under above planned budgeted expected estimated forecast".split()
)
_BOUND = re.compile(r"\s*(?:[<>≤≥]|at (?:least|most)\b|max(?:imum)?\b|min(?:imum)?\b|under\b|below\b|above\b)", re.I)
_LINKING = re.compile(r"\s(?:of|for|in|on|at|to|after|before|with|from|by|about|during|without|under|over|per)\s", re.I)
_UNITS = frozenset(
    stem(word)
    for word in "days weeks months years hours minutes seconds milliseconds percent euros dollars pounds eur usd gbp "
    "ms s min h pct".split()
)
_MAILED = frozenset(stem(word) for word in "mail email message sent send wrote write reply answer".split())
_FIGURES = frozenset(("number", "money", "percent", "duration", "thing"))
_FIGURE = re.compile(r"[<>=≤≥~]*\s*[-+€$£]?\s*(?:EUR|USD|GBP)?\s*\d")


def telling(term: Term, asked: Asked) -> float:
    """How much a field says by being named with this word: most with the noun asked for ("which *office*")."""
    if term.share <= LIGHTEST:
        return 0.6
    if asked.counts:  # "how many visitors *tasted*": the verb narrows the noun
        return 0.9 if term.stem in asked.focus[:1] else 1.0
    return 1.0 if term.stem in asked.focus or not asked.focus else 0.85


def is_only_unit(term: Term, cell: Cell, asked: Asked) -> bool:
    """Whether the term is the unit in a field's name whose other words the question leaves out: overlap_weeks."""
    if term.stem not in _UNITS:
        return False
    said = {one.stem for one in asked.terms}
    return bool(stems_of(cell.name) - _UNITS) and not (cell.field_stems - _UNITS) & said


def conceived(cell: Cell, asked: Asked) -> frozenset[str]:
    """The stems of the question's words that mean the trade concept this field is kept in."""
    name = fold_field(cell.name)
    met = [stems for lexeme, stems in asked.concepts if name in lexeme.fields]
    return frozenset().union(*met)


def by_form(row: Row, at: int, asked: Asked, fits: float) -> float:
    """How well a field is named without any of the question's words in its name."""
    if asked.kind in ("person", "date"):
        return SPOKEN_BY_KIND if fits >= 0.7 else 0.0
    return SPOKEN_BY_KIND if asked.kind in _FIGURES and _is_named_by_row(row, at, asked) else 0.0


def _is_named_by_row(row: Row, at: int, asked: Asked) -> bool:
    """A row named after the thing measured names its only figure: "Budget used | 90 %"."""
    if len(row.cells[at].fact.value) > 24 or not row.is_record:
        return False
    figures = [cell for cell in row.cells if _FIGURE.match(cell.fact.value)]
    wanted = asked.focus or [term.stem for term in asked.terms if term.share > LIGHTEST]
    return figures == [row.cells[at]] and not row.scopes[0].stems.isdisjoint(wanted)


def beside_the_point(cell: Cell, asked: Asked, named: float, agreement: Agreement) -> float:
    """1, or less for the second of two when the first is meant, and for dates that only keep books."""
    if _SECONDARY & cell.field_stems and not any(
        agreement.of(term.stem, cell.field_stems & _SECONDARY) for term in asked.terms
    ):
        return SECONDARY
    if asked.kind in _FIGURES and not _LIMITS & {term.stem for term in asked.terms}:
        return LIMIT if _LIMITS & cell.field_stems or _BOUND.match(cell.fact.value) else 1.0
    if asked.kind != "date":
        return 1.0
    if cell.fact.origin == "header" and not _MAILED & {term.stem for term in asked.terms}:
        return 0.0
    return BOOKKEEPING if named <= SPOKEN_BY_KIND and _BOOKKEEPING & cell.field_stems else 1.0


def is_in_part(title: str, asked: Asked, agreement: Agreement) -> bool:
    """Whether the question says what narrows a title and nothing of its head: "the fix" of "Check after the fix"."""
    head, link, rest = title.partition(match[0]) if (match := _LINKING.search(title)) else (title, "", "")
    heads, rests = stems_of(head), stems_of(rest)
    if not (link and heads and rests):
        return False
    terms = [term.stem for term in asked.terms]
    return any(agreement.of(term, rests) for term in terms) and not any(agreement.of(term, heads) for term in terms)


def plainness(row: Row, cell: Cell, alike: Mapping[str, Mapping[str, float]]) -> float:
    """Slightly less for each word of the names that the question leaves out: the plain one is meant."""
    asked = frozenset().union(*alike.values())
    own = row.scopes[1].stems if any(days_in(name) for name in row.names) else row.scopes[0].stems | row.scopes[1].stems
    row_words, field_words = own - asked, cell.field_stems - asked
    return UNASKED_NAME ** min(len(row_words), 6) * UNASKED_FIELD ** min(len(field_words), 4)
