"""How completely a fact explains a question: every content word has to stand somewhere around the value."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.lookup.asked import LIGHTEST, Asked, Term
from rag.lookup.dates import Span
from rag.lookup.fitting import People, fit
from rag.lookup.naming import beside_the_point, by_form, conceived, is_in_part, is_only_unit, plainness, telling
from rag.lookup.operations import is_figure
from rag.lookup.rows import Cell, Row
from rag.lookup.standing import project_fit, row_on_day, standing
from rag.lookup.stems import Agreement
from rag.lookup.verdict import is_state, is_state_of, speaks

OWN_VALUE = 0.6
"""What a question's word counts that stands in the value itself: it repeats rather than answers."""

TOLD = 0.9
"""What it counts in a sentence of which only the day, the person or the figure is given as the answer."""

INTRODUCED = 0.55
"""What a word counts that stands shortly before a table."""

SOMEWHERE = 0.35
"""What a word counts that stands anywhere in the document."""

CONCEPT = 0.9
"""What the words of a trade concept count in a field that this concept is kept in."""

COUNTED_BESIDE = 0.7
"""What the noun that is counted keeps in a figure, when another column of figures bears its name."""

ONLY_UNIT = 0.2
"""How far a field is named by its unit alone: weeks of overlap are no weeks of work."""

MANNER = 0.25
"""What a manner of speaking ("hangs", "has this year") weighs where nothing says it."""

FAINT = 0.6
"""Below this a word counts as missing: it stands near the fact, but does not describe it."""

HARD_MISSING = 0.45
"""What is left of a fact when a number, an identifier or a day of the question is not met."""

_SHORT_KINDS = frozenset(("person", "date"))
_YEAR = re.compile(r"20\d\d")
_FORM = re.compile(r"[\d.]+")


@dataclass(frozen=True)
class Explained:
    """A cell with what speaks for it.

    `share` maps a term to how well it is explained, `score` is 0 to 1; `standing` is below 1 for another project, a
    superseded document, a number or a day that is not met. `in_part` says that of the row's title only what narrows it
    is asked for, or of the field's name only its unit.
    """

    row: Row
    cell: Cell
    score: float
    coverage: float
    named: float
    fit: float
    missing: float
    standing: float
    share: Mapping[str, float]
    in_part: bool = False


@dataclass(frozen=True)
class Weighing:
    """The weights of the question's terms on one shelf."""

    asked: Asked
    agreement: Agreement
    weights: Mapping[str, float]
    date_weight: float
    somewhere: Mapping[int, frozenset[str]]

    @property
    def total(self) -> float:
        return sum(self.weights.values()) + self.date_weight * bool(self.asked.spans)


def weigh(asked: Asked, rows: Sequence[Row]) -> Weighing:
    """Weigh each term by how rare it is among the rows; a word that no row knows weighs most."""
    spans = tuple(_resolved(span, rows) for span in asked.spans)
    spans = tuple(span for span in spans if not span.soft or any(row_on_day(row, span) == 1 for row in rows))
    asked = replace(asked, spans=spans)
    vocabulary: set[str] = set()
    counts: Counter[str] = Counter()
    wanted = frozenset(term.stem for term in asked.terms)
    everything = [_everything(row) for row in rows]
    for stems in everything:
        vocabulary |= stems
    agreement = Agreement([term.stem for term in asked.terms], vocabulary, joined=asked.joined)
    for stems in everything:
        counts.update(term for term in wanted if not stems.isdisjoint(agreement.alike[term]))
    total = len(rows) or 1
    weights = {term.stem: term.share * math.log(1 + (total + 1) / (counts[term.stem] + 0.5)) for term in asked.terms}
    top = max(weights.values(), default=1.0)
    texts = {row.document.id: row.document.text for row in rows}
    somewhere = {document: _standing_in(asked.terms, text.lower()) for document, text in texts.items()}
    return Weighing(asked, agreement, weights, max(0.7 * top, math.log(1 + total / 20)), somewhere)


def _resolved(span: Span, rows: Sequence[Row]) -> Span:
    """A day without its year is that of the nearest year in which a row has it."""
    if not span.yearless:
        return span
    years = (span.first.year + shift for shift in (0, -1, 1, -2))
    return next(
        (moved for year in years if any(row_on_day(row, moved := span.in_year(year)) >= 0.95 for row in rows)), span
    )


def _standing_in(terms: Sequence[Term], text: str) -> frozenset[str]:
    return frozenset(term.stem for term in terms if _stands_in(term, text))


def _everything(row: Row) -> frozenset[str]:
    parts = [scope.stems for scope in row.scopes]
    return frozenset().union(*parts, *(cell.stems for cell in row.cells))


def explain_row(row: Row, weighing: Weighing, *, people: People, folders: frozenset[str]) -> list[Explained]:
    """Every cell of a row judged; rows that explain next to nothing give nothing."""
    asked, agreement = weighing.asked, weighing.agreement
    around = {term.stem: _around(term, row, weighing) for term in asked.terms}
    values = [{term.stem: agreement.of(term.stem, cell.stems) for term in asked.terms} for cell in row.cells]
    best = {stem: max(power, *(value[stem] for value in values)) for stem, power in around.items()}
    if sum(weighing.weights[stem] * power for stem, power in best.items()) < 0.3 * weighing.total:
        return []
    factor = standing(row, asked) * project_fit(row, asked, folders)
    return [
        _explain(row, at, weighing, around=around, values=values, people=people, factor=factor)
        for at in range(len(row.cells))
    ]


