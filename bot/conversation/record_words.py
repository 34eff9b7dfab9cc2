"""The words of the standing records: what their kinds, columns, values and the records themselves are called."""

from __future__ import annotations

from collections.abc import Iterable

from bot.conversation.names import Name, name, tokens
from gates.record_kinds import RECORD_KINDS
from gates.record_queries import Recorded
from gates.standing import columns_of

KIND_NAMES: tuple[Name, ...] = tuple(
    name(text, "kind", kind.name)
    for kind in RECORD_KINDS
    for text in (kind.noun, kind.plural, *kind.said, *(f"{word}s" for word in kind.said))
)

_COLUMN_WORDS: dict[str, tuple[str, ...]] = {
    "mitigation": ("mitigation", "mitigated by"), "reason": ("reason",), "funder": ("funder", "funded by"),
    "target": ("target",), "prototype": ("prototype figure", "prototype value"), "deployed": ("deployed figure",),
    "cadence": ("cadence",), "computation": ("computation", "computed"), "sensitivity": ("sensitivity",),
    "cost": ("cost", "costs"), "latency_ms": ("latency",), "override_rate": ("override rate", "overruled"),
    "predictions": ("predictions",), "freshness_hours": ("freshness", "freshness sla"), "evidence": ("evidence",),
    "stakeholder": ("stakeholder",), "hypothesis": ("hypothesis",), "result": ("result", "outcome"),
    "share": ("share",), "stage": ("stage",), "version": ("version",), "severity": ("severity",),
    "consulted": ("consulted",), "informed": ("informed",), "responsible": ("responsible",),
    "accountable": ("accountable",), "last_delivery": ("last delivery",), "last_evaluated": ("last evaluated",),
    "last_retrained": ("last retrained",), "deliverable": ("deliverable",), "fte": ("fte",), "action": ("action",),
    "value_per_prediction": ("value per prediction",), "maintenance_cost": ("maintenance cost",),
    "cost_per_1000": ("cost per 1000 predictions", "cost per 1,000 predictions"), "provider": ("provider",),
    "next": ("next action",), "document": ("document",), "state": ("state", "status"),
}  # fmt: skip


def column_names() -> Iterable[Name]:
    """What people say for the columns of standing records."""
    return (name(text, "column", column) for column, texts in _COLUMN_WORDS.items() for text in texts)


def value_names() -> Iterable[Name]:
    """The words of choice of all kinds: "bias", "breached", "canary"."""
    values = {choice for kind in RECORD_KINDS for column in columns_of(kind.value) for choice in column.choices}
    return (name(value.replace("_", " "), "value", value) for value in sorted(values - {"open"}))


def record_names(items: Iterable[Recorded]) -> list[Name]:
    """What people call records: id, title, and a contract's first word with the word of its kind."""
    found = []
    for item in items:
        ref = f"{item.project.slug}/{item.kind.name}/{item.id}"
        said = {item.id, item.title, *(f"{item.title} {word}" for word in (item.kind.noun, item.kind.noun.split()[-1]))}
        if item.kind.name in ("data_contracts", "interface_contracts"):
            said |= {f"{tokens(item.title)[0]} {item.kind.noun}", f"{tokens(item.title)[0]} contract"}
        found += [name(text, "record", ref) for text in said]
    return found
