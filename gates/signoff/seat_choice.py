"""Which seat somebody would fill: in his own right, or for a delegator; asked back where there are several."""

from __future__ import annotations

from gates.people import role_name
from gates.report import Mover
from gates.signoff.context import Context, Refused
from gates.signoff.quorum import may_still_sign, refuse_seat, standing
from gates.signoff.signature import Delegation
from gates.signoff.submission import Seats


def open_submission(context: Context) -> Refused | None:
    """The refusal where nothing can be signed just now."""
    ledger, submission = context.ledger, context.ledger.submission
    if context.report.state == "held":
        blocker = next(b for b in context.report.blockers if b.kind == "hold")
        how = f"{context.names(blocker.mover.people) or 'Whoever set it'} can lift it; then sign."
        return Refused(f"Not counted: {blocker.reason}.", blocker.mover, how, "NotHeld")
    if ledger.phase == "submitted" and submission is not None:
        return None
    if ledger.phase == "passed":
        return Refused(f"{context.gate_name} has passed already.", how="Nothing is left to sign.", rule="Open")
    owner = context.gate.owner or context.project.owner
    mover = Mover((owner,)) if owner else Mover()
    said = {"rejected": "was rejected", "withdrawn": "was taken back"}.get(ledger.phase)
    reason = (
        f"The last submission of {context.gate_name} {said}."
        if said
        else (f"Nobody has asked for sign-off of {context.gate_name}.")
    )
    how = f"{context.name(owner) if owner else 'The owner'} can submit it; then sign."
    return Refused(reason, mover, how, "Open")


def choose_seat(context: Context, person: str, role: str | None) -> tuple[Seats, str | None] | Refused:
    """The seat, and the delegator for whom it would be filled. Somebody's own right comes before a delegation."""
    submission = context.ledger.submission
    seats = submission.seats if submission else ()
    if role is not None:
        seats = tuple(seat for seat in seats if _is_called(seat.role, role))
        if not seats:
            return _no_such_role(context, role)
    own = _distinct([seat for seat in seats if person in context.holders(seat.role)], context)
    if own:
        return (own[0], None) if len(own) == 1 else _which(context, own)
    lent = delegations_to(context, person)
    found = [(seat, d.by) for seat in seats for d in lent if d.role == seat.role]
    if len({(seat.role, by) for seat, by in found}) > 1:
        return _which(context, [seat for seat, _ in found])
    if found:
        return found[0]
    return _holds_none(context, seats)


def _is_called(role: str, said: str) -> bool:
    return said.strip().casefold() in (role.casefold(), role_name(role).casefold())


def _distinct(seats: list[Seats], context: Context) -> list[Seats]:
    """One seat per role: the first that is not full."""
    filled = [given.criterion for given in standing(context)]
    found: dict[str, Seats] = {}
    for seat in seats:
        if seat.role not in found or filled.count(found[seat.role].criterion) >= found[seat.role].quorum:
            found[seat.role] = seat
    return list(found.values())


def delegations_to(context: Context, person: str) -> tuple[Delegation, ...]:
    """Delegations to somebody that bind today: not ended, not over, and the delegator still holds the role."""
    return tuple(
        delegation
        for delegation in context.ledger.delegations
        if delegation.to == person and is_binding(delegation, context)
    )


def is_binding(delegation: Delegation, context: Context) -> bool:
    lasts = delegation.ended_at is None and delegation.until >= context.today
    return lasts and delegation.by in context.holders(delegation.role)


def _no_such_role(context: Context, role: str) -> Refused:
    submission = context.ledger.submission
    roles = dict.fromkeys(role_name(seat.role) for seat in submission.seats) if submission else {}
    return Refused(f"{role!r} does not sign this gate.", how=f"It is signed by {', '.join(roles)}.", rule="HoldsRole")


def _which(context: Context, seats: list[Seats]) -> Refused:
    roles = list(dict.fromkeys(role_name(seat.role) for seat in seats))
    person = Mover((context.actor,)) if context.actor else Mover()
    if len(roles) == 1:
        return Refused("Several people have let you sign for them.", person, "Have all but one ended.", "OneSeatEach")
    return Refused(
        f"You can sign as {' or '.join(roles)}, and one person fills one seat.", person, "Say in which role.", "Role"
    )


def _holds_none(context: Context, seats: tuple[Seats, ...]) -> Refused:
    if len(seats) == 1:
        reason = f"Not counted: you do not hold the role {role_name(seats[0].role)}."
        return refuse_seat(context, seats[0], reason, rule="HoldsRole")
    roles = dict.fromkeys(role_name(seat.role) for seat in seats)
    able = tuple(dict.fromkeys(p for seat in seats for p in may_still_sign(context, seat)))
    how = f"{context.names(able)} can sign." if able else "Nobody left may sign: name somebody for these roles."
    reason = f"Not counted: you hold none of the roles that sign here ({', '.join(roles)})."
    return Refused(reason, Mover(able), how, "HoldsRole")