def _around(term: Term, row: Row, weighing: Weighing) -> float:
    known, agreement = weighing.agreement.alike[term.stem], weighing.agreement
    found = 0.0
    if known or row.cells[0].is_sentence:
        found = max(scope.weight * agreement.of(term.stem, scope.stems) for scope in row.scopes)
    if found >= INTRODUCED or term.stem not in weighing.somewhere.get(row.document.id, frozenset()):
        return found
    return INTRODUCED if _stands_in(term, row.introduction) else max(found, SOMEWHERE)


def _stands_in(term: Term, text: str) -> bool:
    """Whether a word stands in a running lower-case text, by its stem alone: it only supports."""
    if term.is_hard or len(term.stem) < 4:
        return term.folded in text and re.search(rf"(?<![\w.]){re.escape(term.folded)}(?!\w)", text) is not None
    return term.stem in text


def _explain(
    row: Row,
    at: int,
    weighing: Weighing,
    *,
    around: Mapping[str, float],
    values: Sequence[Mapping[str, float]],
    people: People,
    factor: float,
) -> Explained:
    asked, cell = weighing.asked, row.cells[at]
    concepts = conceived(cell, asked)
    share: dict[str, float] = {}
    named = 0.0
    own_power = TOLD if asked.kind == "yes_no" or (cell.is_sentence and asked.kind in _SHORT_KINDS) else OWN_VALUE
    figures = frozenset().union(*(one.field_stems for one in row.cells if one is not cell and is_figure(one)))
    for term in asked.terms:
        in_field = max(weighing.agreement.of(term.stem, cell.field_stems), CONCEPT if term.stem in concepts else 0.0)
        named = max(named, in_field * telling(term, asked) * (ONLY_UNIT if is_only_unit(term, cell, asked) else 1.0))
        beside = 0.95 * max((value[term.stem] for other, value in enumerate(values) if other != at), default=0.0)
        if asked.counts and term.stem in asked.focus[:1]:
            columns = max(weighing.agreement.of(term.stem, one.field_stems) for one in row.cells)
            counted = weighing.agreement.of(term.stem, figures) >= FAINT and not _is_meant(cell, term, weighing)
            beside = max(beside, 0.95 * columns * (COUNTED_BESIDE if counted else 1.0))
        without_own = max(in_field, beside, around[term.stem])
        inside = own_power * values[at][term.stem]
        if asked.kind == "yes_no" and is_state(term.stem) and is_state_of(cell):
            inside = 1.0
        share[term.stem] = 0.0 if _named_otherwise(term, row, cell, weighing) else max(without_own, inside)
    when = min((row_on_day(row, span) for span in asked.spans), default=1.0)
    weights = {term.stem: weighing.weights[term.stem] * _manner(term, share[term.stem]) for term in asked.terms}
    total = sum(weights.values()) + weighing.date_weight * bool(asked.spans) or 1.0
    met = sum(weights[stem] * power for stem, power in share.items())
    coverage = (met + when * weighing.date_weight * bool(asked.spans)) / total
    fits = speaks(cell) if asked.kind == "yes_no" else fit(cell.fact.value, asked.kind, people=people)
    fits *= _adds(cell, asked)
    hard = sum(1 for term in asked.terms if term.is_hard and share[term.stem] < 0.5 and term.share >= 1)
    hard += when < 0.5
    named = max(named, by_form(row, at, asked, fits))
    factor *= beside_the_point(cell, asked, named, weighing.agreement)
    factor *= HARD_MISSING**hard
    score = coverage * (0.7 + 0.3 * named) * fits * factor * plainness(row, cell, weighing.agreement.alike)
    heavy = (term.stem for term in asked.terms if term.share > LIGHTEST and share[term.stem] < FAINT)
    missing = max((weights[one] * (1 - share[one]) for one in heavy), default=0.0)
    measured = [term for term in asked.terms if asked.counts and term.stem in asked.focus]
    in_part = is_in_part(row.label, asked, weighing.agreement)
    in_part = in_part or any(is_only_unit(term, cell, asked) for term in measured)
    return Explained(row, cell, score, coverage, named, fits, missing / total, factor, share, in_part)


def _is_meant(cell: Cell, counted: Term, weighing: Weighing) -> bool:
    """Whether the field is named by what is said of the noun that is counted: visitors who *tasted*."""
    said = (term.stem for term in weighing.asked.terms if term.share >= 1 and term is not counted)
    return any(weighing.agreement.of(stem, cell.field_stems) >= FAINT for stem in said)


def _manner(term: Term, power: float) -> float:
    """What is left of the weight of a word that may only be a manner of speaking, where it is not said."""
    return MANNER if term.excused and power < FAINT else 1.0


def _named_otherwise(term: Term, row: Row, cell: Cell, weighing: Weighing) -> bool:
    """Whether the row itself bears another identifier of the same form: v3.1 where v3.2 is asked for."""
    form = _FORM.sub("#", term.stem)
    if not term.is_hard or form == "#":
        return False
    own = row.scopes[0].stems | row.scopes[1].stems | cell.field_stems
    same = {stem for stem in own if stem[0] == form[0] and _FORM.sub("#", stem) == form}
    return bool(same) and not same & weighing.agreement.alike[term.stem].keys()


def _adds(cell: Cell, asked: Asked) -> float:
    """0 for a value that only repeats the question's own words; a yes may."""
    if asked.kind == "yes_no":
        return 1.0
    known = {term.stem for term in asked.terms}
    told = {stem for stem in cell.stems if not _YEAR.fullmatch(stem)} or cell.stems
    return 0.0 if told and told <= known else 1.0
