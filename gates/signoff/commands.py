"""What people, pipelines and the schedule may ask of a gate: one small frozen value per command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from gates.model import Subject
from gates.signoff.signature import Condition
from gates.signoff.told import NoteKind
from gates.timer import Timer


@dataclass(frozen=True, slots=True)
class Submit:
    """Ask for sign-off of a subject; the evidence as it is now is frozen. `decide_by` is the last day for deciding."""

    subject: Subject
    decide_by: date | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """Approve, with conditions where some are named.

    `role` may be left out by somebody who can sign in one role only. `confirmed` are criteria looked at one by one,
    empty for all of the pack in one press; `flags` are (criterion, remark) pairs, answered by a condition or by
    rejecting. `pack` is the pack the signer saw: when the evidence has changed since, the press does not count.
    """

    role: str | None = None
    confirmed: tuple[str, ...] = ()
    flags: tuple[tuple[str, str], ...] = ()
    conditions: tuple[Condition, ...] = ()
    comment: str = ""
    pack: str | None = None
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """Turn the submission down; it is closed. The comment says why."""

    comment: str
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Abstain:
    """Take no side; fills no seat."""

    role: str | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take one's own signature back."""

    comment: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawSubmission:
    """Take the submission back."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class AskOnRequest:
    text: str


@dataclass(frozen=True, slots=True)
class AnswerOnRequest:
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Delegate:
    """Let somebody sign in one's place, in one role, up to and including a day."""

    to: str
    until: date
    role: str | None = None


@dataclass(frozen=True, slots=True)
class EndDelegation:
    """End one's delegations on this gate, or those to one person."""

    to: str | None = None


@dataclass(frozen=True, slots=True)
class SetHold:
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class LiftHold:
    """Lift the hold of that id, or the one there is. A hold of the records has the id "record"."""

    id: str | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Waive:
    """Let the gate pass without a criterion, up to and including a day."""

    criterion: str
    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class EndWaiver:
    criterion: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """Override: the gate counts as passed against its criteria, until an instant."""

    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReviewOverride:
    finding: str


@dataclass(frozen=True, slots=True)
class ReportValue:
    """A measured value. `self_reported` is True for chat; `key` makes repeating it harmless.

    `producer` is the person behind a pipeline's value; the actor is it where None.
    """

    criterion: str
    value: str
    unit: str | None = None
    subject: Subject | None = None
    conditions: tuple[tuple[str, str], ...] = ()
    producer: str | None = None
    self_reported: bool = True
    key: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class MeetObligation:
    """Say that a condition or an escalation's action is done."""

    id: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Keep a decision or a risk with the gate. `source` is where it was said: a link to the message."""

    kind: NoteKind
    text: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class NoteThreshold:
    """The records changed a limit (told by taking records in). `by` is the author of the change, where known."""

    criterion: str
    before: str
    after: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Escalate:
    """An escalation rule has come due (told by the schedule)."""

    rule: str
    text: str
    owner: str
    due: datetime


@dataclass(frozen=True, slots=True)
class RunTimer:
    """A timer has run out on the empty seat of a criterion of this submission (told by the schedule)."""

    timer: Timer
    criterion: str
    submission: int


@dataclass(frozen=True, slots=True)
class Reconsider:
    """Look at the gate again: record signatures that lapsed, a gate that is open again, or one that now passes.

    The schedule sends it after records changed and at least once a day; anybody else's command does the same.
    """


Command = (
    Submit
    | Sign
    | Reject
    | Abstain
    | Withdraw
    | WithdrawSubmission
    | AskOnRequest
    | AnswerOnRequest
    | Delegate
    | EndDelegation
    | SetHold
    | LiftHold
    | Waive
    | EndWaiver
    | BreakGlass
    | ReviewOverride
    | ReportValue
    | MeetObligation
    | Note
    | NoteThreshold
    | Escalate
    | RunTimer
    | Reconsider
)
