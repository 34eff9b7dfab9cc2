"""A ballot about to be cast, and what a rule is that judges it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from gates.signoff.commands import Sign
from gates.signoff.context import Context, Passed, Refused
from gates.signoff.quorum import refuse_seat
from gates.signoff.submission import Seats


@dataclass(frozen=True, slots=True)
class Ballot:
    """Somebody about to sign: the command, the seat he would fill, and for whom where he is a delegate."""

    context: Context
    command: Sign
    person: str
    seat: Seats
    on_behalf_of: str | None = None

    @property
    def principal(self) -> str:
        return self.on_behalf_of or self.person


class Rule(Protocol):
    def check(self, ballot: Ballot) -> Passed | Refused: ...


def not_counted(ballot: Ballot, reason: str, *, rule: object) -> Refused:
    """A refusal that names those who can sign instead."""
    return refuse_seat(ballot.context, ballot.seat, f"Not counted: {reason}.", rule=type(rule).__name__)
