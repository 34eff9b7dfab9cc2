"""Judging the criteria of one gate: by the ledger where it has settled them, else by the rule of each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from gates import weights
from gates.closed import closed
from gates.criteria import (
    Approval,
    Artifact,
    Cost,
    Criterion,
    Dependency,
    EvidenceWindow,
    Latency,
    Metric,
    RecordChecks,
    Review,
    Rule,
)
from gates.inquiry import Inquiry, unmet
from gates.links import judge_dependency
from gates.measured import judge_artifact, judge_cost, judge_metric
from gates.people import Seating, judge_approval, seat_approvals
from gates.recorded import judge_record, judge_review, judge_window
from gates.report import Finding
from gates.ruling import Ruling
from gates.seats import judge_limit_change, judge_waived, seat_ledger


def judge_all(inquiry: Inquiry) -> tuple[Finding, ...]:
    """The finding on every criterion of the gate, in order; one that cannot be judged is not met."""
    gate, project, ruling, assumed = inquiry.gate, inquiry.project, inquiry.ruling, inquiry.facts.assumed
    try:
        seating = seat_ledger(inquiry) if _ledger_signs(inquiry) else seat_approvals(inquiry)
    except Exception:  # signatures that cannot be counted do not count
        seating = Seating({}, {}, {})
    findings = []
    veiled = _veiled(inquiry)
    for criterion in gate.criteria:
        if assumed and (project.slug, gate.slug, criterion.id) in assumed:
            findings.append(_assumed(criterion))
            continue
        if criterion.id in veiled:
            findings.append(closed(criterion, inquiry))
            continue
        try:
            ruled = _ruled(criterion, ruling, inquiry) if ruling is not None else None
            findings.append(ruled or _judge(criterion, inquiry, seating=seating))
        except Exception as error:  # whatever goes wrong, the gate must not pass for it
            findings.append(_unjudged(criterion, f"could not be judged ({type(error).__name__}: {error})", inquiry))
    return tuple(findings)


def _veiled(inquiry: Inquiry) -> Collection[str]:
    """The criteria whose judgement this reader may not know.

    Whether a signature that the files record counts depends on who produced the evidence, so beside evidence that may
    not be read it is not said. The ledger's signatures were counted when they were given.
    """
    if not inquiry.hidden or _ledger_signs(inquiry):
        return inquiry.hidden
    signed = (c.id for c in inquiry.gate.criteria if isinstance(c.rule, Approval) and c.rule.signed)
    return inquiry.hidden.union(signed)


def _ledger_signs(inquiry: Inquiry) -> bool:
    return inquiry.ruling is not None and inquiry.ruling.speaks_of_signatures


def _ruled(criterion: Criterion, ruling: Ruling, inquiry: Inquiry) -> Finding | None:
    """What the ledger settles about a criterion, None where it is to be judged."""
    if isinstance(criterion.rule, Approval):
        return None
    if criterion.id in ruling.waived:
        return judge_waived(criterion, ruling.waived[criterion.id], inquiry)
    if criterion.id in ruling.settled:
        when = f" on {inquiry.day(ruling.passed_on)}" if ruling.passed_on else ""
        return settled(criterion, when, inquiry)
    change = ruling.limits.get(criterion.id)
    return judge_limit_change(criterion, change, inquiry) if change else None


def _assumed(criterion: Criterion) -> Finding:
    seats = max(1, criterion.rule.quorum) if isinstance(criterion.rule, Approval) else 0
    return Finding(criterion, True, f"{criterion.title}: assumed", seats=seats, filled=seats)


def _judge(criterion: Criterion, inquiry: Inquiry, *, seating: Seating) -> Finding:
    rule = criterion.rule
    if isinstance(rule, Approval):
        return judge_approval(criterion, rule, inquiry, seating=seating)
    judge = _JUDGES.get(type(rule))
    if judge is None:
        return _unjudged(criterion, f"is of a kind that is not known: {criterion.kind!r}", inquiry)
    return judge(criterion, rule, inquiry)


# by the rule's exact type: a portfolio has very many criteria, and a chain of class patterns costs a fifth of judging
_JUDGES: Mapping[type[Rule], Callable[..., Finding]] = {
    Metric: judge_metric,
    Latency: judge_metric,
    Artifact: judge_artifact,
    Review: judge_review,
    Cost: judge_cost,
    EvidenceWindow: judge_window,
    Dependency: judge_dependency,
    RecordChecks: judge_record,
}


def _unjudged(criterion: Criterion, why: str, inquiry: Inquiry) -> Finding:
    return unmet(
        criterion,
        f"{criterion.title}: {why}",
        inquiry=inquiry,
        next_action="mend the record",
        weight=weights.UNJUDGED,
        severe=True,
    )


def settled(criterion: Criterion, when: str, inquiry: Inquiry) -> Finding:
    """A criterion of a gate that is recorded as passed: settled with the gate, not judged again."""
    if criterion.id in inquiry.hidden:
        return closed(criterion, inquiry)
    rule, evidence = criterion.rule, inquiry.evidence_of(criterion)
    seats = max(1, rule.quorum) if isinstance(rule, Approval) else 0
    counted = rule.signed if isinstance(rule, Approval) else ()
    return Finding(
        criterion,
        True,
        f"{criterion.title}: settled when the gate passed{when}",
        evidence,
        seats=seats,
        filled=seats,
        counted=counted,
    )
