"""The values of sign-off: submissions, signatures, holds, waivers, overrides, and the ledger of one gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from gates.model import Subject
from gates.model import Terms as Terms  # part of what a command is decided by

Decision = Literal["approve", "approve with conditions"]
Phase = Literal["none", "submitted", "passed", "rejected", "withdrawn"]
ObligationKind = Literal["condition", "override review", "escalation"]
NoteKind = Literal["decision", "risk"]

RECORDED_HOLD = "record"
"""The id of the hold that the files record, so that it can be lifted in the ledger."""


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """The evidence of one criterion as it was frozen.

    `raw_sha256` is that of the document's bytes, `normal_sha256` that of its text after `normaliser` (see `normal`);
    None where the criterion rests on no document. `threshold` is the limit as written ("<= 120"), `value` the reported
    value verbatim, `producers` the people who made it. `rule_sha256` stands for what is recorded rather than measured
    (a review, a window). `fingerprint` is what a signature confirms.
    """

    criterion: str
    fingerprint: str
    document: str | None = None
    raw_sha256: str | None = None
    normal_sha256: str | None = None
    normaliser: str = ""
    value: str | None = None
    threshold: str | None = None
    producers: tuple[str, ...] = ()
    rule_sha256: str = ""
    self_reported: bool = False


@dataclass(frozen=True, slots=True)
class EvidencePack:
    """All evidence of a submission, frozen; `id` is the hash of the subject and every item's fingerprint."""

    id: str
    items: tuple[EvidenceItem, ...] = ()

    def item(self, criterion: str) -> EvidenceItem | None:
        return next((item for item in self.items if item.criterion == criterion), None)


@dataclass(frozen=True, slots=True)
class Seats:
    """An approval criterion as it was when a gate was submitted: role, quorum and who held the role then."""

    criterion: str
    role: str
    quorum: int
    holders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Submission:
    """A request for sign-off. It keeps the seats and the policy revision it was made under.

    `due` was the last day for submitting, `decide_by` is the last day for deciding. `number` counts from 1 in a gate.
    """

    number: int
    by: str
    at: datetime
    subject: Subject
    pack: EvidencePack
    seats: tuple[Seats, ...] = ()
    due: date | None = None
    decide_by: date | None = None
    revision: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """What an approval is conditional on: something done by an instant, by somebody."""

    text: str
    due: datetime
    owner: str


@dataclass(frozen=True, slots=True)
class SignedSeat:
    """A signature given in the ledger.

    It fills a seat of the approval `criterion`, in a role, for oneself or on behalf of a delegator. `confirmed` are the
    (criterion, fingerprint) pairs it rests on, `flags` the (criterion, remark) pairs. `lapsed` names the criteria whose
    evidence changed since: empty while it counts. `seq` is the record that holds it.
    """

    by: str
    role: str
    criterion: str
    at: datetime
    seq: int
    decision: Decision = "approve"
    on_behalf_of: str | None = None
    confirmed: tuple[tuple[str, str], ...] = ()
    flags: tuple[tuple[str, str], ...] = ()
    comment: str = ""
    expires: date | None = None
    lapsed: tuple[str, ...] = ()
    withdrawn: bool = False
    self_approval: bool = False

    @property
    def principal(self) -> str:
        """Whose seat it is: the delegator's, where somebody signed for him."""
        return self.on_behalf_of or self.by


