"""Folding events into a gate's state: total, deterministic, and the same live and on replay."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import reduce

from gates.signoff import events as e
from gates.signoff.model import (
    RECORDED_HOLD,
    Declined,
    Delegation,
    EvidencePack,
    GateLedger,
    LedgerHold,
    Note,
    Obligation,
    ObligationKind,
    Override,
    Passing,
    Question,
    ReportedValue,
    SignedSeat,
    Submission,
    ThresholdChange,
    Waiver,
)


def fold(state: GateLedger, events: Iterable[e.RecordedEvent]) -> GateLedger:
    """The state after these events, in order."""
    return reduce(apply, events, state)


def apply(state: GateLedger, recorded: e.RecordedEvent) -> GateLedger:
    """The state after one event. It never refuses: whether something may happen was decided before it was recorded."""
    return replace(_apply(state, recorded), seq=recorded.seq)


def _apply(state: GateLedger, on: e.RecordedEvent) -> GateLedger:
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
            return _steering(state, on)


def _submission(state: GateLedger, on: e.RecordedEvent) -> GateLedger:
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


def _submitted(state: GateLedger, event: e.Submitted, *, on: e.RecordedEvent) -> GateLedger:
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


def _signatures(state: GateLedger, on: e.RecordedEvent) -> GateLedger:
    match on.event:
        case e.Signed() as event:
            return _signed(state, event, on=on)
        case e.SignatureLapsed(_, seat, criteria):
            return _with_seat(state, seat, lambda found: replace(found, lapsed=criteria))
        case e.SignatureWithdrawn(seat):
            return _with_seat(state, seat, lambda found: replace(found, withdrawn=True))
        case e.Delegated(to, role, until):
            made = Delegation(f"d{len(state.delegations) + 1}", on.actor or "", to, role, on.at, until)
            return replace(state, delegations=(*state.delegations, made))
        case e.DelegationEnded(id_):
            ended = tuple(replace(d, ended_at=on.at) if d.id == id_ else d for d in state.delegations)
            return replace(state, delegations=ended)
    return state


def _signed(state: GateLedger, event: e.Signed, *, on: e.RecordedEvent) -> GateLedger:
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
        state = _owe(state, "condition", condition.text, owner=condition.owner, due=condition.due, at=on.at)
    return replace(state, signed=(*state.signed, seat))


def _with_seat(state: GateLedger, seq: int, change: Callable[[SignedSeat], SignedSeat]) -> GateLedger:
    return replace(state, signed=tuple(change(seat) if seat.seq == seq else seat for seat in state.signed))


_LETTERS = {"condition": "c", "override review": "r", "escalation": "e"}


def _owe(
    state: GateLedger, kind: ObligationKind, text: str, *, owner: str, due: datetime, at: datetime, rule: str = ""
) -> GateLedger:
    """One more obligation. Its id counts within its kind over the whole life of the gate."""
    number = state.owed.get(kind, 0) + 1
    owed = Obligation(f"{_LETTERS[kind]}{number}", kind, text, owner, due, at, rule=rule)
    return replace(state, obligations=(*state.obligations, owed), owed={**state.owed, kind: number})


def _steering(state: GateLedger, on: e.RecordedEvent) -> GateLedger:
    actor = on.actor or ""
    match on.event:
        case e.HoldSet(role, reason, until):
            hold = LedgerHold(f"h{len(state.holds) + 1}", actor, role, reason, on.at, until)
            return replace(state, holds=(*state.holds, hold))
        case e.HoldLifted(id_):
            return _lifted(state, id_, by=actor, at=on.at)
        case e.Waived(criterion, role, reason, until):
            waiver = Waiver(criterion, actor, role, reason, on.at, until)
            return replace(state, waivers=(*_without(state, criterion), waiver))
        case e.WaiverEnded(criterion):
            return replace(state, waivers=_without(state, criterion))
        case e.Overridden() as event:
            return _overridden(state, event, by=actor, at=on.at)
        case e.OverrideReviewed(finding):
            return _reviewed(state, finding, by=actor, at=on.at)
        case e.Escalated(rule, text, owner, due):
            return _owe(state, "escalation", text, owner=owner, due=due, at=on.at, rule=rule)
        case e.ObligationMet(id_):
            return _met(state, id_, by=actor, at=on.at)
    return _noted(state, on)


def _lifted(state: GateLedger, id_: str, *, by: str, at: datetime) -> GateLedger:
    if id_ == RECORDED_HOLD:
        return replace(state, record_hold_lifted=at)
    holds = tuple(replace(hold, lifted_by=by, lifted_at=at) if hold.id == id_ else hold for hold in state.holds)
    return replace(state, holds=holds)


def _without(state: GateLedger, criterion: str) -> tuple[Waiver, ...]:
    return tuple(waiver for waiver in state.waivers if waiver.criterion != criterion)


def _overridden(state: GateLedger, event: e.Overridden, *, by: str, at: datetime) -> GateLedger:
    text = f"review the override: {event.reason}"
    owed = _owe(state, "override review", text, owner=event.review_owner, due=event.review_due, at=at)
    override = Override(by, event.role, event.reason, at, event.until, owed.obligations[-1].id)
    return replace(owed, override=override)


def _reviewed(state: GateLedger, finding: str, *, by: str, at: datetime) -> GateLedger:
    if state.override is None:
        return state
    reviewed = replace(state.override, finding=finding, reviewed_by=by, reviewed_at=at)
    return replace(_met(state, state.override.review, by=by, at=at), override=reviewed)


def _met(state: GateLedger, id_: str, *, by: str, at: datetime) -> GateLedger:
    done = tuple(replace(owed, met_at=at, met_by=by) if owed.id == id_ else owed for owed in state.obligations)
    return replace(state, obligations=done)


def _noted(state: GateLedger, on: e.RecordedEvent) -> GateLedger:
    match on.event:
        case e.ValueReported() as event:
            value = _value(event, on)
            others = tuple(old for old in state.reported if old.slot != value.slot)
            return replace(state, reported=(*others, value))
        case e.ThresholdChanged(criterion, before, after, by):
            change = ThresholdChange(criterion, before, after, on.at, by)
            return replace(state, thresholds=(*state.thresholds, change))
        case e.Noted(kind, text, source):
            return replace(state, notes=(*state.notes, Note(kind, text, on.actor or "", on.at, source, on.seq)))
        case e.Asked(text):
            question = Question(len(state.questions) + 1, on.actor or "", on.at, text)
            return replace(state, questions=(*state.questions, question))
        case e.Answered(number, text):
            return replace(
                state,
                questions=tuple(
                    replace(q, answer=text, answered_by=on.actor, answered_at=on.at) if q.number == number else q
                    for q in state.questions
                ),
            )
    return state


def _value(event: e.ValueReported, on: e.RecordedEvent) -> ReportedValue:
    return ReportedValue(
        event.criterion,
        event.value,
        event.producer,
        on.at,
        event.unit,
        event.subject,
        event.conditions,
        event.self_reported,
        event.key,
        event.source,
        on.seq,
    )
