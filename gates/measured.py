"""Judging what is read from documents: artifacts, metrics, latency, cost. Nothing recorded means not met."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from gates import weights
from gates.criteria import Artifact, Cost, Criterion, Latency, Metric, Threshold
from gates.doubts import doubt_about, no_evidence, read_quantity
from gates.inquiry import Inquiry, met, unmet
from gates.report import Evidence, Finding

_UNIT_NAMES = {"€": "eur", "$": "usd", "£": "gbp", "percent": "%", "milliseconds": "ms", "seconds": "s"}
_AMOUNTS = {
    **dict.fromkeys(("ns", "us", "ms", "s", "min", "h", "hours", "days"), "a duration"),
    **dict.fromkeys(("eur", "usd", "gbp", "chf"), "a cost"),
    **dict.fromkeys(("count", "calls", "errors", "incidents", "requests", "rows", "users"), "a count"),
    **dict.fromkeys(("b", "kb", "mb", "gb", "tb", "rps", "qps"), "an amount"),
}
"""Units of things that there cannot be fewer than none of."""

_LIMIT_WORDS = {
    "<=": "agreed limit",
    "<": "agreed below",
    ">=": "agreed at least",
    ">": "agreed above",
    "==": "agreed",
    "?": "agreed",
}


def unit_name(written: str) -> str:
    """A unit under one name, however it is written: "€" and "EUR" are "eur"."""
    folded = written.strip().casefold()
    return _UNIT_NAMES.get(folded, folded)


def never_negative(rule: object, unit: str | None) -> str | None:
    """What is measured, where nothing can be below zero of it; a metric's unit decides, because a gain may be."""
    if isinstance(rule, Latency):
        return "a latency"
    if isinstance(rule, Cost):
        return "a cost"
    return _AMOUNTS.get(unit_name(unit or getattr(rule, "unit", None) or ""))


def judge_artifact(criterion: Criterion, rule: Artifact, inquiry: Inquiry) -> Finding:
    """A document that exists, is owned, current and fresh, and has every required section filled."""
    evidence = inquiry.evidence_of(criterion)
    doubt = doubt_about(criterion, evidence, inquiry)
    if doubt or evidence is None:
        return doubt or no_evidence(criterion, inquiry)
    if not (criterion.owner or evidence.owner or evidence.authors):
        return unmet(
            criterion,
            f"{criterion.title}: {evidence.name} has no owner",
            inquiry=inquiry,
            evidence=evidence,
            next_action="name an owner",
            weight=weights.SECTIONS,
        )
    filled = dict(evidence.sections)
    wanting = [name for name in rule.sections if not filled.get(name)]
    if not wanting:
        return met(criterion, f"{criterion.title}: {evidence.name}", evidence)
    missing = [name for name in wanting if not _has_heading(name, evidence)]
    empty = [name for name in wanting if name not in missing and not _is_filled(name, evidence)]
    if not missing and not empty:
        return met(criterion, f"{criterion.title}: {evidence.name}", evidence)
    said = [f"section {name} is missing" for name in missing] + [f"section {name} is empty" for name in empty]
    return unmet(
        criterion,
        f"{criterion.title}: {', '.join(said)} in {evidence.name}",
        inquiry=inquiry,
        evidence=evidence,
        since=evidence.updated,
        weight=weights.sections_weight(len(said)),
        next_action=f"write {' and '.join(missing + empty)}",
    )


@lru_cache(maxsize=4096)
def _words(text: str) -> str:
    """Text reduced to its words, so that a required section is found in "3. Rollback plan"."""
    return " " + " ".join(re.findall(r"\w+", text.casefold())) + " "


def _has_heading(name: str, evidence: Evidence) -> bool:
    return any(_words(name) in _words(heading) for heading, _ in evidence.sections)


def _is_filled(name: str, evidence: Evidence) -> bool:
    return any(filled and _words(name) in _words(heading) for heading, filled in evidence.sections)


def judge_metric(criterion: Criterion, rule: Metric | Latency, inquiry: Inquiry) -> Finding:
    """A reported value against a threshold that was agreed no later than the result."""
    return _judge_value(criterion, rule.threshold, inquiry, unit=rule.unit)


def judge_cost(criterion: Criterion, rule: Cost, inquiry: Inquiry) -> Finding:
    """A projected cost against its limit, or without a threshold the spend against the envelope."""
    if rule.threshold is not None:
        return _judge_value(criterion, rule.threshold, inquiry, unit=rule.unit)
    return _judge_spend(criterion, rule, inquiry)


