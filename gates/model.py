"""The ledger's values: programme, people, projects, gates and the standing records beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from gates.calendar import WorkCalendar
from gates.criteria import Criterion
from gates.record_means import (
    AcceptanceTest,
    AdoptionStep,
    CapacityNeed,
    CostCentre,
    GrantObligation,
    HandoverStep,
)
from gates.record_means import OnCall as OnCall
from gates.record_models import Drill, Experiment, Feature, Kpi, ModelEntry, Rollout, Usage
from gates.record_raid import Assumption, InterfaceContract, Issue, Milestone, Responsibility
from gates.record_raid import DataContract as DataContract
from gates.record_raid import Decision as Decision
from gates.record_raid import EscalationRule as EscalationRule
from gates.record_raid import Risk as Risk
from gates.timer import TIMERS, Timer

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
class Terms:
    """Who may do what besides signing, and how long things last; roles are those of the programme or the project.

    Days are calendar days, hours are hours on the clock; those of `timers` are working hours.
    """

    hold: tuple[str, ...] = ("model_risk_owner", "compliance_reviewer", "steering_committee", "owner", "sponsor")
    waive: tuple[str, ...] = ("steering_committee", "model_risk_owner", "sponsor", "owner")
    override: tuple[str, ...] = ("steering_committee",)
    review: tuple[str, ...] = ("model_risk_owner", "compliance_reviewer")
    signature_days: int | None = None
    longest_waiver_days: int = 90
    override_hours: int = 72
    longest_override_hours: int = 168
    review_days: int = 7
    timers: tuple[Timer, ...] = TIMERS


@dataclass(frozen=True, slots=True)
class Programme:
    """People, roles, channels, the calendar and the terms of sign-off.

    `now` freezes the clock of a demo programme; None is the real clock."""

    name: str
    people: Mapping[str, Person] = field(default_factory=dict)
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    channels: Mapping[str, Channel] = field(default_factory=dict)
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    access: tuple[AccessRule, ...] = ()
    terms: Terms = field(default_factory=Terms)
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
    """What is being gated; values measured on another subject do not count.

    `version` is the registry's, `digest` the artifact's, `dataset` the frozen snapshot, `transform` the commit of the
    transforms.
    """

    model: str | None = None
    version: str | None = None
    digest: str | None = None
    dataset: str | None = None
    transform: str | None = None


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
    interfaces: tuple[InterfaceContract, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    issues: tuple[Issue, ...] = ()
    raci: tuple[Responsibility, ...] = ()
    escalations: tuple[EscalationRule, ...] = ()
    features: tuple[Feature, ...] = ()
    experiments: tuple[Experiment, ...] = ()
    rollouts: tuple[Rollout, ...] = ()
    usage: tuple[Usage, ...] = ()
    drills: tuple[Drill, ...] = ()
    capacity: tuple[CapacityNeed, ...] = ()
    handover: tuple[HandoverStep, ...] = ()
    adoption: tuple[AdoptionStep, ...] = ()
    acceptance_tests: tuple[AcceptanceTest, ...] = ()
    grants: tuple[GrantObligation, ...] = ()
    cost_centres: tuple[CostCentre, ...] = ()
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
