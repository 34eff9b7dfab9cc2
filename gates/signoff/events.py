"""What happened to a gate: one small frozen value per kind of event.

Events are the truth of sign-off: a gate's state is their fold (`gates.signoff.fold`). Names and fields only ever grow;
what is left out of the JSON has its default.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from gates.model import Subject
from gates.signoff.signature import Condition, Decision
from gates.signoff.submission import EvidencePack, Seats
from gates.signoff.told import NoteKind


@dataclass(frozen=True, slots=True)
class Submitted:
    """The actor asked for sign-off; the pack is frozen with it."""

    subject: Subject
    pack: EvidencePack
    seats: tuple[Seats, ...] = ()
    due: date | None = None
    decide_by: date | None = None
    revision: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class PackRenewed:
    """The evidence changed under an open submission: this is what signatures rest on from now on."""

    pack: EvidencePack


@dataclass(frozen=True, slots=True)
class Signed:
    """The actor approved. `revision` is the policy that made him eligible; `self_approval` marks the logged opt-out."""

    role: str
    criterion: str
    decision: Decision = "approve"
    on_behalf_of: str | None = None
    confirmed: tuple[tuple[str, str], ...] = ()
    flags: tuple[tuple[str, str], ...] = ()
    conditions: tuple[Condition, ...] = ()
    comment: str = ""
    expires: date | None = None
    revision: str = ""
    self_approval: bool = False


@dataclass(frozen=True, slots=True)
class SignatureLapsed:
    """A signature no longer counts: the evidence of these criteria changed. `changes` says how, in words."""

    by: str
    seat: int
    criteria: tuple[str, ...]
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignatureWithdrawn:
    seat: int
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The actor turned the submission down; it is closed."""

    role: str
    comment: str


@dataclass(frozen=True, slots=True)
class Abstained:
    role: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class SubmissionWithdrawn:
    reason: str = ""


@dataclass(frozen=True, slots=True)
class GatePassed:
    """Every seat is filled and every criterion met or waived: what the decision rested on."""

    pack: str
    signed_by: tuple[str, ...] = ()
    waived: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GateReopened:
    """A passed gate is open again, and why."""

    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Delegated:
    """`by` is the delegator where a timer delegated in his absence, None where he did it himself."""

    to: str
    role: str
    until: date
    by: str | None = None


@dataclass(frozen=True, slots=True)
class DelegationEnded:
    id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HoldSet:
    role: str
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class HoldLifted:
    """A hold was lifted; the id "record" is the hold that the files record."""

    id: str
    role: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Waived:
    criterion: str
    role: str
    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class WaiverEnded:
    criterion: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Overridden:
    """The glass was broken; the review is owed by `review_owner` until `review_due`."""

    role: str
    reason: str
    until: datetime
    review_owner: str
    review_due: datetime


@dataclass(frozen=True, slots=True)
class OverrideReviewed:
    finding: str


@dataclass(frozen=True, slots=True)
class ValueReported:
    criterion: str
    value: str
    producer: str | None = None
    unit: str | None = None
    subject: Subject | None = None
    conditions: tuple[tuple[str, str], ...] = ()
    self_reported: bool = False
    key: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class ThresholdChanged:
    criterion: str
    before: str
    after: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Escalated:
    """An escalation rule came due: an obligation with a deadline."""

    rule: str
    text: str
    owner: str
    due: datetime


@dataclass(frozen=True, slots=True)
class ObligationMet:
    id: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """Something said about a gate that is to be remembered. `source` is where it was said."""

    kind: NoteKind
    text: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class CommandRefused:
    """A command that was not carried out; nothing changed but that it is known."""

    command: str
    reason: str


Event = (
    Submitted
    | PackRenewed
    | Signed
    | SignatureLapsed
    | SignatureWithdrawn
    | Rejected
    | Abstained
    | SubmissionWithdrawn
    | GatePassed
    | GateReopened
    | Asked
    | Answered
    | Delegated
    | DelegationEnded
    | HoldSet
    | HoldLifted
    | Waived
    | WaiverEnded
    | Overridden
    | OverrideReviewed
    | ValueReported
    | ThresholdChanged
    | Escalated
    | ObligationMet
    | Noted
    | CommandRefused
)