def _judge_value(criterion: Criterion, threshold: Threshold, inquiry: Inquiry, *, unit: str | None) -> Finding:
    evidence = inquiry.evidence_of(criterion)
    if threshold.operator == "?":
        return unmet(
            criterion,
            f"{criterion.title}: no limit is agreed yet",
            inquiry=inquiry,
            evidence=evidence,
            next_action="agree a limit before anything is measured",
            weight=weights.NOTHING_THERE,
        )
    doubt = doubt_about(criterion, evidence, inquiry)
    if doubt or evidence is None:
        return doubt or no_evidence(criterion, inquiry)
    quantity = read_quantity(evidence.value) if evidence.value is not None else None
    unusable = _unusable(criterion, evidence, inquiry, quantity=quantity, unit=unit)
    if unusable or quantity is None:
        return unusable or no_evidence(criterion, inquiry)
    number = quantity[0]
    said = _say(criterion, threshold, evidence.value or "", unit)
    if threshold.admits(number):
        return met(criterion, said, evidence)
    return unmet(
        criterion,
        said,
        inquiry=inquiry,
        evidence=evidence,
        since=evidence.updated,
        next_action="bring it within the limit and measure again",
        weight=weights.measured_weight(threshold.gap(number)),
    )


def _unusable(
    criterion: Criterion,
    evidence: Evidence,
    inquiry: Inquiry,
    *,
    quantity: tuple[Decimal, str] | None,
    unit: str | None,
) -> Finding | None:
    field, agreed = criterion.evidence.field if criterion.evidence else None, criterion.agreed
    written = (quantity[1] if quantity else "") or evidence.unit or ""
    if evidence.value is None:
        reason, action = f"{criterion.title}: {evidence.name} records no {field or 'value'}", "record the value"
    elif quantity is None:
        reason = f"{criterion.title}: {evidence.value!r} in {evidence.name} is not a number"
        action = "record a number"
    elif written and unit_name(written) != unit_name(unit or ""):
        agreed_in = f"in {unit}" if unit else "without a unit"
        reason, action = f"{criterion.title}: reported in {written}, agreed {agreed_in}", f"report it {agreed_in}"
    elif quantity[0] < 0 and (kind := never_negative(criterion.rule, written)):
        reason = f"{criterion.title}: {evidence.name} records {evidence.value}, and {kind} is never below zero"
        action = "correct the value or measure again"
    elif agreed and evidence.updated and agreed > evidence.updated:
        reason = (
            f"{criterion.title}: the threshold was agreed on {inquiry.day(agreed)}, "
            f"after the result of {inquiry.day(evidence.updated)}"
        )
        action = "measure again against the agreed threshold"
    else:
        return None
    weight = weights.NOTHING_THERE if evidence.value is None else weights.UNUSABLE
    return unmet(criterion, reason, inquiry=inquiry, evidence=evidence, next_action=action, weight=weight)


def _say(criterion: Criterion, threshold: Threshold, value: str, unit: str | None) -> str:
    tail = f" {unit}" if unit else ""
    shown = value if unit and unit.casefold() in value.casefold() else value + tail
    return f"{criterion.title} is {shown}, {_LIMIT_WORDS[threshold.operator]} {threshold.text}{tail}"


def _judge_spend(criterion: Criterion, rule: Cost, inquiry: Inquiry) -> Finding:
    budget = inquiry.project.budget
    if budget is None:
        return unmet(
            criterion,
            f"{criterion.title}: no budget is recorded",
            inquiry=inquiry,
            next_action="record the budget",
            weight=weights.NOTHING_THERE,
        )
    line = next((line for line in budget.lines if line.name == rule.line), None)
    if rule.line is not None and line is None:
        return unmet(
            criterion,
            f"{criterion.title}: the budget has no line {rule.line!r}",
            inquiry=inquiry,
            next_action="record the budget line",
            weight=weights.NOTHING_THERE,
        )
    envelope, spent = (line.envelope, line.spent) if line else (budget.envelope, budget.spent)
    said = f"{criterion.title}: {spent} {budget.currency} spent of {envelope}"
    if spent <= envelope:
        return met(criterion, said)
    gap = float((spent - envelope) / envelope) if envelope else 1.0
    return unmet(
        criterion,
        said,
        inquiry=inquiry,
        since=budget.as_of,
        next_action="agree a new envelope",
        weight=weights.measured_weight(gap),
    )
