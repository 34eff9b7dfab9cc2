"""What a timer does to a request that nobody signs. The schedule's word: a timer is run once, and votes never."""

from __future__ import annotations

from datetime import timedelta

from gates.people import role_name
from gates.signoff.commands import RunTimer
from gates.signoff.context import Context
from gates.signoff.eligibility import holds_some_role
from gates.signoff.events import Asked, Delegated, Event, SubmissionWithdrawn
from gates.signoff.quorum import standing
from gates.signoff.submission import Seats

STANDS_IN = timedelta(days=14)
"""How long somebody who was added may sign, where the request names no last day."""


def run_timer(command: RunTimer, context: Context) -> tuple[Event, ...]:
    """What follows; nothing where the request is another one by now, the seat is filled or the timer has run."""
    submission = context.ledger.submission
    if context.ledger.phase != "submitted" or submission is None or submission.number != command.submission:
        return ()
    seat = next((seat for seat in submission.seats if seat.criterion == command.criterion), None)
    if seat is None or len([s for s in standing(context) if s.criterion == seat.criterion]) >= seat.quorum:
        return ()
    waited = f"Nobody signed as {role_name(seat.role)} within {command.timer.after_hours} working hours"
    match command.timer.action:
        case "comment":
            return _said_once(f"{waited}.", context)
        case "cancel":
            return (SubmissionWithdrawn(waited),)
        case "add":
            return _add(command, seat, waited, context)
    return ()  # reminders and escalations are messages, no part of the record


def _said_once(text: str, context: Context) -> tuple[Event, ...]:
    submission = context.ledger.submission
    said = {q.text for q in context.ledger.questions if submission is None or q.at >= submission.at}
    return () if text in said else (Asked(text),)


def _add(command: RunTimer, seat: Seats, waited: str, context: Context) -> tuple[Event, ...]:
    submission = context.ledger.submission
    assert submission is not None  # looked at before
    lent = [d for d in context.ledger.delegations if d.role == seat.role and d.at >= submission.at]
    could = context.holders_of_any((command.timer.role,))
    if any(d.to in could for d in lent):
        return ()
    taken = {person for given in standing(context) for person in (given.by, given.principal)}
    absent = [p for p in context.holders(seat.role) if p not in taken and p not in context.bars]
    able = [p for p in could if p not in taken and p not in context.bars and p not in context.holders(seat.role)]
    able = [p for p in able if holds_some_role(context, p)]
    if not able or not absent:
        return _said_once(f"{waited}, and nobody who is {role_name(command.timer.role)} can stand in.", context)
    until = submission.decide_by or context.today + STANDS_IN
    return (Delegated(able[0], seat.role, max(until, context.today), by=absent[0]),)
