"""The values of what happens to a gate beside the vote: holds, waivers, overrides and what is owed for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

ObligationKind = Literal["condition", "override review", "escalation"]

RECORDED_HOLD = "record"
"""The id of the hold that the files record, so that it can be lifted in the ledger."""


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

    def binds(self, today: date) -> bool:
        return self.lifted_at is None and (self.until is None or self.until >= today)


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
