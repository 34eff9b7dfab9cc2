"""The values of asking for sign-off: the frozen evidence, the seats to fill, the request itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from gates.model import Subject


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
