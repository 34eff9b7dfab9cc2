"""Deciding a command: what happens if it is carried out, or why it is not. Pure; nothing is recorded here.

Whatever the command, the gate is looked at before and after: signatures whose evidence changed lapse, a passed gate
that no longer stands is open again, and a gate whose last seat is filled on met evidence passes, all in one decision.
"""

from __future__ import annotations

from gates.signoff import commands as c
from gates.signoff.approve import sign
from gates.signoff.context import Context, Decided, Passed, Refused
from gates.signoff.events import Event
from gates.signoff.override import break_glass, review_override
from gates.signoff.reconsider import lapse_and_reopen, pass_if_complete
from gates.signoff.request import answer, ask, submit, withdraw_submission
from gates.signoff.standby import delegate, end_delegation
from gates.signoff.steer import end_waiver, lift_hold, set_hold, waive
from gates.signoff.timing import run_timer
from gates.signoff.vote import abstain, reject, withdraw
from gates.signoff.word import escalate, meet_obligation, note, note_threshold, report_value

__all__ = ["Context", "Decided", "Passed", "Refused", "decide"]

Outcome = tuple[Event, ...] | Refused


def decide(command: c.Command, context: Context) -> Decided | Refused:
    """What the command comes to. The same arguments always give the same answer."""
    before = lapse_and_reopen(context)
    at_hand = context.after(before) if before else context
    done = _carry_out(command, at_hand)
    if isinstance(done, Refused):
        return done
    then = at_hand.after(done) if done else at_hand
    follow = lapse_and_reopen(then) if done else ()
    then = then.after(follow) if follow else then
    passing = pass_if_complete(then)
    then = then.after(passing) if passing else then
    return Decided((*before, *done, *follow, *passing), then.report, then.laid)


def _carry_out(command: c.Command, context: Context) -> Outcome:
    match command:
        case c.Submit() | c.WithdrawSubmission() | c.AskOnRequest() | c.AnswerOnRequest():
            return _on_request(command, context)
        case c.Sign() | c.Reject() | c.Abstain() | c.Withdraw() | c.Delegate() | c.EndDelegation():
            return _vote(command, context)
        case c.ReportValue() | c.MeetObligation() | c.Note() | c.NoteThreshold() | c.Escalate():
            return _note(command, context)
        case c.RunTimer():
            return run_timer(command, context)
        case c.Reconsider():
            return ()
    return _steer(command, context)


def _on_request(
    command: c.Submit | c.WithdrawSubmission | c.AskOnRequest | c.AnswerOnRequest, context: Context
) -> Outcome:
    match command:
        case c.Submit():
            return submit(command, context)
        case c.WithdrawSubmission():
            return withdraw_submission(command, context)
        case c.AskOnRequest():
            return ask(command, context)
        case c.AnswerOnRequest():
            return answer(command, context)


def _vote(
    command: c.Sign | c.Reject | c.Abstain | c.Withdraw | c.Delegate | c.EndDelegation, context: Context
) -> Outcome:
    match command:
        case c.Sign():
            return sign(command, context)
        case c.Reject():
            return reject(command, context)
        case c.Abstain():
            return abstain(command, context)
        case c.Withdraw():
            return withdraw(command, context)
        case c.Delegate():
            return delegate(command, context)
        case c.EndDelegation():
            return end_delegation(command, context)


def _note(
    command: c.ReportValue | c.MeetObligation | c.Note | c.NoteThreshold | c.Escalate, context: Context
) -> Outcome:
    match command:
        case c.Note():
            return note(command, context)
        case c.ReportValue():
            return report_value(command, context)
        case c.MeetObligation():
            return meet_obligation(command, context)
        case c.NoteThreshold():
            return note_threshold(command, context)
        case c.Escalate():
            return escalate(command, context)


def _steer(
    command: c.SetHold | c.LiftHold | c.Waive | c.EndWaiver | c.BreakGlass | c.ReviewOverride, context: Context
) -> Outcome:
    match command:
        case c.SetHold():
            return set_hold(command, context)
        case c.LiftHold():
            return lift_hold(command, context)
        case c.Waive():
            return waive(command, context)
        case c.EndWaiver():
            return end_waiver(command, context)
        case c.BreakGlass():
            return break_glass(command, context)
        case c.ReviewOverride():
            return review_override(command, context)
