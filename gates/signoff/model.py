"""The ledger of one gate: everything that happened to it, folded; and the revision its policy comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from gates.signoff.intervention import LedgerHold, Obligation, Override, Waiver
from gates.signoff.signature import Declined, Delegation, SignedSeat
from gates.signoff.submission import EvidenceItem, Submission
from gates.signoff.told import Note, Question, ReportedValue, ThresholdChange

Phase = Literal["none", "submitted", "passed", "rejected", "withdrawn"]


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
