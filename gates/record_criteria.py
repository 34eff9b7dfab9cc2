"""Reading the criteria of a project.yaml: the common fields, then those of the kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import cast

from gates.criteria import (
    KINDS,
    Approval,
    Artifact,
    ContractRef,
    Cost,
    Criterion,
    Dependency,
    EvidenceRef,
    EvidenceWindow,
    GateRef,
    InterfaceRef,
    Latency,
    Metric,
    Operator,
    RecordCheck,
    RecordChecks,
    Review,
    Rule,
    Signature,
    Threshold,
    UnknownRule,
)
from gates.fields import Fields
from gates.record_problems import nearest

_THRESHOLD = re.compile(r"^\s*(<=|>=|==|<|>|=|≤|≥)\s*([+-]?\d+(?:\.\d+)?)\s*$")
_OPERATORS = {"≤": "<=", "≥": ">=", "=": "=="}
_THRESHOLD_EXPECTED = 'a comparison and a number, as "<= 120", or "to agree"'
TO_AGREE = Threshold("?", Decimal(0), "to agree")
"""What stands for a limit until the team has agreed one."""
CHECK_TESTS = ("present", "in", "not_in", "equals", "differs")


def read_criterion(fields: Fields, project: str) -> Criterion:
    """One criterion. An unknown kind is a problem and reads as a rule that is never met."""
    criterion = Criterion(
        id=fields.need("id"),
        title=fields.text("title") or fields.text("id") or "",
        rule=_rule(fields, project),
        owner=fields.person("owner"),
        since=fields.day("since"),
        next=fields.text("next"),
        agreed=fields.day("agreed"),
        fresh_days=fields.whole("fresh_days"),
        evidence=_evidence(fields),
        key=fields.key,
    )
    if not isinstance(criterion.rule, UnknownRule):  # which fields an unknown kind has nobody knows
        fields.close()
    return criterion


def _rule(fields: Fields, project: str) -> Rule:
    kind = fields.need("kind")
    if kind in _READERS:
        return _READERS[kind](fields, project)
    if kind:
        near = nearest(kind, KINDS)
        hint = f" (did you mean {near!r}?)" if near else ""
        fields.wrong("kind", f"one of {', '.join(KINDS)}{hint}")
    return UnknownRule(kind)


def _evidence(fields: Fields) -> EvidenceRef | None:
    inner = fields.inner("evidence")
    if inner is None:
        return None
    where = inner.inner("where")
    conditions = tuple((name, str(where.raw(name))) for name in where.names()) if where else ()
    found = EvidenceRef(inner.need("document"), inner.text("field"), conditions)
    inner.close()
    return found


def read_threshold(fields: Fields, name: str = "threshold") -> Threshold | None:
    """A limit as "<= 120"; None when it is not there or not one."""
    written = fields.text(name)
    if written is None:
        return None
    if written == TO_AGREE.text:
        return TO_AGREE
    found = _THRESHOLD.match(written)
    if found is None:
        fields.wrong(name, _THRESHOLD_EXPECTED)
        return None
    operator = _OPERATORS.get(found[1], found[1])
    return Threshold(cast(Operator, operator), Decimal(found[2]), found[2])


def _needed_threshold(fields: Fields) -> Threshold:
    found = read_threshold(fields)
    if found is None and not fields.has("threshold"):
        fields.missing("threshold", _THRESHOLD_EXPECTED)
    return found or Threshold("<", Decimal(0), "0")


def _artifact(fields: Fields, _project: str) -> Rule:
    return Artifact(fields.texts("sections"))


def _metric(fields: Fields, _project: str) -> Rule:
    return Metric(fields.text("metric") or fields.text("id") or "", _needed_threshold(fields), fields.text("unit"))


def _latency(fields: Fields, _project: str) -> Rule:
    unit = fields.text("unit") or "ms"
    return Latency(fields.text("metric") or fields.text("id") or "", _needed_threshold(fields), unit)


def _cost(fields: Fields, _project: str) -> Rule:
    return Cost(read_threshold(fields), fields.text("unit"), fields.text("line"))


def _window(fields: Fields, _project: str) -> Rule:
    start, end = fields.day("from"), fields.day("to")
    days = fields.whole("min_days", least=1)
    if days is None and not fields.has("min_days"):
        fields.missing("min_days", "a whole number of 1 or more")
    if start and end and end < start:
        fields.wrong("to", f"a date not before {start}")
    return EvidenceWindow(start, end, days or 1)


def _dependency(fields: Fields, project: str) -> Rule:
    on = fields.inner("on")
    if on is None:
        fields.missing("on", "{project, gate}, {contract} or {interface}")
        return UnknownRule("dependency")
    owner = on.text("project") or project
    gate, contract, interface = on.text("gate"), on.text("contract"), on.text("interface")
    on.close()
    if len([name for name in (gate, contract, interface) if name]) != 1:
        fields.wrong("on", "either a gate or a contract or an interface, one of them")
        return UnknownRule("dependency")
    if gate:
        return Dependency(GateRef(owner, gate))
    return Dependency(ContractRef(owner, contract) if contract else InterfaceRef(owner, interface or ""))


def _approval(fields: Fields, _project: str) -> Rule:
    signed = tuple(_signature(inner) for inner in fields.items("signed"))
    return Approval(fields.role("role"), fields.whole("quorum", least=1) or 1, tuple(s for s in signed if s))


def _signature(fields: Fields) -> Signature | None:
    by, on, expires = fields.person("by", required=True), fields.day("on"), fields.day("expires")
    if on is None and not fields.has("on"):
        fields.missing("on", "a date as 2026-11-18")
    fields.close()
    return Signature(by, on, expires) if by and on else None


def _review(fields: Fields, _project: str) -> Rule:
    return Review(
        fields.day("done_on"),
        fields.person("done_by"),
        fields.day("valid_until"),
        fields.choice("result", ("passed", "failed", "missing")) or "missing",  # type: ignore[arg-type]
    )


def _record(fields: Fields, _project: str) -> Rule:
    return RecordChecks(tuple(_check(inner) for inner in fields.items("checks")))


def _check(fields: Fields) -> RecordCheck:
    test = fields.choice("test", CHECK_TESTS)
    if test is None and not fields.has("test"):
        fields.missing("test", f"one of {', '.join(CHECK_TESTS)}")
    check = RecordCheck(
        test or "unknown",
        fields.texts("actual"),
        fields.texts("expected"),
        fields.need("unmet"),
        fields.text("document"),
        fields.whole("line"),
        fields.text("quote"),
        fields.whole("access_id") or 0,
    )
    fields.close()
    return check


_READERS: dict[str, Callable[[Fields, str], Rule]] = {
    "artifact": _artifact,
    "metric": _metric,
    "latency": _latency,
    "cost": _cost,
    "evidence_window": _window,
    "dependency": _dependency,
    "approval": _approval,
    "review": _review,
    "record": _record,
}
