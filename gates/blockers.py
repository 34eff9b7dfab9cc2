"""Findings that are not met, as blockers: who, since when, what next, closest to passing first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from gates import weights
from gates.inquiry import Inquiry
from gates.model import Hold
from gates.report import Blocker, Finding, Mover


def blockers_of(inquiry: Inquiry, findings: Sequence[Finding], *, holds: Sequence[Hold]) -> tuple[Blocker, ...]:
    """Everything that keeps the gate from passing, closest to passing first; equal weights keep the record's order."""
    unmet = [finding for finding in findings if not finding.met]
    others = [_hold_blocker(hold, inquiry) for hold in holds] + [*_decided_against(inquiry), *_overdue(inquiry)]
    if not findings:
        others.append(_empty_blocker(inquiry))
    evidence = [finding.weight for finding in unmet if not finding.is_approval]
    wait = _what_comes_first([*evidence, *(blocker.weight for blocker in others)])
    found = [_blocker(finding, inquiry, waiting=bool(evidence), wait=wait) for finding in unmet]
    return tuple(sorted([*found, *others], key=lambda blocker: blocker.weight))


def _blocker(finding: Finding, inquiry: Inquiry, *, waiting: bool, wait: str) -> Blocker:
    criterion, since, is_approval = finding.criterion, finding.since, finding.is_approval
    return Blocker(
        inquiry.project.slug,
        inquiry.gate.slug,
        criterion.id,
        criterion.title,
        "restricted" if finding.restricted else criterion.kind,
        finding.reason,
        finding.mover,
        since,
        inquiry.almanac.age(since),
        finding.next_action or (wait if is_approval else ""),
        finding.evidence,
        weights.WAITS if waiting and is_approval and not finding.restricted else finding.weight,
        finding.chain,
        finding.restricted,
    )


def _what_comes_first(others: Sequence[float]) -> str:
    """Which numbers of the list approvals wait for; `others` are the weights of what is no approval.

    Where something stands behind the approvals (a record that cannot be judged), numbers would mislead.
    """
    first = sum(weight < weights.WAITS for weight in others)
    if not others:
        return "review and sign"
    if first < len(others):
        return "signs once everything else is met"
    return "signs once 1 is met" if first == 1 else f"signs once 1 to {first} are met"


def _hold_blocker(hold: Hold, inquiry: Inquiry) -> Blocker:
    until = f" until {inquiry.day(hold.until)}" if hold.until else ""
    by = f" by {inquiry.name(hold.by)}" if hold.by else ""
    return Blocker(
        inquiry.project.slug,
        inquiry.gate.slug,
        "hold",
        "Hold",
        "hold",
        f"On hold{by}{until}: {hold.reason}",
        Mover((hold.by,)) if hold.by else Mover(),
        hold.since,
        inquiry.almanac.age(hold.since),
        "settle the reason and lift the hold",
        None,
        weights.HOLD,
    )


def _decided_against(inquiry: Inquiry) -> list[Blocker]:
    """A submission that was rejected or taken back: somebody has to submit again."""
    ruling = inquiry.ruling
    if ruling is None or not ruling.decided_against or ruling.phase not in ("rejected", "withdrawn"):
        return []
    owner = inquiry.gate.requested_by or inquiry.gate.owner or inquiry.project.owner
    return [_own(inquiry, "submission", "Submission", ruling.decided_against, owner=owner, since=ruling.since)]


def _own(inquiry: Inquiry, id_: str, title: str, reason: str, *, owner: str | None, since: date | None) -> Blocker:
    return Blocker(
        inquiry.project.slug,
        inquiry.gate.slug,
        id_,
        title,
        id_,
        reason,
        Mover((owner,)) if owner else Mover(),
        since,
        inquiry.almanac.age(since),
        "settle it and submit again",
        None,
        weights.RESUBMIT,
    )


def _overdue(inquiry: Inquiry) -> list[Blocker]:
    """Conditions of an approval that were not met in time: they open a passed gate again."""
    owed = inquiry.ruling.owed if inquiry.ruling else ()
    return [
        Blocker(
            inquiry.project.slug,
            inquiry.gate.slug,
            condition.id,
            "Condition",
            "condition",
            f"Condition {condition.id} was due on {inquiry.day(condition.due)}: {condition.text}",
            Mover((condition.owner,)),
            condition.due,
            inquiry.almanac.age(condition.due),
            "do it and say so",
            None,
            weights.RENEW,
        )
        for condition in owed
        if condition.overdue
    ]


def _empty_blocker(inquiry: Inquiry) -> Blocker:
    owner = inquiry.gate.owner or inquiry.project.owner
    reason = f"{inquiry.gate.name} asks for nothing: no criterion is recorded"
    mover = Mover((owner,)) if owner else Mover()
    return Blocker(
        inquiry.project.slug,
        inquiry.gate.slug,
        "criteria",
        "Criteria",
        "record",
        reason,
        mover,
        None,
        None,
        "record what the gate asks for",
        None,
        weights.UNJUDGED,
    )
