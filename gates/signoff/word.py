"""What is told rather than signed: measured values, obligations that are met, changed limits, due escalations."""

from __future__ import annotations

from gates.criteria import Cost, Criterion, Latency, Metric
from gates.doubts import read_quantity
from gates.measured import never_negative
from gates.record_problems import nearest
from gates.report import Mover
from gates.signoff.commands import Escalate, MeetObligation, Note, NoteThreshold, ReportValue
from gates.signoff.context import Context, Refused
from gates.signoff.events import Escalated, Event, Noted, ObligationMet, ThresholdChanged, ValueReported
from gates.signoff.who import unknown_person


def report_value(command: ReportValue, context: Context) -> tuple[Event, ...] | Refused:
    """A value for a measured criterion, or for a metric that an escalation rule watches, with the person behind it.

    A key that is known changes nothing.
    """
    if command.key and any(value.key == command.key for value in context.ledger.reported):
        return ()
    producer = command.producer or context.actor
    wrong = _wrong_value(command, context) or _nobody_behind(producer, context)
    if wrong:
        return wrong
    return (
        ValueReported(
            command.criterion,
            command.value.strip(),
            producer,
            command.unit,
            command.subject,
            command.conditions,
            command.self_reported,
            command.key,
            command.source,
        ),
    )


def _wrong_value(command: ReportValue, context: Context) -> Refused | None:
    measured = [c.id for c in context.asked.criteria if is_measured(c)]
    watched = [rule.metric for rule in context.project.escalations]
    if command.criterion not in (*measured, *watched):
        near = nearest(command.criterion, (*measured, *watched))
        how = f"Values are taken for {', '.join(measured) or 'none of its criteria'}."
        how = f"Did you mean {near!r}? {how}" if near else how
        return Refused(f"{command.criterion!r} is no measured criterion of {context.gate_name}.", how=how, rule="Kind")
    quantity = read_quantity(command.value)
    if quantity is None:
        how = "Give one number, with its unit if you like: 108 ms."
        return Refused(f"{command.value!r} is not a number.", how=how, rule="Number")
    number, unit = quantity
    rule = next((c.rule for c in context.asked.criteria if c.id == command.criterion), None)
    if number < 0 and (kind := never_negative(rule, unit or command.unit)):
        how = "Nothing was taken. Check what produced it, and report it again."
        return Refused(f"{command.value!r} cannot be: {kind} is never below zero.", how=how, rule="Number")
    return None


def is_measured(criterion: Criterion) -> bool:
    rule = criterion.rule
    return isinstance(rule, Metric | Latency) or (isinstance(rule, Cost) and rule.threshold is not None)


def _nobody_behind(producer: str | None, context: Context) -> Refused | None:
    """A value without a person behind it cannot be used: its producer may not approve, so he has to be known."""
    if producer is not None and producer in context.programme.people:
        return None
    said = f"Nobody of the id {producer!r} is recorded" if producer else "No person is named who produced this value"
    how = "Name who triggered the measurement, by his id in programme.yaml."
    return Refused(f"{said}.", how=how, rule="Producer")


def meet_obligation(command: MeetObligation, context: Context) -> tuple[Event, ...] | Refused:
    """Whoever owes it, or the owner of gate or project, says that it is done."""
    refused = unknown_person(context)
    if refused:
        return refused
    owed = next((o for o in context.ledger.obligations if o.id == command.id and o.is_open), None)
    if owed is None:
        known = ", ".join(o.id for o in context.ledger.obligations if o.is_open) or "nothing"
        return Refused(f"{command.id!r} is not owed here.", how=f"Owed on this gate: {known}.", rule="Open")
    if owed.kind == "override review":
        how = "Close it with a review of the override, which says what was found."
        return Refused("A review is closed by its finding.", Mover((owed.owner,)), how, "Review")
    able = dict.fromkeys((owed.owner, context.gate.owner, context.project.owner, context.project.manager))
    people = tuple(person for person in able if person)
    if context.actor not in people:
        how = f"{context.names(people)} can say so."
        return Refused(f"{context.name(owed.owner)} owes this.", Mover(people), how, "Own")
    return (ObligationMet(owed.id, command.comment.strip()),)


def note(command: Note, context: Context) -> tuple[Event, ...] | Refused:
    """A decision or a risk, told by anybody who is known. It changes nothing about whether the gate passes."""
    refused = unknown_person(context)
    if refused:
        return refused
    if not command.text.strip():
        return Refused(f"There is nothing to record as a {command.kind}.", how="Write it in a sentence.", rule="Text")
    return (Noted(command.kind, command.text.strip(), command.source.strip()),)


def note_threshold(command: NoteThreshold, context: Context) -> tuple[Event, ...] | Refused:
    """The records changed a limit; told by taking them in, so nobody is refused."""
    known = any(c.id == command.criterion for c in context.gate.criteria)
    if not known or command.before == command.after:
        return ()
    return (ThresholdChanged(command.criterion, command.before, command.after, command.by),)


def escalate(command: Escalate, context: Context) -> tuple[Event, ...] | Refused:
    """One open obligation per escalation rule."""
    if any(o.rule == command.rule and o.is_open for o in context.ledger.obligations):
        return ()
    return (Escalated(command.rule, command.text, command.owner, command.due),)
