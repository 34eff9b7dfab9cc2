"""Breaking the glass: a narrow role passes a gate against its criteria, for hours, and somebody else reviews it."""

from __future__ import annotations

from datetime import timedelta

from gates.report import Mover
from gates.signoff.commands import BreakGlass, ReviewOverride
from gates.signoff.context import Context, Refused
from gates.signoff.events import Event, Overridden, OverrideReviewed
from gates.signoff.who import role_to_act, unknown_person


def break_glass(command: BreakGlass, context: Context) -> tuple[Event, ...] | Refused:
    """The override, with its end and the review that is owed. A held gate is not overridden."""
    role = role_to_act(context, context.terms.override, to="override a gate")
    if isinstance(role, Refused):
        return role
    person = Mover((context.actor or "",))
    if not command.reason.strip():
        return Refused("An override needs a reason.", person, "Say what cannot wait.", "Reason")
    if context.report.state == "held":
        blocker = next(b for b in context.report.blockers if b.kind == "hold")
        how = f"{context.names(blocker.mover.people) or 'Whoever set it'} can lift it first."
        return Refused(f"{blocker.reason}. A held gate is not overridden.", blocker.mover, how, "NotHeld")
    until = command.until or context.now + timedelta(hours=context.terms.override_hours)
    latest = context.now + timedelta(hours=context.terms.longest_override_hours)
    if not context.now < until <= latest:
        how = f"Name an end before {context.day_of(latest)}; {context.terms.longest_override_hours} hours are allowed."
        return Refused("An override cannot last that long, or has ended already.", person, how, "Until")
    reviewer = reviewer_of(context)
    if reviewer is None:
        how = f"Name somebody else as {context.said_roles(context.terms.review)}."
        return Refused("Nobody could review this override afterwards.", how=how, rule="Review")
    due = context.programme.calendar.deadline(context.today + timedelta(days=context.terms.review_days))
    return (Overridden(role, command.reason.strip(), until, reviewer, due),)


def reviewer_of(context: Context) -> str | None:
    """Who will review an override of the actor: the first other holder of a reviewing, else of an overriding role."""
    people = context.holders_of_any((*context.terms.review, *context.terms.override))
    return next((person for person in people if person != context.actor), None)


def review_override(command: ReviewOverride, context: Context) -> tuple[Event, ...] | Refused:
    """Close the review with what was found; whoever broke the glass does not review it."""
    refused = unknown_person(context)
    if refused:
        return refused
    override = context.ledger.override
    if override is None or override.reviewed_at is not None:
        return Refused(f"No override of {context.gate_name} waits for a review.", how="Nothing is owed.", rule="Open")
    owner = next((o.owner for o in context.ledger.obligations if o.id == override.review), None)
    people = dict.fromkeys((owner, *context.holders_of_any((*context.terms.review, *context.terms.override))))
    able = tuple(person for person in people if person and person != override.by)
    if context.actor not in able:
        said = "You broke the glass yourself." if context.actor == override.by else "This review is not yours."
        return Refused(said, Mover(able), f"{context.names(able)} can review it.", "Review")
    if not command.finding.strip():
        return Refused("A review needs a finding.", Mover((context.actor,)), "Say what you found.", "Reason")
    return (OverrideReviewed(command.finding.strip()),)
