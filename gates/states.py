"""The states a gate can be in, what each means, and which one it is.

collecting              nobody has asked for sign-off, and something is not met
ready                   every criterion is met and every seat filled, and nobody has decided it in the ledger
submitted               sign-off was asked for, or a passed gate is open again, and something is missing
passed                  every seat was filled on evidence that was met or waived, and nothing has changed since
passed with conditions  passed, and something dated is still owed
rejected                an approver turned the last submission down
withdrawn               the last submission was taken back
held                    somebody who may has stopped it; nothing else counts while that lasts
lapsed                  it was passed, and evidence changed under a signature that is needed
expired                 it was passed, and a signature that is needed has run out
overridden              the glass was broken: it counts as passed until then, against its criteria
restricted              this reader may not see enough to know
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from gates.model import Gate
from gates.report import Finding, GateState
from gates.ruling import Ruling


def state_of(gate: Gate, ruling: Ruling | None, findings: Sequence[Finding], *, held: bool, today: date) -> GateState:
    """The state. A gate without a single criterion never passes by computation: nothing was asked."""
    if held:
        return "held"
    standing = [f for f in findings if not f.met and not _is_decided(f, ruling)]
    if standing and all(finding.restricted for finding in standing) and not _was_stopped(ruling):
        return "restricted"
    if ruling is None or ruling.phase == "none":
        if ruling is not None and ruling.override is not None:
            return "overridden"
        return _by_records(gate, findings)
    return _by_ledger(ruling, findings, today=today)


def _is_decided(finding: Finding, ruling: Ruling | None) -> bool:
    """Whether a restricted criterion is part of a pass that the ledger decided, which is known to all."""
    return finding.restricted and ruling is not None and ruling.phase == "passed"


def _was_stopped(ruling: Ruling | None) -> bool:
    """What somebody did to the gate is known to all who know of it; what its evidence came to is not."""
    return ruling is not None and (ruling.override is not None or ruling.phase in ("rejected", "withdrawn"))


def _by_records(gate: Gate, findings: Sequence[Finding]) -> GateState:
    if gate.state == "passed" and all(finding.met for finding in findings):
        return "passed"
    if not findings or not all(finding.met for finding in findings):
        return "collecting"
    return "passed" if gate.state == "computed" else "ready"


def _by_ledger(ruling: Ruling, findings: Sequence[Finding], *, today: date) -> GateState:
    if ruling.override is not None:
        return "overridden"
    if ruling.phase == "rejected":
        return "rejected"
    if ruling.phase == "withdrawn":
        return "withdrawn"
    overdue = any(owed.overdue for owed in ruling.owed)
    if findings and not overdue and all(finding.met or _is_decided(finding, ruling) for finding in findings):
        if ruling.phase != "passed":
            return "ready"
        return "passed with conditions" if ruling.owed else "passed"
    return _open_again(ruling, findings, today=today) if ruling.was_passed else "submitted"


def _open_again(ruling: Ruling, findings: Sequence[Finding], *, today: date) -> GateState:
    empty = [finding.criterion.id for finding in findings if finding.is_approval and not finding.met]
    if any(ruling.lapsed.get(seat) for seat in empty):
        return "lapsed"
    signed = (signature for seat in empty for signature in ruling.signed.get(seat, ()))
    expired = any(signature.expires and signature.expires < today for signature in signed)
    return "expired" if expired else "submitted"
