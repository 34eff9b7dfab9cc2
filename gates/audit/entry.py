"""One entry of the audit log: who did what, through which surface, with before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened to the ledger, or was refused.

    `actor` is a person's id as long as the entry is ours to read; in the database and in exports a pseudonym stands
    for it. `key` names the event that caused it. `impersonated_by` is who really acted for `actor`.
    """

    kind: str
    at: datetime
    actor: str | None = None
    surface: str | None = None
    project: str | None = None
    gate: str | None = None
    criterion: str | None = None
    reason: str | None = None
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None
    programme: str | None = None
    key: str | None = None
    impersonated_by: str | None = None
    seq: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends: the number of the last record and its hash."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Record:
    """An entry as it stands in the chain: with its number, the hash before it and its own."""

    seq: int
    entry: Entry
    previous: str
    hash: str


GENESIS = Head(0, "0" * 64)
"""The end of an empty chain."""
