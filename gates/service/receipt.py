"""Who acts, and what he gets for it: the receipt that names his record and the end of the chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gates.audit.checkpoint import SignedHead
from gates.audit.entry import Head
from gates.report import GateReport
from gates.signoff.effective import Laid
from gates.signoff.event_record import RecordedEvent
from gates.signoff.model import GateLedger


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, through which surface, and the key of the event (empty: repeating it takes effect again).

    `person` is an id of the programme as the platform verified it, None for the schedule and for pipelines without a
    person. `impersonated_by` is who really acts when somebody acts as another. `sent` is a hash of what was sent under
    the key, for senders who are held to it: the same key with something else is refused. Empty where they are not.
    """

    person: str | None
    surface: str
    key: str = ""
    impersonated_by: str | None = None
    sent: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The proof of one command: its record, the end of the chain with it, and that end signed where there is a key.

    `commit` is the trusted revision that the roles came from; without one the receipt is not for audit.
    """

    record: int
    at: datetime
    project: str
    gate: str
    head: Head
    signed: SignedHead | None = None
    commit: str = ""

    @property
    def for_audit(self) -> bool:
        return bool(self.commit)

    @property
    def line(self) -> str:
        """The receipt in one line."""
        chain = f"chain {self.head.seq}:{self.head.hash[:12]}"
        signed = f", signed {self.signed.signature[:12]} by key {self.signed.key}" if self.signed else ""
        return f"record {self.record:06d} · {chain}{signed}{'' if self.for_audit else ' · not for audit'}"


@dataclass(frozen=True, slots=True)
class Recorded:
    """The command was carried out; ledger and report show the gate as it now stands, judged by what is in `laid`.

    `again`: it was carried out before under the same key, and has no second effect. `remarks` are what the actor should
    know beside it (`gates.service.remarks`).
    """

    receipt: Receipt
    ledger: GateLedger
    report: GateReport
    laid: Laid
    events: tuple[RecordedEvent, ...] = ()
    again: bool = False
    remarks: tuple[str, ...] = ()
