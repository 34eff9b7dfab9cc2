"""Looking at a gate again: what lapsed, whether a pass still stands, and whether the gate passes now."""

from __future__ import annotations

from gates.report import GateReport
from gates.signoff.context import Context
from gates.signoff.events import Event, GatePassed, GateReopened, SignatureLapsed
from gates.signoff.quorum import standing
from gates.signoff.rule import changes_of, lapses


def lapse_and_reopen(context: Context) -> tuple[Event, ...]:
    """Signatures whose evidence changed, and the opening of a passed gate that no longer stands, with the reasons."""
    if not context.ledger.is_open:
        return ()
    lapsed = _lapsed(context)
    if context.ledger.phase != "passed":
        return lapsed
    report = context.report
    if report.is_passed or report.state == "held":
        return lapsed
    reasons = tuple(blocker.reason for blocker in report.blockers) or (f"it is {report.state}",)
    return (*lapsed, GateReopened(reasons))


def _lapsed(context: Context) -> tuple[Event, ...]:
    changes = changes_of(context.asked, context.ledger, context.evidence)
    found = ((seat, lapses(seat, changes)) for seat in context.ledger.given)
    return tuple(
        SignatureLapsed(seat.by, seat.seq, tuple(name for name, _ in gone), tuple(said for _, said in gone))
        for seat, gone in found
        if gone
    )


def pass_if_complete(context: Context) -> tuple[Event, ...]:
    """The passing of a submitted gate in which nothing is missing any more."""
    submission = context.ledger.submission
    if context.ledger.phase != "submitted" or submission is None or not is_complete(context.report):
        return ()
    if context.pack_to_sign.id != submission.pack.id:
        return ()
    signed = tuple(dict.fromkeys(seat.by for seat in standing(context)))
    waived = tuple(finding.criterion.id for finding in context.report.findings if finding.waived)
    return (GatePassed(submission.pack.id, signed, waived),)


def is_complete(report: GateReport) -> bool:
    """Every criterion met or waived, every seat filled, nothing overdue, no hold."""
    overdue = any(owed.overdue for owed in report.owed)
    return bool(report.findings) and not overdue and report.state != "held" and all(f.met for f in report.findings)
