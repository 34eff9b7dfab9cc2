"""The table of standing records: where each kind is written, what it is called, and which columns a list shows."""

from __future__ import annotations

from dataclasses import dataclass

from gates.record_means import (
    AcceptanceTest,
    AdoptionStep,
    CapacityNeed,
    CostCentre,
    GrantObligation,
    HandoverStep,
    OnCall,
)
from gates.record_models import Drill, Experiment, Feature, Kpi, ModelEntry, Rollout, Usage
from gates.record_raid import (
    Assumption,
    DataContract,
    Decision,
    EscalationRule,
    InterfaceContract,
    Issue,
    Milestone,
    Responsibility,
    Risk,
)

StandingRecord = (
    DataContract | InterfaceContract | Milestone | Risk | Assumption | Issue | Decision | Responsibility
    | EscalationRule | ModelEntry | Kpi | Feature | Experiment | Rollout | Usage | Drill | CapacityNeed | HandoverStep
    | AdoptionStep | AcceptanceTest | GrantObligation | CostCentre | OnCall
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind of standing record.

    `name` is its list in project.yaml and in `gatehouse gate records`; `attribute` the field of `Project` that holds
    it. `noun` is one of them, `plural` several; `said` are other words people use. `columns` are shown in a list,
    `gone` the states that put a record out of mind when "open" ones are asked for.
    """

    name: str
    attribute: str
    noun: str
    plural: str
    value: type[StandingRecord]
    columns: tuple[str, ...]
    said: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    day: str | None = None


RECORD_KINDS: tuple[RecordKind, ...] = (
    RecordKind("data_contracts", "contracts", "data contract", "data contracts", DataContract,
               ("name", "owner", "state", "last_delivery"), ("contract", "feed")),
    RecordKind("interface_contracts", "interfaces", "interface contract", "interface contracts", InterfaceContract,
               ("name", "owner", "provider", "state", "valid_until"), ("interface", "api"), day="valid_until"),
    RecordKind("milestones", "milestones", "milestone", "milestones", Milestone,
               ("title", "due", "state", "owner"), gone=("done",), day="due"),
    RecordKind("risks", "risks", "risk", "risks", Risk,
               ("title", "kind", "severity", "state", "owner", "mitigation"), gone=("mitigated", "closed")),
    RecordKind("assumptions", "assumptions", "assumption", "assumptions", Assumption,
               ("title", "state", "owner", "check_by"), gone=("confirmed", "refuted"), day="check_by"),
    RecordKind("issues", "issues", "issue", "issues", Issue,
               ("title", "severity", "state", "owner", "due"), ("incident",), gone=("closed",), day="due"),
    RecordKind("decisions", "decisions", "decision", "decisions", Decision, ("title", "date", "by", "reason"),
               day="date"),
    RecordKind("raci", "raci", "responsibility", "responsibilities", Responsibility,
               ("activity", "accountable", "responsible"), ("raci",)),
    RecordKind("escalations", "escalations", "escalation rule", "escalation rules", EscalationRule,
               ("metric", "when", "action", "owner", "within"), ("escalation",)),
    RecordKind("models", "models", "model", "models", ModelEntry,
               ("id", "version", "stage", "owner", "last_evaluated", "next_review"),
               gone=("retired",), day="next_review"),
    RecordKind("kpis", "kpis", "KPI", "KPIs", Kpi,
               ("name", "target", "prototype", "deployed", "owner"), ("kpi",)),
    RecordKind("features", "features", "feature", "features", Feature,
               ("name", "owner", "cadence", "freshness_hours", "sensitivity", "cost", "latency_ms")),
    RecordKind("experiments", "experiments", "experiment", "experiments", Experiment,
               ("title", "kind", "state", "start", "end", "cost", "owner"), ("a/b test", "ab test"),
               gone=("done", "stopped"), day="end"),
    RecordKind("rollouts", "rollouts", "rollout", "rollouts", Rollout,
               ("model", "version", "stage", "share", "since", "owner"), gone=("rolled back",), day="since"),
    RecordKind("usage", "usage", "usage record", "usage records", Usage,
               ("model", "as_of", "predictions", "override_rate", "cost_per_1000", "p95_ms"),
               ("usage", "override rate")),
    RecordKind("drills", "drills", "drill", "drills", Drill,
               ("model", "kind", "date", "result", "owner"), ("retraining",), gone=("passed", "failed"), day="date"),
    RecordKind("capacity", "capacity", "capacity need", "capacity needs", CapacityNeed,
               ("role", "fte", "gate", "deliverable", "start", "end", "overlap_weeks"), ("capacity plan", "capacity"),
               day="start"),
    RecordKind("handover", "handover", "handover step", "handover steps", HandoverStep,
               ("title", "giver", "taker", "due", "state"), ("handover plan",), gone=("done",), day="due"),
    RecordKind("adoption", "adoption", "adoption step", "adoption steps", AdoptionStep,
               ("title", "kind", "audience", "owner", "due", "state"), ("adoption plan", "training", "training plan"),
               gone=("done",), day="due"),
    RecordKind("acceptance_tests", "acceptance_tests", "acceptance test", "acceptance tests", AcceptanceTest,
               ("title", "stakeholder", "owner", "due", "state"), gone=("passed",), day="due"),
    RecordKind("grants", "grants", "grant obligation", "grant obligations", GrantObligation,
               ("title", "funder", "due", "owner", "state", "evidence"), ("grant", "obligation"),
               gone=("met",), day="due"),
    RecordKind("cost_centres", "cost_centres", "cost centre", "cost centres", CostCentre,
               ("id", "name", "owner", "share", "line"), ("cost center",)),
    RecordKind("on_call", "on_call", "on-call duty", "on-call duties", OnCall,
               ("week_of", "person"), ("on call", "on-call", "rota"), day="week_of"),
)  # fmt: skip


def kind_named(name: str) -> RecordKind | None:
    """The kind of this name, as typed in a command: its list, or what one or several of them are called."""
    wanted = " ".join(name.casefold().replace("_", " ").replace("-", " ").split())
    for kind in RECORD_KINDS:
        called = (kind.name.replace("_", " "), kind.noun, kind.plural, *kind.said)
        if wanted in (word.casefold().replace("-", " ") for word in called):
            return kind
    return None


def id_of(record: StandingRecord) -> str:
    """What a record is told apart by: its id, or what stands in for one."""
    match record:
        case Responsibility():
            return record.activity
        case Usage():
            return f"{record.model} {record.as_of}"
        case CapacityNeed():
            return f"{record.role} {record.gate or ''}".strip()
        case OnCall():
            return record.week_of.isoformat()
        case _:
            return record.id


def title_of(record: StandingRecord) -> str:
    """What people call a record."""
    for name in ("title", "name"):
        if found := getattr(record, name, ""):
            return str(found)
    return id_of(record)


def owner_of(record: StandingRecord) -> str | None:
    """Who answers for a record: its owner, or the person its kind names instead."""
    match record:
        case Responsibility():
            return record.accountable
        case Decision():
            return record.by
        case HandoverStep():
            return record.taker or record.giver
        case OnCall():
            return record.person
        case Usage() | CapacityNeed():
            return None
        case _:
            return record.owner
