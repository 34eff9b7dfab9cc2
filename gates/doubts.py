"""When evidence cannot be used, whatever it says: missing, unreadable, superseded, stale, about something else."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from gates import weights
from gates.criteria import Criterion
from gates.inquiry import Inquiry, unmet
from gates.model import Subject
from gates.report import Evidence, Finding

_NUMBER = re.compile(r"^(?P<before>[^\d+\-.]*?)\s*(?P<number>[+-]?(?:\d+(?:\.\d+)?|\.\d+))\s*(?P<after>\D*)$")

ZONES_APART = timedelta(days=1)
"""A document saved this evening in one time zone carries tomorrow's date in another."""


@lru_cache(maxsize=4096)
def read_quantity(text: str) -> tuple[Decimal, str] | None:
    """A number and the unit written beside it ("164 ms", "EUR 0.36", "58.3 %"); None when it is not one number."""
    found = _NUMBER.match(text.strip().replace("\u00a0", " "))
    if found is None:
        return None
    unit = (found["before"] or found["after"]).strip().strip("()[]")
    return Decimal(found["number"]), unit


def doubt_about(criterion: Criterion, evidence: Evidence | None, inquiry: Inquiry) -> Finding | None:
    """Why this evidence cannot be used for the criterion, or None."""
    if evidence is None:
        return no_evidence(criterion, inquiry)
    if evidence.problem:
        reason = f"{criterion.title}: {evidence.problem}"
        return unmet(
            criterion,
            reason,
            inquiry=inquiry,
            evidence=evidence,
            weight=weights.NOTHING_THERE,
            next_action=f"mend {evidence.name}",
        )
    return (
        _not_current(criterion, evidence, inquiry)
        or (evidence.subject and _other_subject(criterion, evidence, inquiry))
        or (criterion.evidence and criterion.evidence.where and _other_conditions(criterion, evidence, inquiry))
        or (criterion.fresh_days is not None and _stale(criterion, evidence, inquiry))
        or (evidence.self_reported and _self_reported(criterion, evidence, inquiry))
        or None
    )


def _self_reported(criterion: Criterion, evidence: Evidence, inquiry: Inquiry) -> Finding | None:
    """Somebody's word in chat is not enough where the risk is high, or not known to be lower."""
    if not evidence.self_reported or inquiry.project.risk_tier in ("low", "medium"):
        return None
    who = " and ".join(inquiry.name(author) for author in evidence.authors) or "somebody"
    return unmet(
        criterion,
        f"{criterion.title}: {evidence.value} is self-reported by {who} in chat, which is not enough at high risk",
        inquiry=inquiry,
        evidence=evidence,
        since=evidence.updated,
        next_action="record it in a document or let the pipeline report it",
        weight=weights.UNUSABLE,
    )


def no_evidence(criterion: Criterion, inquiry: Inquiry) -> Finding:
    if criterion.evidence is None:
        reason, action = f"{criterion.title}: no evidence is recorded", "record where the evidence is"
    else:
        reason = f"{criterion.title}: {criterion.evidence.document} is not there"
        action = f"provide {criterion.evidence.document}"
    return unmet(criterion, reason, inquiry=inquiry, next_action=action, weight=weights.NOTHING_THERE)


def _not_current(criterion: Criterion, evidence: Evidence, inquiry: Inquiry) -> Finding | None:
    if evidence.superseded_by:
        reason = f"{criterion.title}: {evidence.name} is superseded by {evidence.superseded_by}"
        action = f"point the criterion to {evidence.superseded_by}"
    elif evidence.status == "superseded":
        reason, action = f"{criterion.title}: {evidence.name} is superseded", "name the current document"
    elif evidence.status == "draft":
        reason, action = f"{criterion.title}: {evidence.name} is still a draft", f"finish {evidence.name}"
    else:
        return None
    return unmet(
        criterion,
        reason,
        inquiry=inquiry,
        evidence=evidence,
        since=evidence.updated,
        next_action=action,
        weight=weights.RENEW,
    )


