"""How completely a fact explains a question: every content word has to stand somewhere around the value."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from rag.fields.folding import fold_field
from rag.ground.words import stem
from rag.lookup.asked import Asked, Term
from rag.lookup.dates import Span, days_in
from rag.lookup.fitting import People, fit
from rag.lookup.rows import Cell, Row, document_days
from rag.lookup.stems import Agreement

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

SPOKEN_BY_KIND = 0.6
"""How well a field is named by the form of the question alone: who, when."""

FAINT = 0.6
"""Below this a word counts as missing: it stands near the fact, but does not describe it."""

SECONDARY = 0.85
"""What the field of a second one loses when the question does not ask for the second."""

BOOKKEEPING = 0.5
_BOOKKEEPING = frozenset(
    stem(word)
    for word in "raised agreed since updated created changed modified review opened reported logged was".split()
)
_LIGHT_SHARE = 0.3
_SHORT_KINDS = frozenset(("person", "date"))
_FORM = re.compile(r"[\d.]+")
_MAILED = frozenset(stem(word) for word in "mail email message sent send wrote write reply answer".split())
_FIGURES = frozenset(("number", "money", "percent", "duration", "thing"))
_FIGURE = re.compile(r"[<>=≤≥~]*\s*[-+€$£]?\s*(?:EUR|USD|GBP)?\s*\d")

_SECONDARY = frozenset(stem(word) for word in "second secondary backup deputy substitute old previous former".split())

OTHER_PROJECT = 0.45
SUPERSEDED = 0.75
HARD_MISSING = 0.45


@dataclass(frozen=True)
class Explained:
    """A cell with what speaks for it. `share` maps a term to how well it is explained, `score` is 0 to 1;
    `standing` is below 1 for another project, a superseded document, a number or a day that is not met."""

    row: Row
    cell: Cell
    score: float
    coverage: float
    named: float
    fit: float
    missing: float
    standing: float
    share: Mapping[str, float]
    in_own: frozenset[str]


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
    spans = tuple(span for span in asked.spans if not span.soft or any(row_on_day(row, span) == 1 for row in rows))
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
    factor = _standing(row, asked) * project_fit(row, asked, folders)
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
    concepts = _conceived(cell, asked)
    share: dict[str, float] = {}
    own: set[str] = set()
    named = 0.0
    own_power = TOLD if cell.is_sentence and asked.kind in _SHORT_KINDS else OWN_VALUE
    for term in asked.terms:
        in_field = max(weighing.agreement.of(term.stem, cell.field_stems), CONCEPT if term.stem in concepts else 0.0)
        named = max(named, in_field * _telling(term, asked))
        beside = 0.95 * max((value[term.stem] for other, value in enumerate(values) if other != at), default=0.0)
        without_own = max(in_field, beside, around[term.stem])
        inside = own_power * values[at][term.stem]
        share[term.stem] = 0.0 if _named_otherwise(term, row, cell, weighing) else max(without_own, inside)
        if inside >= without_own:
            own.add(term.stem)
    when = min((row_on_day(row, span) for span in asked.spans), default=1.0)
    met = sum(weighing.weights[stem] * power for stem, power in share.items())
    coverage = (met + when * weighing.date_weight * bool(asked.spans)) / (weighing.total or 1.0)
    fits = fit(cell.fact.value, asked.kind, people=people) * _adds(cell, asked)
    hard = sum(1 for term in asked.terms if term.is_hard and share[term.stem] < 0.5 and term.share >= 1)
    hard += when < 0.5
    named = max(named, _by_kind(asked, fits), _by_label(row, at, asked, around))
    factor *= _beside_the_point(cell, asked, named)
    if _SECONDARY & cell.field_stems and not any(share[t.stem] for t in asked.terms if _meets(t, cell, weighing)):
        factor *= SECONDARY
    factor *= HARD_MISSING**hard
    score = coverage * (0.7 + 0.3 * named) * fits * factor
    missing = max((weighing.weights[t] * (1 - power) for t, power in share.items() if power < FAINT), default=0.0)
    return Explained(
        row, cell, score, coverage, named, fits, missing / (weighing.total or 1), factor, share, frozenset(own)
    )


def _telling(term: Term, asked: Asked) -> float:
    """How much a field says by being named with this word: most with the noun asked for ("which *office*")."""
    if term.share <= _LIGHT_SHARE:
        return 0.6
    return 1.0 if term.stem in asked.focus or not asked.focus else 0.85


def _named_otherwise(term: Term, row: Row, cell: Cell, weighing: Weighing) -> bool:
    """Whether the row itself bears another identifier of the same form: v3.1 where v3.2 is asked for."""
    form = _FORM.sub("#", term.stem)
    if not term.is_hard or form == "#":
        return False
    own = row.scopes[0].stems | row.scopes[1].stems | cell.field_stems
    same = {stem for stem in own if stem[0] == form[0] and _FORM.sub("#", stem) == form}
    return bool(same) and not same & weighing.agreement.alike[term.stem].keys()


def _meets(term: Term, cell: Cell, weighing: Weighing) -> bool:
    return weighing.agreement.of(term.stem, cell.field_stems & _SECONDARY) > 0


def _by_kind(asked: Asked, fits: float) -> float:
    return SPOKEN_BY_KIND if asked.kind in ("person", "date") and fits >= 0.7 else 0.0


def _by_label(row: Row, at: int, asked: Asked, around: Mapping[str, float]) -> float:
    """A row named after the thing measured names its only figure: "Budget used | 90 %"."""
    if asked.kind not in _FIGURES or len(row.cells[at].fact.value) > 24 or not row.is_record:
        return 0.0
    figures = [cell for cell in row.cells if _FIGURE.match(cell.fact.value)]
    label = row.scopes[0].stems
    if figures != [row.cells[at]] or not any(around[stem] and stem in label for stem in asked.focus if stem in around):
        return 0.0
    return SPOKEN_BY_KIND


def _beside_the_point(cell: Cell, asked: Asked, named: float) -> float:
    """Dates of keeping books (raised, agreed, updated) are no answer to a plain when."""
    if asked.kind == "date" and cell.fact.origin == "header" and not _MAILED & {term.stem for term in asked.terms}:
        return 0.0
    if asked.kind != "date" or named > SPOKEN_BY_KIND:
        return 1.0
    return BOOKKEEPING if _BOOKKEEPING & cell.field_stems else 1.0


def _conceived(cell: Cell, asked: Asked) -> frozenset[str]:
    """The stems of the question's words that mean the concept this field is kept in."""
    name = fold_field(cell.name)
    met = [stems for lexeme, stems in asked.concepts if name in lexeme.fields]
    return frozenset().union(*met)


