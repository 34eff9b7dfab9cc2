"""Where a gate stands otherwise than by its criteria: overrides, and holds and waivers that ran out unnoticed. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from gates.calendar import say_day
from gates.model import Programme
from gates.signoff.model import GateLedger


@dataclass(frozen=True, slots=True)
class Exceptional:
    """One thing somebody has to know of, as a sentence, and the order that settles it."""

    says: str
    do: str


def exceptions_of(ledger: GateLedger, programme: Programme, *, now: datetime) -> Iterator[Exceptional]:
    """An override that counts or was not reviewed yet, holds past their last day, waivers past theirs."""
    about, today = f"{ledger.project} {ledger.gate}", programme.calendar.today(now)
    override = ledger.override
    if override is not None and (now < override.until or override.reviewed_at is None):
        until = say_day(programme.calendar.today(override.until), today)
        stands = f"Overridden until {until}" if now < override.until else f"An override ended on {until}"
        review = "its review is open" if override.reviewed_at is None else "reviewed"
        says = f"{stands} by {programme.name_of(override.by)}: {override.reason} ({review})."
        yield Exceptional(says, f"review-override {about}" if override.reviewed_at is None else f"show {about}")
    for hold in ledger.holds:
        if hold.lifted_at is None and hold.until is not None and hold.until < today:
            who, until = programme.name_of(hold.by), say_day(hold.until, today)
            says = f"The hold of {who} ended on {until} and binds no more; nobody lifted it: {hold.reason}."
            yield Exceptional(says, f"show {about}")
    for waiver in ledger.waivers:
        if waiver.until < today:
            who, until = programme.name_of(waiver.by), say_day(waiver.until, today)
            says = f"The waiver of {waiver.criterion} by {who} ended on {until}: {waiver.reason}."
            yield Exceptional(says, f"blockers {about}")
