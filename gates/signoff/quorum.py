"""Which seats are filled, who may still fill one, and a refusal that names them."""

from __future__ import annotations

from gates.people import role_name
from gates.report import Mover
from gates.signoff.context import Context, Refused
from gates.signoff.signature import SignedSeat
from gates.signoff.submission import Seats


def may_still_sign(context: Context, seat: Seats) -> tuple[str, ...]:
    """Who can fill this seat now: held the role at submission, holds it still, is not barred and has not signed."""
    taken = {person for given in standing(context) for person in (given.by, given.principal)}
    now = context.holders(seat.role)
    return tuple(p for p in seat.holders if p in now and p not in context.bars and p not in taken)


def standing(context: Context) -> tuple[SignedSeat, ...]:
    """The signatures that fill a seat today."""
    return tuple(s for s in context.ledger.given if s.expires is None or s.expires >= context.today)


def refuse_seat(context: Context, seat: Seats, reason: str, *, rule: str) -> Refused:
    """A refusal that says who may fill this seat, else which seats are still open."""
    able = may_still_sign(context, seat)
    role = role_name(seat.role)
    if able:
        how = f"{context.names(able)} can sign as {role}."
    elif is_full(context, seat):
        how = _open_seats(context)
    else:
        how = f"Nobody left may sign as {role}: name somebody else for the role and submit again."
    return Refused(reason, Mover(able, seat.role), how, rule)


def is_full(context: Context, seat: Seats) -> bool:
    """Whether the seat has its quorum today."""
    return sum(given.criterion == seat.criterion for given in standing(context)) >= seat.quorum


def _open_seats(context: Context) -> str:
    submission = context.ledger.submission
    empty = [seat for seat in submission.seats if not is_full(context, seat)] if submission else []
    waiting = [f"{role_name(seat.role)} ({context.names(may_still_sign(context, seat))})" for seat in empty]
    return f"Still to sign: {', '.join(waiting)}." if waiting else "Nothing is left to sign."
