"""Approving: the seat, the rules, and what the signature rests on."""

from __future__ import annotations

from datetime import date, timedelta

from gates.signoff.ballot import Ballot
from gates.signoff.commands import Sign
from gates.signoff.context import Context, Refused
from gates.signoff.events import Event, PackRenewed, Signed
from gates.signoff.policy import judge_ballot
from gates.signoff.seat_choice import choose_seat, open_submission
from gates.signoff.who import unknown_person


def sign(command: Sign, context: Context) -> tuple[Event, ...] | Refused:
    """The signature, on the evidence as it is now: what changed since the submission is frozen anew first."""
    refused = unknown_person(context) or open_submission(context)
    if refused:
        return refused
    renewed = renew_pack(context)
    at_hand = context.after(renewed) if renewed else context
    person = context.actor or ""
    chosen = choose_seat(at_hand, person, command.role)
    if isinstance(chosen, Refused):
        return chosen
    ballot = Ballot(at_hand, command, person, chosen[0], chosen[1])
    outcome = judge_ballot(ballot)
    return outcome if isinstance(outcome, Refused) else (*renewed, _signed(ballot))


def renew_pack(context: Context) -> tuple[Event, ...]:
    """The evidence frozen again, where more than the cosmetic changed since it was."""
    submission, pack = context.ledger.submission, context.pack_to_sign
    return (PackRenewed(pack),) if submission is not None and pack.id != submission.pack.id else ()


def _signed(ballot: Ballot) -> Signed:
    context, command = ballot.context, ballot.command
    submission = context.ledger.submission
    items = submission.pack.items if submission else ()
    looked_at = {*command.confirmed, *(criterion for criterion, _ in command.flags)}
    confirmed = [i for i in items if not command.confirmed or i.criterion in looked_at]
    return Signed(
        ballot.seat.role,
        ballot.seat.criterion,
        "approve with conditions" if command.conditions else "approve",
        ballot.on_behalf_of,
        tuple((item.criterion, item.fingerprint) for item in confirmed),
        command.flags,
        command.conditions,
        command.comment,
        _expires(command, context),
        context.revision.commit,
        context.gate.self_approval and _approves_own(ballot),
    )


def _expires(command: Sign, context: Context) -> date | None:
    days = context.terms.signature_days
    latest = context.today + timedelta(days=days) if days is not None else None
    return min((day for day in (command.expires, latest) if day is not None), default=None)


def _approves_own(ballot: Ballot) -> bool:
    """Whether the opt-out of the gate was needed: the signer asked for it or produced its evidence."""
    submission = ballot.context.ledger.submission
    if submission is None:
        return False
    producers = {producer for item in submission.pack.items for producer in item.producers}
    return ballot.person in producers or submission.by == ballot.person
