"""Findings that are not met, as blockers: who, since when, what next, closest to passing first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gates import weights
from gates.inquiry import Inquiry
from gates.model import Hold
from gates.report import Blocker, Finding, Mover


def blockers_of(inquiry: Inquiry, findings: Sequence[Finding], *, hold: Hold | None) -> tuple[Blocker, ...]:
    waiting = any(not finding.met and not finding.is_approval for finding in findings)
    found = [_blocker(finding, inquiry, waiting=waiting) for finding in findings if not finding.met]
    if hold is not None:
        found.append(_hold_blocker(hold, inquiry))
    if not findings:
        found.append(_empty_blocker(inquiry))
    found.sort(key=lambda blocker: blocker.weight)
    return _say_what_comes_first(found)


def _blocker(finding: Finding, inquiry: Inquiry, *, waiting: bool) -> Blocker:
    criterion, since = finding.criterion, finding.since
    return Blocker(
        inquiry.project.slug,
        inquiry.gate.slug,
        criterion.id,
        criterion.title,
        criterion.kind,
        finding.reason,
        finding.mover,
        since,
        inquiry.programme.calendar.age(since, inquiry.today) if since else None,
        finding.next_action,
        finding.evidence,
        weights.WAITS if waiting and finding.is_approval else finding.weight,
        finding.chain,
    )


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
        inquiry.programme.calendar.age(hold.since, inquiry.today),
        "settle the reason and lift the hold",
        None,
        weights.HOLD,
    )


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


def _say_what_comes_first(blockers: list[Blocker]) -> tuple[Blocker, ...]:
    """Approvals say which numbers of the list they wait for, unless the record names a next action."""
    last = max((at for at, blocker in enumerate(blockers, 1) if blocker.kind != "approval"), default=0)
    first = sum(blocker.weight < weights.WAITS and blocker.kind != "approval" for blocker in blockers)
    if last == 0:
        wait = "review and sign"
    elif first < last:
        wait = "signs once everything else is met"
    else:
        wait = "signs once 1 is met" if first == 1 else f"signs once 1 to {first} are met"
    return tuple(
        replace(blocker, next_action=wait) if blocker.kind == "approval" and not blocker.next_action else blocker
        for blocker in blockers
    )
