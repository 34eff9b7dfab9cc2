"""Folding holds, waivers, overrides and obligations into the state of a gate."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from gates.signoff import events as e
from gates.signoff.event_record import RecordedEvent
from gates.signoff.intervention import RECORDED_HOLD, LedgerHold, Obligation, ObligationKind, Override, Waiver
from gates.signoff.model import GateLedger

_LETTERS = {"condition": "c", "override review": "r", "escalation": "e"}


def owe(
    state: GateLedger, kind: ObligationKind, text: str, *, owner: str, due: datetime, at: datetime, rule: str = ""
) -> GateLedger:
    """One more obligation. Its id counts within its kind over the whole life of the gate."""
    number = state.owed.get(kind, 0) + 1
    owed = Obligation(f"{_LETTERS[kind]}{number}", kind, text, owner, due, at, rule=rule)
    return replace(state, obligations=(*state.obligations, owed), owed={**state.owed, kind: number})


def fold_intervention(state: GateLedger, on: RecordedEvent) -> GateLedger:
    """The state after a hold, a waiver, an override or an obligation; any other event leaves it as it is."""
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
            return owe(state, "escalation", text, owner=owner, due=due, at=on.at, rule=rule)
        case e.ObligationMet(id_):
            return _met(state, id_, by=actor, at=on.at)
    return state


def _lifted(state: GateLedger, id_: str, *, by: str, at: datetime) -> GateLedger:
    if id_ == RECORDED_HOLD:
        return replace(state, record_hold_lifted=at)
    holds = tuple(replace(hold, lifted_by=by, lifted_at=at) if hold.id == id_ else hold for hold in state.holds)
    return replace(state, holds=holds)


def _without(state: GateLedger, criterion: str) -> tuple[Waiver, ...]:
    return tuple(waiver for waiver in state.waivers if waiver.criterion != criterion)


def _overridden(state: GateLedger, event: e.Overridden, *, by: str, at: datetime) -> GateLedger:
    text = f"review the override: {event.reason}"
    owed = owe(state, "override review", text, owner=event.review_owner, due=event.review_due, at=at)
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
