"""Holds and waivers: stopping a gate, and letting it pass without a criterion for a while."""

from __future__ import annotations

from datetime import timedelta

from gates.criteria import Approval, Criterion
from gates.people import role_name
from gates.report import Mover
from gates.signoff.commands import EndWaiver, LiftHold, SetHold, Waive
from gates.signoff.context import Context, Refused
from gates.signoff.events import Event, HoldLifted, HoldSet, Waived, WaiverEnded
from gates.signoff.intervention import RECORDED_HOLD, LedgerHold
from gates.signoff.who import role_to_act, unknown_person

REPLACED = "replaced by a new hold"


def set_hold(command: SetHold, context: Context) -> tuple[Event, ...] | Refused:
    """A pause, at once, whatever else is the case.

    Who may lift a hold changes it by holding again: the new one takes its place, so that the gate is never open in
    between. Beside a hold that is not his to lift it is one more, and each has to be lifted.
    """
    role = role_to_act(context, context.terms.hold, to="hold a gate")
    if isinstance(role, Refused):
        return role
    person = Mover((context.actor or "",))
    if not command.reason.strip():
        return Refused("A hold needs a reason.", person, "Say what has to be settled.", "Reason")
    if command.until is not None and command.until < context.today:
        return Refused(f"{context.day(command.until)} has gone by.", person, "Name a day to come, or none.", "Until")
    own = [hold for hold in context.ledger.holds if hold.binds(context.today)]
    replaced = [hold for hold in own if hold.role == role and context.actor in may_lift(hold, context)]
    lifted = tuple(HoldLifted(hold.id, hold.role, REPLACED) for hold in replaced)
    return (*lifted, HoldSet(role, command.reason.strip(), command.until))


def lift_hold(command: LiftHold, context: Context) -> tuple[Event, ...] | Refused:
    """A hold is lifted in the role it was set in; where nobody holds that role any more, in one that may override."""
    refused = unknown_person(context)
    if refused:
        return refused
    holds = [hold for hold in binding_holds(context) if command.id in (None, hold.id)]
    if not holds:
        how = "Nothing has to be lifted." if command.id is None else "See what holds it in its blockers."
        return Refused(f"There is no such hold on {context.gate_name}.", how=how, rule="Open")
    mine = next((hold for hold in holds if context.actor in may_lift(hold, context)), None)
    if mine is None:
        able = tuple(dict.fromkeys(person for hold in holds for person in may_lift(hold, context)))
        as_role = f" as {role_name(holds[0].role)}" if holds[0].role else ""
        reason = f"{context.name(holds[0].by)} set this hold{as_role}, and the same role lifts it."
        return Refused(reason, Mover(able, holds[0].role or None), f"{context.names(able)} can lift it.", "SameRole")
    return (HoldLifted(mine.id, mine.role, command.comment.strip()),)


def binding_holds(context: Context) -> tuple[LedgerHold, ...]:
    """The holds that bind now; that of the files has the id "record" and, where it can be told, its setter's role."""
    found = [hold for hold in context.ledger.holds if hold.binds(context.today)]
    recorded = context.gate.hold
    if len(found) < sum(blocker.kind == "hold" for blocker in context.report.blockers):
        by = recorded.by if recorded else context.gate.owner or context.project.owner or ""
        reason = recorded.reason if recorded else ""
        role = context.first_role(by, context.terms.hold) or ""
        found.append(LedgerHold(RECORDED_HOLD, by, role, reason, context.now))
    return tuple(found)


def may_lift(hold: LedgerHold, context: Context) -> tuple[str, ...]:
    """Who may lift a hold: whoever set it while he holds the role, and everybody else of that role."""
    if not hold.role:
        return tuple(dict.fromkeys((hold.by, *context.holders_of_any(context.terms.override))))
    return context.holders(hold.role) or context.holders_of_any(context.terms.override)


def waive(command: Waive, context: Context) -> tuple[Event, ...] | Refused:
    """A criterion need not be met until a day. Who owes or produced it, or asked for sign-off, does not waive it."""
    role = role_to_act(context, context.terms.waive, to="waive a criterion")
    if isinstance(role, Refused):
        return role
    criterion = next((c for c in context.asked.criteria if c.id == command.criterion), None)
    if criterion is None or isinstance(criterion.rule, Approval):
        return _not_waivable(command, context)
    reason = _own_matter(criterion, context)
    if reason:
        able = tuple(p for p in context.holders_of_any(context.terms.waive) if not _concerned(p, criterion, context))
        how = f"{context.names(able)} can waive it." if able else "Nobody else may waive it: meet the criterion."
        return Refused(reason, Mover(able, context.terms.waive[0]), how, "NotOwn")
    return _wrong_terms(command, context) or (Waived(criterion.id, role, command.reason.strip(), command.until),)


def _not_waivable(command: Waive, context: Context) -> Refused:
    known = ", ".join(c.id for c in context.asked.criteria if not isinstance(c.rule, Approval))
    reason = f"{command.criterion!r} is no criterion that can be waived; approvals never are."
    return Refused(reason, how=f"Criteria of {context.gate_name}: {known}.", rule="Waivable")


def _own_matter(criterion: Criterion, context: Context) -> str | None:
    if context.gate.self_approval or not _concerned(context.actor or "", criterion, context):
        return None
    submission = context.ledger.submission
    if submission is not None and context.ledger.is_open and submission.by == context.actor:
        return "You requested this sign-off, so you do not waive its criteria."
    return f"{criterion.title} is yours to deliver, so you do not waive it."


def _concerned(person: str, criterion: Criterion, context: Context) -> bool:
    submission, evidence = context.ledger.submission, context.evidence.get(criterion.id)
    asked = submission is not None and context.ledger.is_open and submission.by == person
    return asked or criterion.owner == person or (evidence is not None and person in evidence.authors)


def _wrong_terms(command: Waive, context: Context) -> Refused | None:
    person = Mover((context.actor or "",))
    latest = context.today + timedelta(days=context.terms.longest_waiver_days)
    if not command.reason.strip():
        return Refused("A waiver needs a reason.", person, "Say why the gate may pass without it.", "Reason")
    if not context.today <= command.until <= latest:
        how = f"Name a day from today to {context.day(latest)}."
        return Refused(f"A waiver cannot last until {context.day(command.until)}.", person, how, "Until")
    return None


def end_waiver(command: EndWaiver, context: Context) -> tuple[Event, ...] | Refused:
    """Anybody who may waive may end a waiver."""
    role = role_to_act(context, context.terms.waive, to="end a waiver")
    if isinstance(role, Refused):
        return role
    waived = [waiver.criterion for waiver in context.ledger.waivers]
    if command.criterion not in waived:
        how = f"Waived here: {', '.join(waived) or 'nothing'}."
        return Refused(f"{command.criterion!r} is not waived.", how=how, rule="Open")
    return (WaiverEnded(command.criterion, command.comment.strip()),)
