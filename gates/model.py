"""The ledger's values: programme, people, projects, gates and the standing records beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from gates.calendar import WorkCalendar
from gates.criteria import Criterion

RiskTier = Literal["low", "medium", "high"]
DeclaredHealth = Literal["green", "amber", "red"]
RecordedState = Literal["collecting", "passed", "held", "computed"]


@dataclass(frozen=True, slots=True)
class Source:
    """The file a record came from and the line of each of its keys ("gates.2.due" -> 41)."""

    file: str
    lines: Mapping[str, int] = field(default_factory=dict)

    def line(self, key: str) -> int:
        """The line of a key, or of the nearest key above it that is known; 1 when none is."""
        while key:
            if key in self.lines:
                return self.lines[key]
            key = key.rpartition(".")[0]
        return 1


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    title: str | None = None
    email: str | None = None
    groups: tuple[str, ...] = ()
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """A place where people talk; `members` are person ids, empty for a public one."""

    name: str
    id: str
    kind: Literal["public", "private"]
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccessRule:
    """A folder pattern and who may read below it."""

    path: str
    readers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Programme:
    """People, roles, channels and the calendar. `now` freezes the clock of a demo programme; None is the real clock."""

    name: str
    people: Mapping[str, Person] = field(default_factory=dict)
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    channels: Mapping[str, Channel] = field(default_factory=dict)
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    access: tuple[AccessRule, ...] = ()
    now: datetime | None = None
    source: Source = field(default_factory=lambda: Source("programme.yaml"))

    def name_of(self, person: str) -> str:
        """A person's name, or the id as written where nobody of that id is recorded."""
        known = self.people.get(person)
        return known.name if known else person


@dataclass(frozen=True, slots=True)
class Hold:
    """A pause: who set it and why. It binds until `until` has gone by (None: until it is lifted)."""

    by: str
    reason: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What is being gated, as registered; values measured on another subject do not count."""

    model: str | None = None
    version: str | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """A decision point of a project. `state` is what the record says; "computed" leaves it to the criteria.

    `requested_by` has asked for sign-off and so may not approve. `self_approval` is the recorded opt-out for trying
    things out. `position` counts from 1.
    """

    slug: str
    name: str
    position: int
    owner: str | None = None
    due: date | None = None
    was_due: tuple[date, ...] = ()
    state: RecordedState = "collecting"
    passed_on: date | None = None
    approved_by: tuple[str, ...] = ()
    hold: Hold | None = None
    requested_by: str | None = None
    self_approval: bool = False
    criteria: tuple[Criterion, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class BudgetLine:
    name: str
    envelope: Decimal
    spent: Decimal


@dataclass(frozen=True, slots=True)
class Budget:
    """Money agreed and spent, in `currency`."""

    currency: str
    envelope: Decimal
    spent: Decimal
    as_of: date | None = None
    lines: tuple[BudgetLine, ...] = ()

    @property
    def left(self) -> Decimal:
        return self.envelope - self.spent

    @property
    def share(self) -> Decimal:
        """Spent part of the envelope, 0 to 1 and beyond; an empty envelope with spend counts as overspent."""
        if self.envelope:
            return self.spent / self.envelope
        return Decimal(0) if self.spent <= 0 else Decimal(2)


@dataclass(frozen=True, slots=True)
class DataContract:
    """An agreed delivery of data; stale when the last delivery is older than `freshness_hours`."""

    id: str
    name: str
    owner: str | None = None
    consumers: tuple[str, ...] = ()
    freshness_hours: Decimal | None = None
    last_delivery: datetime | None = None
    state: Literal["ok", "breached"] = "ok"
    key: str = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    id: str
    title: str
    due: date | None = None
    state: Literal["open", "done"] = "open"
    owner: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Risk:
    id: str
    kind: str
    title: str
    owner: str | None = None
    severity: Literal["low", "medium", "high"] = "medium"
    state: Literal["open", "mitigated", "closed"] = "open"
    mitigation: str | None = None
    raised: date | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    id: str
    title: str
    date: date | None = None
    by: str | None = None
    reason: str | None = None
    document: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model of the inventory."""

    id: str
    version: str | None = None
    owner: str | None = None
    stage: str | None = None
    last_evaluated: date | None = None
    kpi: str | None = None
    next_review: date | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Kpi:
    """A promise and how it fared: values as written."""

    id: str
    name: str
    target: str | None = None
    prototype: str | None = None
    deployed: str | None = None
    owner: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class OnCall:
    week_of: date
    person: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """A governed project with its gates in order. `noun` is what a foreign collection calls it ("proposal")."""

    slug: str
    name: str
    gates: tuple[Gate, ...] = ()
    noun: str = "project"
    status: str | None = None
    aliases: tuple[str, ...] = ()
    purpose: str | None = None
    owner: str | None = None
    manager: str | None = None
    risk_tier: RiskTier | None = None
    lifecycle: str | None = None
    declared_health: DeclaredHealth | None = None
    started: date | None = None
    weeks: int | None = None
    channel: str | None = None
    subject: Subject | None = None
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    budget: Budget | None = None
    contracts: tuple[DataContract, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    risks: tuple[Risk, ...] = ()
    decisions: tuple[Decision, ...] = ()
    models: tuple[ModelEntry, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    on_call: tuple[OnCall, ...] = ()
    source: Source = field(default_factory=lambda: Source("project.yaml"))
    access_id: int = 0

    def gate(self, slug: str) -> Gate | None:
        return next((gate for gate in self.gates if gate.slug == slug), None)

    def holders(self, role: str, programme: Programme) -> tuple[str, ...]:
        """Who holds a role here: the project's own holders, else the programme's. Unknown roles have none."""
        if role in self.roles:
            return self.roles[role]
        if role in programme.roles:
            return programme.roles[role]
        named = {"owner": self.owner, "accountable_owner": self.owner, "manager": self.manager}.get(role)
        return (named,) if named else ()