def _other_subject(criterion: Criterion, evidence: Evidence, inquiry: Inquiry) -> Finding | None:
    apart = apart_in(evidence.subject, inquiry.subject)
    if apart is None:
        return None
    theirs, ours = apart
    return unmet(
        criterion,
        f"{criterion.title}: measured on {theirs}, this gate is about {ours}",
        inquiry=inquiry,
        evidence=evidence,
        since=evidence.updated,
        next_action=f"measure again on {ours}",
        weight=weights.UNUSABLE,
    )


def _pairs(wanted: Subject, measured: Subject) -> list[tuple[str, str]]:
    """What both name, beside each other."""
    pairs = (
        (wanted.model, measured.model),
        (wanted.version, measured.version),
        (wanted.digest, measured.digest),
        (wanted.dataset, measured.dataset),
        (wanted.transform, measured.transform),
    )
    return [(ours, theirs) for ours, theirs in pairs if ours and theirs]


def apart_in(measured: Subject | None, wanted: Subject | None) -> tuple[str, str] | None:
    """The first thing that both name and that differs, as (measured, wanted); None where nothing does."""
    if wanted is None or measured is None or wanted is measured or wanted == measured:
        return None
    return next(((theirs, ours) for ours, theirs in _pairs(wanted, measured) if not _same(ours, theirs)), None)


def is_about(measured: Subject | None, wanted: Subject | None) -> bool:
    """Whether nothing that both name differs."""
    return apart_in(measured, wanted) is None


def _same(ours: str, theirs: str) -> bool:
    """Equal but for case and a leading v; a shortened digest ("sha256:9c1e...") stands for the full one."""
    if ours == theirs:
        return True
    left, right = (text.strip().casefold().removeprefix("v") for text in (ours, theirs))
    for short, full in ((left, right), (right, left)):
        if short.endswith("...") and len(short) > 10 and full.startswith(short[:-3]):
            return True
    return left == right


def _other_conditions(criterion: Criterion, evidence: Evidence, inquiry: Inquiry) -> Finding | None:
    if criterion.evidence is None or not criterion.evidence.where:
        return None
    recorded = dict(evidence.conditions)
    for name, wanted in criterion.evidence.where:
        actual = recorded.get(name)
        if actual is None or not _equal_values(actual, wanted):
            said = f"with {name} {actual}" if actual is not None else f"without a recorded {name}"
            reason = f"{criterion.title}: measured {said}, agreed {name} {wanted}"
            return unmet(
                criterion,
                reason,
                inquiry=inquiry,
                evidence=evidence,
                since=evidence.updated,
                next_action=f"measure again with {name} {wanted}",
                weight=weights.UNUSABLE,
            )
    return None


def _equal_values(left: str, right: str) -> bool:
    numbers = read_quantity(left), read_quantity(right)
    if numbers[0] is not None and numbers[1] is not None:
        return numbers[0] == numbers[1]
    return left.strip().casefold() == right.strip().casefold()


def _stale(criterion: Criterion, evidence: Evidence, inquiry: Inquiry) -> Finding | None:
    if criterion.fresh_days is None:
        return None
    since: date | None = None
    if evidence.updated is None:
        reason = f"{criterion.title}: {evidence.name} has no date, {criterion.fresh_days} days are allowed"
    elif evidence.updated > inquiry.today + ZONES_APART:
        reason = f"{criterion.title}: {evidence.name} is dated {inquiry.day(evidence.updated)}, a day to come"
    elif (inquiry.today - evidence.updated).days > criterion.fresh_days:
        age = (inquiry.today - evidence.updated).days
        since = evidence.updated + timedelta(days=criterion.fresh_days)
        reason = f"{criterion.title}: {evidence.name} is {age} days old, {criterion.fresh_days} are allowed"
    else:
        return None
    return unmet(
        criterion,
        reason,
        inquiry=inquiry,
        evidence=evidence,
        since=since,
        weight=weights.RENEW,
        next_action=f"review and date {evidence.name}",
    )
