"""From judged cells to the one answer, or to two current ones that differ; and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rag.lookup.asked import Asked
from rag.lookup.dates import days_in
from rag.lookup.explain import Explained
from rag.lookup.fitting import People, canonical
from rag.lookup.rows import document_days, series_of

CLOSE = 0.9
"""Share of the best score from which another document's value is a rival of equal standing."""


@dataclass(frozen=True)
class Choice:
    """The cells that answer, best first; more than one when current documents differ."""

    cells: tuple[Explained, ...]
    also: tuple[Explained, ...]
    confidence: float
    lead: float


def choose(found: Sequence[Explained], asked: Asked, *, people: People) -> Choice | None:
    """The best cell with its confidence; None when no cell explains anything."""
    ranked = sorted((one for one in found if one.score > 0), key=lambda one: (-one.score, one.row.order))
    ranked = _newest_of_series(ranked, asked)
    if not ranked:
        return None
    best = ranked[0]
    meant = canonical(best.cell.fact.value, people=people, today=asked.today)
    same = [one for one in ranked[1:] if canonical(one.cell.fact.value, people=people, today=asked.today) == meant]
    others = [one for one in ranked[1:] if one not in same]
    rivals = _rivals(best, ranked, asked, people)
    near = [one for one in others if one not in rivals]
    margin = best.score - max((one.score for one in near[:1]), default=0.0)
    lead = margin / best.score
    return Choice((best, *rivals), tuple(same), confidence(best, lead), lead)


def confidence(best: Explained, margin: float) -> float:
    """0 to 1: chance that the cell answers, from what it explains, how its field is named, and the lead it has.

    Coefficients are set by hand: half the question unexplained is a no, an unnamed field halves the odds.
    """
    lead = min(margin, 0.25) / 0.25
    logit = 9.0 * (best.coverage - 0.72) + 5.0 * (best.named - 0.6) + 4.0 * (lead - 0.5)
    logit -= 10.0 * best.missing + 3.0 * (1 - best.fit) + 4.0 * max(0.0, 1 - best.standing)
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
    days = [f"{day.year}-{day.month:02}-{day.day:02}" for day in document_days(document.path, document.title) if day.year]
    return max(days, default="") or document.path


def _rivals(best: Explained, ranked: Sequence[Explained], asked: Asked, people: People) -> tuple[Explained, ...]:
    """The best of each other current document that says the same thing with another value, and only that one."""
    if best.row.document.superseded or asked.wants_old:
        return ()
    by_document: dict[int, list[Explained]] = {}
    for one in ranked:
        document = one.row.document
        if document.superseded or document.id == best.row.document.id or one.fit < best.fit:
            continue
        if one.coverage >= CLOSE * best.coverage and _means_the_same(best, one, asked):
            by_document.setdefault(document.id, []).append(one)
    distinct = {canonical(best.cell.fact.value, people=people, today=asked.today): best}
    for found in by_document.values():
        tied = [one for one in found if one.score >= 0.97 * found[0].score]
        values = {canonical(one.cell.fact.value, people=people, today=asked.today) for one in tied}
        if len(values) == 1:
            distinct.setdefault(values.pop(), tied[0])
    return tuple(list(distinct.values())[1:3])


def _means_the_same(one: Explained, other: Explained, asked: Asked) -> bool:
    """Equal words explained as well, and fields that speak of the same: then two values contradict each other."""
    if any(abs(one.share[term] - other.share[term]) > 0.2 for term in one.share):
        return False
    if one.cell.field_stems & other.cell.field_stems:
        return True
    if asked.kind not in ("person", "date"):
        return False
    by_kind = min(one.named, other.named) >= 0.6 and one.fit >= 0.7
    return by_kind and (not days_in(one.cell.fact.value) or max(one.named, other.named) <= 0.6)
