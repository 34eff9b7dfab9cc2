"""Judging what is recorded rather than measured: reviews, evidence windows, and the checks of mapped records."""

from __future__ import annotations

from datetime import date, timedelta

from gates import weights
from gates.criteria import Criterion, EvidenceWindow, RecordCheck, RecordChecks, Review
from gates.doubts import doubt_about
from gates.inquiry import Inquiry, met, unmet
from gates.report import Evidence, Finding


def judge_review(criterion: Criterion, rule: Review, inquiry: Inquiry) -> Finding:
    """A review that is done, passed, by somebody, still valid, and whose document (if one is named) is there."""
    evidence = inquiry.evidence_of(criterion)
    fault = _review_fault(criterion, rule, inquiry, evidence=evidence)
    if fault is None and criterion.evidence is not None:
        fault = doubt_about(criterion, evidence, inquiry)
    if fault is not None:
        return fault
    done = inquiry.day(rule.done_on) if rule.done_on else ""
    return met(criterion, f"{criterion.title}: passed on {done} by {inquiry.name(rule.done_by or '')}", evidence)


def _review_fault(criterion: Criterion, rule: Review, inquiry: Inquiry, *, evidence: Evidence | None) -> Finding | None:
    since, severe, weight = None, False, weights.NOTHING_THERE
    action = f"do the {criterion.title[0].lower()}{criterion.title[1:]}" if criterion.title else "do the review"
    if rule.result == "failed":
        when = f" on {inquiry.day(rule.done_on)}" if rule.done_on else ""
        reason, severe = f"{criterion.title}: failed{when}", True
        since, action = rule.done_on, "mend what was found and review again"
    elif rule.done_on is None or rule.result != "passed":
        reason = f"{criterion.title}: not done yet"
    elif rule.done_on > inquiry.today:
        reason = f"{criterion.title}: dated {inquiry.day(rule.done_on)}, which has not come yet"
    elif not rule.done_by:
        reason, action = f"{criterion.title}: nobody is recorded as the reviewer", "record who did it"
    elif rule.valid_until and rule.valid_until < inquiry.today:
        reason = f"{criterion.title}: expired on {inquiry.day(rule.valid_until)}"
        since, weight, action = rule.valid_until, weights.RENEW, "renew it"
    else:
        return None
    return unmet(
        criterion,
        reason,
        inquiry=inquiry,
        evidence=evidence,
        since=since,
        severe=severe,
        weight=weight,
        next_action=action,
    )


def judge_window(criterion: Criterion, rule: EvidenceWindow, inquiry: Inquiry) -> Finding:
    """Dates alone decide: the planned end is reached and the window is long enough, first and last day counted."""
    evidence = inquiry.evidence_of(criterion)
    if criterion.evidence is not None:
        doubt = doubt_about(criterion, evidence, inquiry)
        if doubt:
            return doubt
    if rule.start is None or rule.start > inquiry.today:
        began = f"starts on {inquiry.day(rule.start)}" if rule.start else "has no start date"
        ready = _complete_on(rule, rule.start) if rule.start else None
        return unmet(
            criterion,
            f"{criterion.title}: {began}",
            inquiry=inquiry,
            evidence=evidence,
            ready_on=ready,
            next_action="start it" if rule.start is None else "wait for the start",
            weight=weights.window_weight(rule.min_days),
        )
    return _judge_running(criterion, rule, inquiry, evidence=evidence)


def _complete_on(rule: EvidenceWindow, start: date) -> date:
    """The planned end, or the day on which the window is long enough, whichever is later."""
    enough = start + timedelta(days=rule.min_days - 1)
    return max(enough, rule.end) if rule.end else enough


def _judge_running(
    criterion: Criterion, rule: EvidenceWindow, inquiry: Inquiry, *, evidence: Evidence | None
) -> Finding:
    start, today = rule.start or inquiry.today, inquiry.today
    last = min(rule.end, today) if rule.end else today
    days = (last - start).days + 1
    ready = _complete_on(rule, start)
    if rule.end and rule.end <= today and days < rule.min_days:
        reason = f"{criterion.title}: ran {days} of {rule.min_days} days and ended on {inquiry.day(rule.end)}"
        return unmet(
            criterion,
            reason,
            inquiry=inquiry,
            evidence=evidence,
            since=rule.end,
            weight=weights.UNUSABLE,
            next_action="run it again for the agreed time",
            ready_on=today + timedelta(days=rule.min_days),
        )
    if ready > today:
        reason = f"{criterion.title}: day {days} of {rule.min_days}, complete on {inquiry.day(ready)}"
        return unmet(
            criterion,
            reason,
            inquiry=inquiry,
            evidence=evidence,
            next_action="let it run to its end",
            ready_on=ready,
            weight=weights.window_weight((ready - today).days),
        )
    return met(criterion, f"{criterion.title}: {days} days", evidence)


def judge_record(criterion: Criterion, rule: RecordChecks, inquiry: Inquiry) -> Finding:
    """Every check a mapping handed over holds; without a single check there is nothing that could be met."""
    failed = [check for check in rule.checks if not passes(check)]
    shown = _as_evidence((failed or list(rule.checks))[0]) if rule.checks else None
    if rule.checks and not failed:
        return Finding(criterion, True, f"{criterion.title}: as recorded", shown)
    reason = "; ".join(check.unmet for check in failed) or f"{criterion.title}: nothing is recorded to judge it by"
    return unmet(
        criterion,
        reason,
        inquiry=inquiry,
        evidence=shown,
        weight=weights.NOTHING_THERE,
        next_action="record what is missing at the source",
    )


def _as_evidence(check: RecordCheck) -> Evidence | None:
    if check.document is None:
        return None
    value = ", ".join(check.actual) or None
    return Evidence(check.document, value=value, line=check.line, quote=check.quote, access_id=check.access_id)


def passes(check: RecordCheck) -> bool:
    """Whether a check holds. Every test but `present` compares names folded; no actual value ever passes.

    `in`: every actual value is among the expected. `not_in` and `differs`: none is. `equals`: both name the same.
    """
    actual = {_fold(value) for value in check.actual} - {""}
    expected = {_fold(value) for value in check.expected} - {""}
    if not actual:
        return False
    match check.test:
        case "present":
            return True
        case "in":
            return actual <= expected
        case "not_in":
            return not actual & expected
        case "differs":
            return bool(expected) and not actual & expected
        case "equals":
            return actual == expected
        case _:
            return False


def _fold(value: str) -> str:
    return " ".join(value.split()).casefold().removeprefix("@")
