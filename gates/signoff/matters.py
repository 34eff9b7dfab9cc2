"""What a person owes a gate beside its criteria: answers, conditions, reviews, and signatures that lapsed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gates.signoff.model import GateLedger

MatterKind = Literal["question", "condition", "override review", "escalation", "lapsed signature"]


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing. `id` is the question's number, the obligation's id or the approval criterion; `due` where it has one.

    A lapsed signature has no text: what changed may be restricted.
    """

    project: str
    gate: str
    kind: MatterKind
    id: str
    text: str
    since: datetime
    due: datetime | None = None


def matters_of(ledgers: Iterable[GateLedger], person: str) -> tuple[Matter, ...]:
    """Everything that a person owes these gates: what is due first comes first, then the oldest."""
    found = [matter for ledger in ledgers for matter in _matters(ledger, person)]
    return tuple(sorted(found, key=lambda matter: (matter.due is None, matter.due or matter.since, matter.since)))


def _matters(ledger: GateLedger, person: str) -> Iterator[Matter]:
    where = (ledger.project, ledger.gate)
    if ledger.submission is not None and ledger.submission.by == person and ledger.is_open:
        for asked in ledger.questions:
            if not asked.answer:
                yield Matter(*where, "question", str(asked.number), asked.text, asked.at)
    for owed in ledger.obligations:
        if owed.is_open and owed.owner == person:
            yield Matter(*where, owed.kind, owed.id, owed.text, owed.since, owed.due)
    yield from _lapsed(ledger, person)


def _lapsed(ledger: GateLedger, person: str) -> Iterator[Matter]:
    """Signatures of his that no longer count, unless he has signed for that seat again."""
    if not ledger.is_open:
        return
    again = {seat.criterion for seat in ledger.given if seat.by == person}
    for seat in ledger.signed:
        if seat.by == person and seat.lapsed and not seat.withdrawn and seat.criterion not in again:
            again.add(seat.criterion)
            yield Matter(ledger.project, ledger.gate, "lapsed signature", seat.criterion, "", seat.at)
