"""From judged cells to the one answer, or to two current ones that differ; and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rag.lookup.asked import LIGHTEST, Asked
from rag.lookup.dates import days_in
from rag.lookup.explain import Explained
from rag.lookup.fitting import People, canonical
from rag.lookup.rows import document_days, series_of
from rag.lookup.sentences import plain_value

CLOSE = 0.82
"""Share of the best coverage from which another document's value is a rival of equal standing."""


UNNAMED = 1.5
"""What a field loses that neither the question's words nor its form name, in log odds."""


IN_PART = 5.5
"""What a cell loses of whose title the question says only what narrows it, or of whose name the unit, in log odds."""

DANGLING = 4.5
"""What a question loses that points at something it does not name, in log odds."""

TIED = 0.99
"""Share of the best coverage from which two values are equally likely."""


@dataclass(frozen=True)
class Choice:
    """The cells that answer, best first; more than one when current documents differ."""

    cells: tuple[Explained, ...]
    also: tuple[Explained, ...]
    confidence: float
    lead: float


def choose(
    found: Sequence[Explained], asked: Asked, *, people: People, told: Sequence[Explained] = ()
) -> Choice | None:
    """The best cell with its confidence; None when no cell explains anything. `told` are sentences: rivals only."""
    ranked = sorted((one for one in found if one.score > 0), key=lambda one: (-one.score, one.row.order))
    ranked = _newest_of_series(ranked, asked)
    if not ranked:
        return None
    best = ranked[0]
    meant = _meant(best, asked, people)
    same = tuple(one for one in ranked[1:] if _meant(one, asked, people) == meant)
    others = [one for one in ranked[1:] if _meant(one, asked, people) != meant]
    rivals = () if _is_torn(best, others) else _rivals(best, [*ranked, *told], asked, people)
    shown = {id(one) for one in rivals}
    second = next((one.score for one in others if id(one) not in shown), 0.0)
    lead = (best.score - second) / best.score
    return Choice((best, *rivals), same, confidence(best, lead, asked), lead)


def _is_torn(best: Explained, others: Sequence[Explained]) -> bool:
    """Whether the best one's own document says something else as well: then it is unclear what is asked for."""
    return any(one.row.document.id == best.row.document.id and one.score >= TIED * best.score for one in others[:8])


def confidence(best: Explained, margin: float, asked: Asked) -> float:
    """0 to 1: chance that the cell answers, from what it explains, how its field is named, and the lead it has.

    Coefficients are set by hand on two sets of questions with their answers and near misses: half the question
    unexplained is a no, a field that nothing names needs everything else, a question of one word is hardly one.
    """
    lead = min(margin, 0.25) / 0.25
    logit = 11.0 * (best.coverage - 0.82) + 3.0 * (best.named - 0.6) + 3.0 * (lead - 0.4)
    logit -= 8.5 * best.missing + UNNAMED * (best.named < 0.3)
    logit -= 5.0 * (1 - best.fit) + 4.0 * max(0.0, 1 - best.standing)
    logit -= DANGLING * asked.dangles + IN_PART * best.in_part
    return 1 / (1 + math.exp(-logit))


def _newest_of_series(ranked: list[Explained], asked: Asked) -> list[Explained]:
    """Of dated files of one series only the newest speaks, unless the question names a day or wants the old one."""
    if asked.spans or asked.wants_old:
        return ranked
    newest: dict[tuple[str, str], str] = {}
    for one in ranked:
        series = (series_of(one.row.document), one.cell.fact.field)
        newest[series] = max(newest.get(series, ""), _age(one))
    return [one for one in ranked if _age(one) == newest[series_of(one.row.document), one.cell.fact.field]]


def _age(one: Explained) -> str:
    document = one.row.document
    named = document_days(document.path, document.title)
    return max((f"{day.year}-{day.month:02}-{day.day:02}" for day in named if day.year), default=document.path)


def _rivals(best: Explained, ranked: Sequence[Explained], asked: Asked, people: People) -> tuple[Explained, ...]:
    """The best of each other current document that says the same thing with another value, and only that one."""
    if best.row.document.superseded or asked.wants_old:
        return ()
    by_document: dict[int, list[Explained]] = {}
    for one in ranked:
        document = one.row.document
        if document.superseded or document.id == best.row.document.id or one.fit < min(best.fit, 0.7):
            continue
        if one.cell.is_sentence and plain_value(one.cell.fact.value, asked.kind, people=people) is None:
            continue
        if one.coverage >= CLOSE * best.coverage and _means_the_same(best, one, asked):
            by_document.setdefault(document.id, []).append(one)
    distinct = {canonical(best.cell.fact.value, people=people, today=asked.today): best}
    for found in by_document.values():
        found.sort(key=lambda one: -one.score)
        tied = [one for one in found if one.score >= 0.97 * found[0].score]
        values = {_meant(one, asked, people) for one in tied}
        if len(values) == 1:
            distinct.setdefault(values.pop(), tied[0])
    return tuple(list(distinct.values())[1:3])


def _meant(one: Explained, asked: Asked, people: People) -> str:
    value = one.cell.fact.value
    stated = plain_value(value, asked.kind, people=people) if one.cell.is_sentence else None
    return canonical(stated or value, people=people, today=asked.today)


def _means_the_same(one: Explained, other: Explained, asked: Asked) -> bool:
    """Equal words explained as well, and fields that speak of the same: then two values contradict each other."""
    allowed = 0.35 if other.cell.is_sentence else 0.2
    heavy = [term.stem for term in asked.terms if term.share > LIGHTEST]
    if any(abs(one.share[term] - other.share[term]) > allowed for term in heavy):
        return False
    if other.cell.is_sentence:
        return asked.kind in ("person", "date")
    if one.cell.field_stems & other.cell.field_stems:
        return True
    if asked.kind not in ("person", "date"):
        return False
    by_kind = min(one.named, other.named) >= 0.6 and one.fit >= 0.7
    return by_kind and (not days_in(one.cell.fact.value) or max(one.named, other.named) <= 0.6)
