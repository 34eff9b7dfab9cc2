"""The other answers to a request: reject, abstain, take a signature back."""

from __future__ import annotations

from gates.people import role_name
from gates.report import Mover
from gates.signoff.ballot import Ballot
from gates.signoff.commands import Abstain, Reject, Sign, Withdraw
from gates.signoff.context import Context, Refused
from gates.signoff.eligibility import HoldsRole
from gates.signoff.events import Abstained, Event, Rejected, SignatureWithdrawn
from gates.signoff.quorum import standing
from gates.signoff.seat_choice import choose_seat, open_submission
from gates.signoff.who import unknown_person


def reject(command: Reject, context: Context) -> tuple[Event, ...] | Refused:
    """One rejection closes the submission; it takes a role that signs, and a comment."""
    if not command.comment.strip():
        how = "Say why: whoever submitted has to know what to change."
        return Refused("A rejection needs a comment.", Mover((context.actor or "",)), how, "Comment")
    role = _voter(context, command.role)
    if isinstance(role, Refused):
        return role
    submission = context.ledger.submission
    if submission is not None and submission.by == context.actor:
        how = "Take the submission back instead."
        return Refused("You submitted this yourself.", Mover((submission.by,)), how, "NotRequester")
    return (Rejected(role, command.comment.strip()),)


def abstain(command: Abstain, context: Context) -> tuple[Event, ...] | Refused:
    """Takes no side and fills no seat."""
    role = _voter(context, command.role)
    if isinstance(role, Refused):
        return role
    given = next((seat for seat in standing(context) if seat.by == context.actor), None)
    if given is not None:
        how = "Take the signature back first."
        reason = f"You have signed as {role_name(given.role)} already."
        return Refused(reason, Mover((given.by,)), how, "OneSeatEach")
    return (Abstained(role, command.comment.strip()),)


def _voter(context: Context, role: str | None) -> str | Refused:
    """The role in which the actor has a say on this submission."""
    refused = unknown_person(context) or open_submission(context)
    if refused:
        return refused
    chosen = choose_seat(context, context.actor or "", role)
    if isinstance(chosen, Refused):
        return chosen
    outcome = HoldsRole().check(Ballot(context, Sign(), context.actor or "", chosen[0], chosen[1]))
    return outcome if isinstance(outcome, Refused) else chosen[0].role


def withdraw(command: Withdraw, context: Context) -> tuple[Event, ...] | Refused:
    """Take one's own signature back; a passed gate that needs it is open again."""
    refused = unknown_person(context)
    if refused:
        return refused
    given = [seat for seat in context.ledger.given if seat.by == context.actor] if context.ledger.is_open else []
    if not given:
        signers = tuple(seat.by for seat in standing(context)) if context.ledger.is_open else ()
        how = f"{context.names(signers)} signed, each can take his own back." if signers else "Nobody has signed it."
        return Refused(f"You have no signature on {context.gate_name}.", Mover(signers), how, "Own")
    return tuple(SignatureWithdrawn(seat.seq, command.comment) for seat in given)
