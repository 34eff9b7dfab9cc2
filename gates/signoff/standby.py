"""Delegation: letting somebody sign in one's place until a day.

A delegate has to be eligible himself: known, holding some role of the programme or the project, and not barred from
this gate. Only what one holds in one's own right can be delegated, so nothing is delegated on. It ends with its day,
with the delegator's role, or when either of the two ends it; whether it counts is judged again at the signature.
"""

from __future__ import annotations

from gates.criteria import Approval
from gates.people import role_name
from gates.report import Mover
from gates.signoff.commands import Delegate, EndDelegation
from gates.signoff.context import Context, Refused
from gates.signoff.eligibility import holds_some_role
from gates.signoff.events import Delegated, DelegationEnded, Event
from gates.signoff.quorum import standing
from gates.signoff.seat_choice import delegations_to, is_binding
from gates.signoff.who import unknown_person


def delegate(command: Delegate, context: Context) -> tuple[Event, ...] | Refused:
    """The delegation, replacing an earlier one of the same role."""
    refused = unknown_person(context)
    if refused:
        return refused
    role = _role_to_delegate(command, context)
    if isinstance(role, Refused):
        return role
    wrong = _wrong(command, context)
    if wrong:
        able = _could_stand_in(context)
        how = f"{context.names(able)} could." if able else "Nobody else here could."
        return Refused(wrong, Mover(able), how, "EligibleDelegate")
    earlier = [
        d for d in context.ledger.delegations if d.by == context.actor and d.role == role and is_binding(d, context)
    ]
    return (*(DelegationEnded(d.id, "replaced") for d in earlier), Delegated(command.to, role, command.until))


def _role_to_delegate(command: Delegate, context: Context) -> str | Refused:
    asked = [c.rule.role for c in context.asked.criteria if isinstance(c.rule, Approval)]
    held = list(dict.fromkeys(role for role in asked if context.actor in context.holders(role)))
    if command.role is not None:
        said = command.role.strip().casefold()
        held = [role for role in held if said in (role.casefold(), role_name(role).casefold())]
    if len(held) == 1:
        return held[0]
    if held:
        person = Mover((context.actor or "",))
        said_roles = " or ".join(role_name(role) for role in held)
        return Refused(f"You hold several roles here: {said_roles}.", person, "Say which one to delegate.", "Role")
    if delegations_to(context, context.actor or ""):
        lenders = tuple(d.by for d in delegations_to(context, context.actor or ""))
        how = f"{context.names(lenders)} can delegate to somebody else."
        return Refused("What was delegated to you cannot be delegated on.", Mover(lenders), how, "OwnRole")
    able = tuple(dict.fromkeys(person for role in asked for person in context.holders(role)))
    how = f"{context.names(able)} can delegate here." if able else "Nobody signs this gate."
    return Refused("You hold no role that signs this gate.", Mover(able), how, "OwnRole")


def _wrong(command: Delegate, context: Context) -> str | None:
    to, name = command.to, context.name(command.to)
    if command.until < context.today:
        return f"{context.day(command.until)} has gone by."
    if to == context.actor:
        return "You cannot delegate to yourself."
    if to not in context.programme.people:
        return f"Nobody of the id {to!r} is recorded."
    if to in context.bars:
        return f"{name} {context.bars[to]}, and so may not sign."
    if not holds_some_role(context, to):
        return f"{name} holds no role here, and a delegate has to be eligible himself."
    signed = [seat for seat in standing(context) if {to, context.actor} & {seat.by, seat.principal}]
    if signed:
        return f"{context.name(signed[0].by)} has signed this gate already, and nobody counts twice."
    return None


def _could_stand_in(context: Context) -> tuple[str, ...]:
    roles = (*context.project.roles, *context.programme.roles)
    people = context.holders_of_any(tuple(roles))
    taken = {person for seat in standing(context) for person in (seat.by, seat.principal)}
    return tuple(p for p in people if p != context.actor and p not in context.bars and p not in taken)


def end_delegation(command: EndDelegation, context: Context) -> tuple[Event, ...] | Refused:
    """End what one delegated here, or what was delegated to one."""
    refused = unknown_person(context)
    if refused:
        return refused
    binding = [d for d in context.ledger.delegations if d.ended_at is None]
    mine = [d for d in binding if context.actor in (d.by, d.to) and command.to in (None, d.to)]
    if mine:
        return tuple(DelegationEnded(d.id) for d in mine)
    people = tuple(dict.fromkeys(d.by for d in binding))
    how = f"{context.names(people)} can end what they delegated." if people else "Nobody has delegated here."
    return Refused("There is no delegation of yours on this gate.", Mover(people), how, "Own")