def _adds(cell: Cell, asked: Asked) -> float:
    """0 for a value that only repeats the question's own words."""
    known = {term.stem for term in asked.terms}
    return 0.0 if cell.stems and cell.stems <= known else 1.0


def row_on_day(row: Row, span: Span) -> float:
    """Whether the row is about the days asked for: by its own cells, else by heading or document."""
    dated = False
    for cell in row.cells:
        if len(cell.fact.value) > 60:
            continue
        length = 7 if "week" in cell.field_stems else 1
        for day in days_in(cell.fact.value):
            near = day.near(span.first)
            if near and span.holds(near, days=length):
                return 1.0
            dated = dated or cell is row.cells[0] or length == 7
    if dated:
        return 0.0
    around = (*document_days(row.document.path, row.document.title), *days_in(row.heading))
    if any((near := day.near(span.first)) and span.holds(near) for day in around):
        return 0.95
    long = (day for cell in row.cells for day in days_in(cell.fact.value))
    return 0.8 if any((near := day.near(span.first)) and span.holds(near) for day in long) else 0.0


def _standing(row: Row, asked: Asked) -> float:
    if row.document.superseded:
        return 1.1 if asked.wants_old else SUPERSEDED
    return SUPERSEDED if asked.wants_old else 1.0


def project_fit(row: Row, asked: Asked, folders: frozenset[str]) -> float:
    """Less for what lies in the folder of another project than the one the question names."""
    known = {term.stem for term in asked.terms}
    named = {folder for folder in folders if _folder_stems(folder) & known}
    if not named or len(named) == len(folders):
        return 1.0
    own = next((folder for folder in folders if row.document.path.startswith(folder + "/")), None)
    return 1.0 if own is None or own in named else OTHER_PROJECT


def _folder_stems(folder: str) -> frozenset[str]:
    from rag.lookup.stems import stems_of

    return stems_of(PurePosixPath(folder).name.replace("-", " "))
