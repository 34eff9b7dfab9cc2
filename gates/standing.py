"""Reading the standing records of a project.yaml: budget, contracts, risks, decisions, models, KPIs and so on."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from gates.fields import Fields
from gates.model import (
    Budget,
    BudgetLine,
    DataContract,
    Decision,
    Kpi,
    Milestone,
    ModelEntry,
    OnCall,
    Risk,
    Subject,
)

Item = TypeVar("Item")
RISK_KINDS = ("data", "performance", "bias", "drift", "scale", "privacy", "delivery")
MODEL_STAGES = ("prototype", "shadow", "canary", "full", "retired")


def read_all(fields: Fields, name: str, read: Callable[[Fields], Item]) -> tuple[Item, ...]:
    """Every mapping of a list, read by `read`; their unknown fields are noted."""
    found = []
    for inner in fields.items(name):
        found.append(read(inner))
        inner.close()
    return tuple(found)


def read_subject(fields: Fields) -> Subject | None:
    inner = fields.inner("subject")
    if inner is None:
        return None
    subject = Subject(inner.text("model"), inner.text("version"), inner.text("digest"))
    inner.close()
    return subject


def read_budget(fields: Fields) -> Budget | None:
    inner = fields.inner("budget")
    if inner is None:
        return None
    envelope, spent = inner.number("envelope"), inner.number("spent")
    if envelope is None and not inner.has("envelope"):
        inner.missing("envelope", "a number")
    lines = read_all(inner, "lines", _budget_line)
    budget = Budget(inner.need("currency"), envelope or Decimal(0), spent or Decimal(0), inner.day("as_of"), lines)
    inner.close()
    return budget


def _budget_line(fields: Fields) -> BudgetLine:
    zero = Decimal(0)
    return BudgetLine(fields.need("name"), fields.number("envelope") or zero, fields.number("spent") or zero)


def read_contract(fields: Fields) -> DataContract:
    return DataContract(
        fields.need("id"),
        fields.text("name") or fields.text("id") or "",
        fields.person("owner"),
        fields.texts("consumers"),
        fields.number("freshness_hours"),
        fields.instant("last_delivery"),
        fields.choice("state", ("ok", "breached")) or _quiet_or_loud(fields),  # type: ignore[arg-type]
        fields.key,
    )


def _quiet_or_loud(fields: Fields) -> str:
    """A state that is not recorded is the quiet one, one that cannot be read the loud one."""
    return "breached" if fields.has("state") else "ok"


def read_milestone(fields: Fields) -> Milestone:
    state = fields.choice("state", ("open", "done")) or "open"
    return Milestone(
        fields.need("id"),
        fields.need("title"),
        fields.day("due"),
        state,  # type: ignore[arg-type]
        fields.person("owner"),
        fields.key,
    )


def read_risk(fields: Fields) -> Risk:
    return Risk(
        fields.need("id"),
        fields.choice("kind", RISK_KINDS) or "delivery",
        fields.need("title"),
        fields.person("owner"),
        fields.choice("severity", ("low", "medium", "high")) or "medium",  # type: ignore[arg-type]
        fields.choice("state", ("open", "mitigated", "closed")) or "open",  # type: ignore[arg-type]
        fields.text("mitigation"),
        fields.day("raised"),
        fields.key,
    )


def read_decision(fields: Fields) -> Decision:
    return Decision(
        fields.need("id"),
        fields.need("title"),
        fields.day("date"),
        fields.person("by"),
        fields.text("reason"),
        fields.text("document"),
        fields.key,
    )


def read_model(fields: Fields) -> ModelEntry:
    return ModelEntry(
        fields.need("id"),
        fields.text("version"),
        fields.person("owner"),
        fields.choice("stage", MODEL_STAGES),
        fields.day("last_evaluated"),
        fields.text("kpi"),
        fields.day("next_review"),
        fields.key,
    )


def read_kpi(fields: Fields) -> Kpi:
    return Kpi(
        fields.need("id"),
        fields.text("name") or fields.text("id") or "",
        fields.text("target"),
        fields.text("prototype"),
        fields.text("deployed"),
        fields.person("owner"),
        fields.key,
    )


def read_on_call(fields: Fields) -> OnCall | None:
    week, person = fields.day("week_of"), fields.person("person", required=True)
    if week is None and not fields.has("week_of"):
        fields.missing("week_of", "a date as 2026-11-16")
    return OnCall(week, person, fields.key) if week and person else None
