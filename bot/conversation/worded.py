"""A told answer with what a model may add to it: other words for a quoted source, a sentence above the records."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation.told import Told
from bot.conversation.writing import Assignment, ModelRoom, in_words, is_for_lead, is_for_words
from rag.model import Answer

if TYPE_CHECKING:
    from rag.writing.writer import Written

Show = Callable[[Told], None]


def in_model_words(told: Told, assignment: Assignment, model: ModelRoom, *, show: Show) -> Told:
    """The answer as a model puts it where all of that stands in its sources; else as it is.

    `show` gets the answer as it is at once, and then every sentence that stands.
    """
    if is_for_words(assignment.quoted):
        return _worded(told, assignment, model, show=show)
    if is_for_lead(assignment.quoted):
        return _led(told, assignment, model, show=show)
    return told


def _worded(told: Told, assignment: Assignment, model: ModelRoom, *, show: Show) -> Told:
    show(told)
    first = _since(assignment)

    def show_so_far(answer: Answer) -> None:
        if (partial := in_words(assignment.quoted, answer)) is not None:
            show(replace(told, outcome=partial, tier="model"))

    written = model.write(assignment, show=show_so_far)
    if written is None:
        return told
    shown = in_words(assignment.quoted, written.answer)
    model.keep(assignment, written, shown=shown.text if shown else None)
    told = replace(_timed(told, assignment, written, first), quoted=assignment.quoted)
    return replace(told, outcome=shown, tier="model") if shown else told


def _led(told: Told, assignment: Assignment, model: ModelRoom, *, show: Show) -> Told:
    from rag.writing.lead import lead_of

    show(told)
    first = _since(assignment)
    written = model.write_lead(assignment)
    if written is None:
        return told
    lead = lead_of(assignment.quoted, written.answer)
    model.keep(assignment, written, shown=lead)
    return replace(_timed(told, assignment, written, first), lead=lead or "")


def _timed(told: Told, assignment: Assignment, written: Written, first_visible: float) -> Told:
    """With what it took and cost."""
    timings = {"first_visible": first_visible, **written.timings_ms, "total": _since(assignment)}
    cost = float(written.completion.cost_usd or 0) if written.completion else 0.0
    second = written.completion is not None and written.completion.tier == "second"
    return replace(told, timings_ms=timings, cost_usd=told.cost_usd + cost, by_second=second)


def _since(assignment: Assignment) -> float:
    """Milliseconds since the question came in."""
    return (time.perf_counter() - assignment.errand.began) * 1000
