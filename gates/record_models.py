"""Standing records: the model inventory, KPIs, features, experiments, rollouts, use and drills.

Annotations are those of `record_types`; a field without a default is required. `key` is the dotted place in the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from gates.record_types import ModelStage, Money, NamedOrId, PersonId


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model of the inventory. It is due for retirement when neither retrained nor used within `window_days`."""

    id: str
    version: str | None = None
    owner: PersonId | None = None
    stage: ModelStage | None = None
    last_evaluated: date | None = None
    kpi: str | None = None
    next_review: date | None = None
    last_retrained: date | None = None
    last_used: date | None = None
    window_days: int | None = None
    maintenance_cost: Money | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Kpi:
    """A promise and how it fared, values as written: the prototype's figure beside the deployed one."""

    id: str
    name: NamedOrId = ""
    target: str | None = None
    prototype: str | None = None
    deployed: str | None = None
    owner: PersonId | None = None
    kind: Literal["business", "model"] | None = None
    metric: str | None = None
    value_per_prediction: Money | None = None
    promised_to: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Feature:
    """A line of the feature catalogue. `cost` is per month, `latency_ms` that of one look-up."""

    id: str
    name: NamedOrId = ""
    owner: PersonId | None = None
    computation: str | None = None
    cadence: str | None = None
    freshness_hours: Decimal | None = None
    sensitivity: Literal["public", "internal", "personal", "special"] | None = None
    cost: Money | None = None
    latency_ms: Decimal | None = None
    contract: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Experiment:
    id: str
    title: str
    kind: Literal["offline", "shadow", "ab_test"] = "offline"
    owner: PersonId | None = None
    state: Literal["planned", "running", "done", "stopped"] = "planned"
    start: date | None = None
    end: date | None = None
    cost: Money | None = None
    hypothesis: str | None = None
    result: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Rollout:
    """How far a model is let out; `share` in percent."""

    id: str
    model: str
    version: str | None = None
    stage: Literal["planned", "shadow", "canary", "full", "rolled back"] = "planned"
    share: Decimal | None = None
    since: date | None = None
    owner: PersonId | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """How much a model was used up to `as_of`, and how often people overruled it (percent)."""

    model: str
    as_of: date
    predictions: int | None = None
    users: int | None = None
    override_rate: Decimal | None = None
    cost_per_1000: Money | None = None
    p95_ms: Decimal | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Drill:
    """A rollback drill (due every quarter) or a forced retraining (due every year), planned for or done on `date`."""

    id: str
    model: str
    kind: Literal["rollback", "retrain"] = "rollback"
    date: date | None = None
    result: Literal["planned", "passed", "failed"] = "planned"
    owner: PersonId | None = None
    document: str | None = None
    key: str = ""
