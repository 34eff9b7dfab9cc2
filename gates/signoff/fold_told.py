"""Folding what was told into the state of a gate: reported values, changed limits, notes, questions."""

from __future__ import annotations

from dataclasses import replace

from gates.signoff import events as e
from gates.signoff.event_record import RecordedEvent
from gates.signoff.model import GateLedger
from gates.signoff.told import Note, Question, ReportedValue, ThresholdChange


def fold_told(state: GateLedger, on: RecordedEvent) -> GateLedger:
    """The state after something was told; any other event leaves it as it is."""
    match on.event:
        case e.ValueReported() as event:
            value = _value(event, on)
            others = tuple(old for old in state.reported if old.slot != value.slot)
            return replace(state, reported=(*others, value))
        case e.ThresholdChanged(criterion, before, after, by):
            change = ThresholdChange(criterion, before, after, on.at, by)
            return replace(state, thresholds=(*state.thresholds, change))
        case e.Noted(kind, text, source):
            return replace(state, notes=(*state.notes, Note(kind, text, on.actor or "", on.at, source, on.seq)))
        case e.Asked(text):
            question = Question(len(state.questions) + 1, on.actor or "", on.at, text)
            return replace(state, questions=(*state.questions, question))
        case e.Answered(number, text):
            return replace(
                state,
                questions=tuple(
                    replace(q, answer=text, answered_by=on.actor, answered_at=on.at) if q.number == number else q
                    for q in state.questions
                ),
            )
    return state


def _value(event: e.ValueReported, on: RecordedEvent) -> ReportedValue:
    return ReportedValue(
        event.criterion,
        event.value,
        event.producer,
        on.at,
        event.unit,
        event.subject,
        event.conditions,
        event.self_reported,
        event.key,
        event.source,
        on.seq,
    )
