"""The values of answering a request: signatures, conditions, rejections, delegations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Decision = Literal["approve", "approve with conditions"]


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
class Delegation:
    """Somebody signs in another's place, in one role, until a day has gone by. `id` as "d1"."""

    id: str
    by: str
    to: str
    role: str
    at: datetime
    until: date
    ended_at: datetime | None = None
