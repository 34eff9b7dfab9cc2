"""Standing records: people, handover, adoption, acceptance, grants, cost centres and the rota.

Annotations are those of `record_types`; a field without a default is required. `key` is the dotted place in the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from gates.record_types import NamedOrId, PersonId, Progress


@dataclass(frozen=True, slots=True)
class CapacityNeed:
    """People a gate needs, as full-time equivalents; `overlap_weeks` are those of handing over to who comes next."""

    role: str
    fte: Decimal
    gate: str | None = None
    deliverable: str | None = None
    start: date | None = None
    end: date | None = None
    overlap_weeks: Decimal | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class HandoverStep:
    id: str
    title: str
    giver: PersonId | None = None
    taker: PersonId | None = None
    due: date | None = None
    state: Progress = "open"
    document: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class AdoptionStep:
    """A step towards people using it; `reached` of `wanted` people."""

    id: str
    title: str
    kind: Literal["adoption", "training"] = "adoption"
    audience: str | None = None
    owner: PersonId | None = None
    due: date | None = None
    state: Progress = "open"
    wanted: int | None = None
    reached: int | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class AcceptanceTest:
    """A test by which a stakeholder accepts the result."""

    id: str
    title: str
    stakeholder: str | None = None
    owner: PersonId | None = None
    due: date | None = None
    state: Literal["open", "passed", "failed"] = "open"
    done_on: date | None = None
    document: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class GrantObligation:
    """What a funder is owed, by when, and the document that shows it."""

    id: str
    title: str
    funder: str
    due: date | None = None
    owner: PersonId | None = None
    state: Literal["open", "met"] = "open"
    evidence: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class CostCentre:
    """Where money is charged; `share` in percent of the project's spend."""

    id: str
    name: NamedOrId = ""
    owner: PersonId | None = None
    share: Decimal | None = None
    line: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class OnCall:
    week_of: date
    person: PersonId
    key: str = ""
