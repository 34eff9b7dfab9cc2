"""Limits in list questions: "more than 3", "before 1 December"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from rag.records.asking import Asking
from rag.records.conditions import Operator
from rag.records.known import KnownValues
from rag.records.vocabulary import Concept

_COMPARE: tuple[tuple[str, Operator], ...] = (
    ("more than", "more"),
    ("greater than", "more"),
    ("larger than", "more"),
    ("higher than", "more"),
    ("over", "more"),
    ("above", "more"),
    ("exceeding", "more"),
    ("at least", "at_least"),
    ("less than", "less"),
    ("fewer than", "less"),
    ("lower than", "less"),
    ("smaller than", "less"),
    ("under", "less"),
    ("below", "less"),
    ("at most", "at_most"),
    ("up to", "at_most"),
)
TIME_WORDS = frozenset("before after since until by in on during from between".split())


def comparison(words: Sequence[str]) -> tuple[Operator, int] | None:
    """The comparison these words begin with, and how many words it takes."""
    text = " ".join(words) + " "
    found = ((operator, len(phrase.split())) for phrase, operator in _COMPARE if text.startswith(phrase + " "))
    return next(found, None)


def limits(words: Sequence[str]) -> bool:
    """Whether a limit of time or number begins here."""
    return comparison(words) is not None or (bool(words) and words[0] in TIME_WORDS)


def bounded(lead: str, span: tuple[date, date]) -> tuple[date | None, date | None]:
    """First and last day of "before", "after" and so on a span of time."""
    first, last = span
    bounds: dict[str, tuple[date | None, date | None]] = {
        "before": (None, first - timedelta(days=1)),
        "after": (last + timedelta(days=1), None),
        "since": (first, None),
        "until": (None, last),
        "by": (None, last),
    }
    return bounds.get(lead, (first, last))


def nearest_date(unbound: Sequence[Concept], *, known: KnownValues, asking: Asking) -> Concept | None:
    """The date that a span of time limits: named before, or its verb is spoken, or the only one there is."""
    named = [concept for concept in unbound if concept.answers == "date" and known.has(concept)]
    if named:
        return named[-1]
    here = [concept for concept in asking.vocabulary.concepts if concept.answers == "date" and known.has(concept)]
    spoken = {word.text for word in asking.question.words}
    verbs = [concept for concept in here if any(set(phrase.split()) <= spoken for phrase in concept.phrases)]
    if verbs or len(here) == 1:
        return (verbs or here)[0]
    return next((concept for concept in here if concept.name == "due"), None)
