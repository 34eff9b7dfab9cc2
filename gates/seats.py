"""What the ledger brings to the judging of criteria: signatures given there, waivers, thresholds changed too late."""

from __future__ import annotations

from collections.abc import Mapping

from gates import weights
from gates.bars import barred
from gates.criteria import Approval, Criterion, Signature
from gates.inquiry import Inquiry, unmet
from gates.people import Seating
from gates.report import Finding, RefusedSignature
from gates.ruling import LapsedSignature, LimitChange, WaiverNote


def seat_ledger(inquiry: Inquiry) -> Seating:
    """The signatures given in the ledger, by approval criterion.

    Whether somebody may sign was decided when he signed; a role lost since does not void it. What is looked at here is
    what time and evidence do: expired and lapsed signatures fill no seat, and nobody fills two.
    """
    ruling = inquiry.ruling
    approvals = [c.id for c in inquiry.gate.criteria if isinstance(c.rule, Approval)]
    bars = barred(inquiry)
    if ruling is None:
        return Seating({}, {}, bars)
    counted: dict[str, tuple[Signature, ...]] = {}
    refused: dict[str, tuple[RefusedSignature, ...]] = {}
    seated: set[str] = set()
    for seat in approvals:
        valid, turned = _sift(ruling.signed.get(seat, ()), inquiry, seated=seated)
        lapsed = _lapsed(ruling.lapsed, seat, seated=seated)
        counted[seat], refused[seat] = valid, (*turned, *lapsed)
    return Seating(counted, refused, bars, frozenset(seated))


def _sift(
    signed: tuple[Signature, ...], inquiry: Inquiry, *, seated: set[str]
) -> tuple[tuple[Signature, ...], tuple[RefusedSignature, ...]]:
    valid: list[Signature] = []
    refused: list[RefusedSignature] = []
    for signature in signed:
        if signature.expires and signature.expires < inquiry.today:
            refused.append(RefusedSignature(signature, f"expired on {inquiry.day(signature.expires)}"))
        elif signature.by in seated or signature.principal in seated:
            refused.append(RefusedSignature(signature, "already fills a seat of this gate"))
        else:
            seated.update((signature.by, signature.principal))
            valid.append(signature)
    return tuple(valid), tuple(refused)


def _lapsed(
    lapsed: Mapping[str, tuple[LapsedSignature, ...]], seat: str, *, seated: set[str]
) -> tuple[RefusedSignature, ...]:
    """Lapsed signatures of people who have not signed again since."""
    return tuple(
        RefusedSignature(item.signature, item.why)
        for item in lapsed.get(seat, ())
        if item.signature.principal not in seated
    )


def judge_waived(criterion: Criterion, note: WaiverNote, inquiry: Inquiry) -> Finding:
    """Met for as long as the waiver lasts; it says so."""
    evidence = inquiry.evidence_of(criterion)
    reason = f"{criterion.title}: waived by {inquiry.name(note.by)} until {inquiry.day(note.until)}: {note.reason}"
    return Finding(criterion, True, reason, evidence, waived=True)


def judge_limit_change(criterion: Criterion, change: LimitChange, inquiry: Inquiry) -> Finding | None:
    """A threshold changed after its result was reported is a blocker until there is a result from after the change."""
    evidence = inquiry.evidence_of(criterion)
    if evidence is None or (evidence.updated is not None and evidence.updated > change.on):
        return None
    return unmet(
        criterion,
        f"{criterion.title}: the threshold was changed from {change.before} to {change.after} "
        f"on {inquiry.day(change.on)}, after the result was reported",
        inquiry=inquiry,
        evidence=evidence,
        since=change.on,
        next_action="measure again against the agreed threshold, or have it waived",
        weight=weights.UNUSABLE,
    )
