"""Standing records: what others deliver, the RAID log, milestones, responsibilities and escalation rules.

Annotations are those of `record_types`; a field without a default is required. `key` is the dotted place in the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from gates.criteria import Threshold
from gates.record_types import Hours, NamedOrId, Needed, PersonId, Progress, RiskKind, Severity


@dataclass(frozen=True, slots=True)
class DataContract:
    """An agreed delivery of data; stale when the last delivery is older than `freshness_hours`."""

    id: str
    name: NamedOrId = ""
    owner: PersonId | None = None
    consumers: tuple[str, ...] = ()
    freshness_hours: Decimal | None = None
    last_delivery: datetime | None = None
    state: Literal["ok", "breached"] = "ok"
    key: str = ""


@dataclass(frozen=True, slots=True)
class InterfaceContract:
    """An agreed interface of another team; it can be relied on while it is agreed and valid."""

    id: str
    name: NamedOrId = ""
    owner: PersonId | None = None
    provider: str | None = None
    consumers: tuple[str, ...] = ()
    version: str | None = None
    state: Literal["draft", "agreed", "breached"] = "draft"
    agreed_on: date | None = None
    valid_until: date | None = None
    document: str | None = None
    key: str = ""


# --- RAID log, milestones, responsibilities ---------------------------------------------


@dataclass(frozen=True, slots=True)
class Milestone:
    id: str
    title: str
    due: date | None = None
    state: Progress = "open"
    owner: PersonId | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Risk:
    id: str
    kind: RiskKind = "delivery"
    title: Needed = ""
    owner: PersonId | None = None
    severity: Severity = "medium"
    state: Literal["open", "mitigated", "closed"] = "open"
    mitigation: str | None = None
    raised: date | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something taken for true until it is checked."""

    id: str
    title: str
    owner: PersonId | None = None
    state: Literal["open", "confirmed", "refuted"] = "open"
    check_by: date | None = None
    raised: date | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that has gone wrong already, in planning or in operation."""

    id: str
    title: str
    owner: PersonId | None = None
    severity: Severity = "medium"
    state: Literal["open", "closed"] = "open"
    raised: date | None = None
    due: date | None = None
    next: str | None = None
    document: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    id: str
    title: str
    date: date | None = None
    by: PersonId | None = None
    reason: str | None = None
    document: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Responsibility:
    """A line of the RACI: who does it, the one who answers for it, who is asked and who is told."""

    activity: str
    accountable: PersonId
    responsible: tuple[PersonId, ...] = ()
    consulted: tuple[PersonId, ...] = ()
    informed: tuple[PersonId, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class EscalationRule:
    """A measured value that calls for an action: `when` the reported `metric` is so, `owner` acts within so many hours.

    `within_hours` 0 is at once.
    """

    id: str
    metric: str
    when: Threshold
    action: str
    owner: PersonId
    within: Hours = 0
    key: str = ""
