"""Folding events into a gate's state: total, deterministic, and the same live and on replay."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import reduce

from gates.signoff import events as e
from gates.signoff.event_record import RecordedEvent
from gates.signoff.fold_interventions import fold_intervention, owe
from gates.signoff.fold_told import fold_told
from gates.signoff.model import GateLedger, Passing
from gates.signoff.signature import Declined, Delegation, SignedSeat
from gates.signoff.submission import EvidencePack, Submission


def fold(state: GateLedger, events: Iterable[RecordedEvent]) -> GateLedger:
    """The state after these events, in order."""
    return reduce(apply, events, state)


def apply(state: GateLedger, recorded: RecordedEvent) -> GateLedger:
    """The state after one event. It never refuses: whether something may happen was decided before it was recorded."""
    return replace(_apply(state, recorded), seq=recorded.seq)


def _apply(state: GateLedger, on: RecordedEvent) -> GateLedger:
    match on.event:
        case e.CommandRefused():
            return state
        case (
            e.Submitted()
            | e.PackRenewed()
            | e.Rejected()
            | e.Abstained()
            | e.SubmissionWithdrawn()
            | e.GatePassed()
            | e.GateReopened()
        ):
            return _submission(state, on)
        case e.Signed() | e.SignatureLapsed() | e.SignatureWithdrawn() | e.Delegated() | e.DelegationEnded():
            return _signatures(state, on)
        case _:
            return fold_told(fold_intervention(state, on), on)


def _submission(state: GateLedger, on: RecordedEvent) -> GateLedger:
    match on.event:
        case e.Submitted() as event:
            return _submitted(state, event, on=on)
        case e.PackRenewed(pack):
            renewed = replace(state.submission, pack=pack) if state.submission else None
            return _keep(replace(state, submission=renewed), pack)
        case e.Rejected(role, comment):
            declined = Declined(on.actor or "", role, on.at, comment)
            return replace(state, phase="rejected", rejected=declined, passing=None)
        case e.Abstained(role, comment):
            return replace(state, abstained=(*state.abstained, Declined(on.actor or "", role, on.at, comment)))
        case e.SubmissionWithdrawn(reason):
            return replace(state, phase="withdrawn", withdrawn_reason=reason, passing=None)
        case e.GatePassed(pack_id, signed_by, waived):
            passing = Passing(on.at, on.seq, pack_id, signed_by, waived)
            return replace(state, phase="passed", passing=passing, reopened=())
        case e.GateReopened(reasons):
            return replace(state, phase="submitted", reopened=reasons)
    return state


def _submitted(state: GateLedger, event: e.Submitted, *, on: RecordedEvent) -> GateLedger:
    number = state.submissions + 1
    submission = Submission(
        number,
        on.actor or "",
        on.at,
        event.subject,
        event.pack,
        event.seats,
        event.due,
        event.decide_by,
        event.revision,
        event.comment,
    )
    fresh = replace(
        state,
        phase="submitted",
        evidence={},
        submission=submission,
        submissions=number,
        signed=(),
        abstained=(),
        rejected=None,
        withdrawn_reason="",
        passing=None,
        reopened=(),
        obligations=tuple(owed for owed in state.obligations if owed.kind != "condition"),
    )
    return _keep(fresh, event.pack)


def _keep(state: GateLedger, pack: EvidencePack) -> GateLedger:
    return replace(state, evidence={**state.evidence, **{item.fingerprint: item for item in pack.items}})


def _signatures(state: GateLedger, on: RecordedEvent) -> GateLedger:
    match on.event:
        case e.Signed() as event:
            return _signed(state, event, on=on)
        case e.SignatureLapsed(_, seat, criteria):
            return _with_seat(state, seat, lambda found: replace(found, lapsed=criteria))
        case e.SignatureWithdrawn(seat):
            return _with_seat(state, seat, lambda found: replace(found, withdrawn=True))
        case e.Delegated(to, role, until, by):
            made = Delegation(f"d{len(state.delegations) + 1}", by or on.actor or "", to, role, on.at, until)
            return replace(state, delegations=(*state.delegations, made))
        case e.DelegationEnded(id_):
            ended = tuple(replace(d, ended_at=on.at) if d.id == id_ else d for d in state.delegations)
            return replace(state, delegations=ended)
    return state


def _signed(state: GateLedger, event: e.Signed, *, on: RecordedEvent) -> GateLedger:
    seat = SignedSeat(
        on.actor or "",
        event.role,
        event.criterion,
        on.at,
        on.seq,
        event.decision,
        event.on_behalf_of,
        event.confirmed,
        event.flags,
        event.comment,
        event.expires,
        self_approval=event.self_approval,
    )
    for condition in event.conditions:
        state = owe(state, "condition", condition.text, owner=condition.owner, due=condition.due, at=on.at)
    return replace(state, signed=(*state.signed, seat))


def _with_seat(state: GateLedger, seq: int, change: Callable[[SignedSeat], SignedSeat]) -> GateLedger:
    return replace(state, signed=tuple(change(seat) if seat.seq == seq else seat for seat in state.signed))
