"""The review before signing: what can be looked at on one screen, and what has to be judged one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from gates.criteria import Approval, Artifact, Criterion, RecordChecks, Review
from gates.doubts import read_quantity
from gates.report import Evidence, Finding
from gates.signoff.context import Context
from gates.signoff.pack import is_same, item_of, said_threshold, say_change
from gates.signoff.submission import EvidenceItem

Mark = Literal["confirmed", "flagged"]


@dataclass(frozen=True, slots=True)
class Step:
    """One criterion of a review.

    `agreed` is the limit as written with the day it was agreed, `reported` the value, `margin` how far inside the limit
    it lies (None where nothing is measured). `why` says why it is to be judged, empty on the one screen. `change` says
    what changed since the person's last visit, `seen` what he saw then.
    """

    criterion: str
    title: str
    fingerprint: str
    finding: Finding
    evidence: Evidence | None
    limit: str | None = None
    agreed: date | None = None
    reported: str | None = None
    margin: str | None = None
    change: str = ""
    why: str = ""
    seen: EvidenceItem | None = None


@dataclass(frozen=True, slots=True)
class Steps:
    """`unchanged` are met by the records and the same as when last looked at: one screen. `to_judge` go one by one."""

    pack: str
    unchanged: tuple[Step, ...] = ()
    to_judge: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Walkthrough:
    """A review under way, kept step by step: resumed later, on another device.

    `marks` are by criterion what was said of it, with the fingerprint it was said about; `remarks` the words to it:
    what is wrong, where it was flagged. Marks about evidence that has changed since do not count.
    """

    person: str
    project: str
    gate: str
    submission: int
    marks: Mapping[str, tuple[Mark, str]] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)
    screen_seen: bool = False
    comment: str = ""
    role: str | None = None


def walkthrough(context: Context, person: str, draft: Walkthrough | None = None) -> Steps:
    """The steps for somebody who is about to sign. What he has signed or marked before is compared with what is now."""
    seen = seen_by(context, person, draft)
    steps = [_step(criterion, context, seen=seen) for criterion in _evidence_criteria(context)]
    return Steps(
        context.pack_to_sign.id,
        tuple(step for step in steps if not step.why),
        tuple(step for step in steps if step.why),
    )


def criteria_to_judge(context: Context, person: str) -> tuple[Criterion, ...]:
    """The criteria that somebody has to confirm or flag one by one."""
    seen = seen_by(context, person, None)
    return tuple(c for c in _evidence_criteria(context) if _step(c, context, seen=seen).why)


def _evidence_criteria(context: Context) -> tuple[Criterion, ...]:
    return tuple(c for c in context.asked.criteria if not isinstance(c.rule, Approval))


def seen_by(context: Context, person: str, draft: Walkthrough | None) -> dict[str, EvidenceItem]:
    """What the person last saw of each criterion: what he signed, or marked in this review before it changed."""
    known = context.ledger.evidence
    pairs = [pair for seat in context.ledger.signed if seat.by == person for pair in seat.confirmed]
    seen = {criterion: known[fingerprint] for criterion, fingerprint in pairs if fingerprint in known}
    for criterion, (_, fingerprint) in draft.marks.items() if draft else ():
        item = known.get(fingerprint)
        if item is not None and fingerprint != context.fingerprints.get(criterion):
            seen[criterion] = item
    return seen


def _step(criterion: Criterion, context: Context, *, seen: Mapping[str, EvidenceItem]) -> Step:
    evidence = context.evidence.get(criterion.id)
    current, before = item_of(criterion, evidence), seen.get(criterion.id)
    finding = next(f for f in context.report.findings if f.criterion.id == criterion.id)
    change = say_change(before, current) if before and not is_same(before, current) else ""
    return Step(
        criterion.id,
        criterion.title,
        current.fingerprint,
        finding,
        evidence,
        said_threshold(criterion),
        criterion.agreed,
        evidence.value if evidence else None,
        margin(criterion, evidence),
        change,
        _why(criterion, finding, seen=before is not None, change=change),
        before,
    )


def _why(criterion: Criterion, finding: Finding, *, seen: bool, change: str) -> str:
    """Why a criterion needs a person's judgement; empty when the records answer it and nothing changed."""
    if finding.waived:
        return "it was waived"
    if change:
        return "it changed since you last looked"
    if not finding.met:
        return "it is not met"
    if finding.evidence is not None and finding.evidence.self_reported:
        return "it is self-reported"
    if not seen and isinstance(criterion.rule, Artifact | Review | RecordChecks):
        return "it needs judgement"
    return ""


def margin(criterion: Criterion, evidence: Evidence | None) -> str | None:
    """How far a value lies from its limit, in the value's unit: "12 ms"; None when nothing is measured."""
    limit, unit = getattr(criterion.rule, "threshold", None), getattr(criterion.rule, "unit", None)
    quantity = read_quantity(evidence.value) if evidence is not None and evidence.value is not None else None
    if limit is None or quantity is None:
        return None
    return f"{abs(limit.value - quantity[0])}{f' {unit}' if unit else ''}"


# --- saving it step by step -----------------------------------------------------------


def begin(context: Context, person: str) -> Walkthrough:
    submission = context.ledger.submission
    return Walkthrough(person, context.project.slug, context.gate.slug, submission.number if submission else 0)


def confirm(draft: Walkthrough, step: Step, comment: str = "") -> Walkthrough:
    """The person looked at a criterion and found it good, with a comment where there is something to say."""
    remarks = {name: text for name, text in draft.remarks.items() if name != step.criterion}
    remarks |= {step.criterion: comment} if comment else {}
    return replace(draft, marks={**draft.marks, step.criterion: ("confirmed", step.fingerprint)}, remarks=remarks)


def flag(draft: Walkthrough, step: Step, remark: str) -> Walkthrough:
    """The person has something to say about a criterion."""
    return replace(
        draft,
        marks={**draft.marks, step.criterion: ("flagged", step.fingerprint)},
        remarks={**draft.remarks, step.criterion: remark},
    )


def see_screen(draft: Walkthrough, steps: Steps) -> Walkthrough:
    """The person looked at the one screen of what is met and unchanged: each of its criteria is confirmed."""
    seen: dict[str, tuple[Mark, str]] = {step.criterion: ("confirmed", step.fingerprint) for step in steps.unchanged}
    return replace(draft, marks={**seen, **draft.marks}, screen_seen=True)


def left_to_judge(draft: Walkthrough, steps: Steps) -> tuple[Step, ...]:
    """The steps that are not marked yet, or whose evidence has changed since."""
    return tuple(s for s in steps.to_judge if draft.marks.get(s.criterion, ("", ""))[1] != s.fingerprint)


def flagged_in(draft: Walkthrough) -> tuple[tuple[str, str], ...]:
    """The (criterion, remark) pairs of what was flagged."""
    return tuple((name, text) for name, text in draft.remarks.items() if draft.marks[name][0] == "flagged")


def commented_in(draft: Walkthrough) -> tuple[tuple[str, str], ...]:
    """The (criterion, comment) pairs of what was confirmed with a comment."""
    return tuple((name, text) for name, text in draft.remarks.items() if draft.marks[name][0] == "confirmed")


def confirmed_in(draft: Walkthrough, steps: Steps) -> tuple[str, ...]:
    """The criteria that a signature made from this draft confirms."""
    current = {step.criterion: step.fingerprint for step in (*steps.unchanged, *steps.to_judge)}
    return tuple(c for c, (mark, seen) in draft.marks.items() if mark == "confirmed" and current.get(c) == seen)