@dataclass(frozen=True, slots=True)
class Declined:
    """A rejection or an abstention, with its comment."""

    by: str
    role: str
    at: datetime
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something owed by a day: a condition of an approval, the review of an override, an escalation's action.

    `id` is unique within the gate ("c1"). An overdue condition re-opens a passed gate; the other kinds do not.
    """

    id: str
    kind: ObligationKind
    text: str
    owner: str
    due: datetime
    since: datetime
    met_at: datetime | None = None
    met_by: str | None = None
    rule: str = ""

    @property
    def is_open(self) -> bool:
        return self.met_at is None


@dataclass(frozen=True, slots=True)
class LedgerHold:
    """A pause set in the ledger. It binds until its last day has gone by or the same role lifts it. `id` as "h1"."""

    id: str
    by: str
    role: str
    reason: str
    at: datetime
    until: date | None = None
    lifted_by: str | None = None
    lifted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """A criterion that need not be met until `until` has gone by; `by` approved it in `role`."""

    criterion: str
    by: str
    role: str
    reason: str
    at: datetime
    until: date


@dataclass(frozen=True, slots=True)
class Override:
    """Breaking the glass: the gate counts as overridden until `until`; the review is an obligation ("r1")."""

    by: str
    role: str
    reason: str
    at: datetime
    until: datetime
    review: str
    finding: str = ""
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delegation:
    """Somebody signs in another's place, in one role, until a day has gone by. `id` as "d1"."""

    id: str
    by: str
    to: str
    role: str
    at: datetime
    until: date
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReportedValue:
    """A value that arrived by chat or by a pipeline instead of in a document.

    `producer` is the person behind it, who counts as evidence author. `self_reported`: somebody's word in chat, which
    never satisfies a high-risk criterion alone. `key` makes reporting idempotent. `source` says where it comes from.
    """

    criterion: str
    value: str
    producer: str | None
    at: datetime
    unit: str | None = None
    subject: Subject | None = None
    conditions: tuple[tuple[str, str], ...] = ()
    self_reported: bool = False
    key: str = ""
    source: str = ""
    seq: int = 0

    @property
    def slot(self) -> tuple[str, bool, Subject | None]:
        """Of the values for one criterion on one subject the newest is kept, chat and pipelines apart."""
        return self.criterion, self.self_reported, self.subject


@dataclass(frozen=True, slots=True)
class ThresholdChange:
    """A limit that was changed in the records at `at`; results from before do not count against the new one."""

    criterion: str
    before: str
    after: str
    at: datetime
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question on a sign-off request, numbered from 1, with its answer once there is one."""

    number: int
    by: str
    at: datetime
    text: str
    answer: str = ""
    answered_by: str | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A decision or a risk as somebody told it; the files stay the owner of the RAID log. `source`: where it was said.

    It blocks nothing and proves nothing.
    """

    kind: NoteKind
    text: str
    by: str
    at: datetime
    source: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Passing:
    """The decision that passed a gate: when, by which record, on which pack, signed by whom."""

    at: datetime
    seq: int
    pack: str
    signed_by: tuple[str, ...] = ()
    waived: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GateLedger:
    """Everything that happened to one gate, folded: a gate without events is `GateLedger(project, gate)`.

    `seq` is the last record folded in. `evidence` holds every item that a signature may rest on, by fingerprint.
    `reopened` says why a passed gate is open again. `record_hold_lifted` is when the files' hold was lifted here; a
    hold that the files set later binds again. `owed` counts obligations by kind, for their ids.
    """

    project: str
    gate: str
    seq: int = 0
    phase: Phase = "none"
    submission: Submission | None = None
    submissions: int = 0
    signed: tuple[SignedSeat, ...] = ()
    abstained: tuple[Declined, ...] = ()
    rejected: Declined | None = None
    withdrawn_reason: str = ""
    passing: Passing | None = None
    reopened: tuple[str, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    holds: tuple[LedgerHold, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    override: Override | None = None
    delegations: tuple[Delegation, ...] = ()
    reported: tuple[ReportedValue, ...] = ()
    thresholds: tuple[ThresholdChange, ...] = ()
    questions: tuple[Question, ...] = ()
    record_hold_lifted: datetime | None = None
    owed: Mapping[str, int] = field(default_factory=dict)
    evidence: Mapping[str, EvidenceItem] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether signatures may be given: submitted, or passed and possibly asked again."""
        return self.phase in ("submitted", "passed")

    @property
    def given(self) -> tuple[SignedSeat, ...]:
        """Signatures of this submission that neither lapsed nor were taken back; they may have expired."""
        return tuple(seat for seat in self.signed if not seat.lapsed and not seat.withdrawn)


@dataclass(frozen=True, slots=True)
class PolicyRevision:
    """Where roles and policy come from. `commit` is empty outside Git: receipts then say "not for audit".

    `granted_by`: role -> person -> the person whose commit put him there, where known.
    """

    commit: str = ""
    granted_by: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
