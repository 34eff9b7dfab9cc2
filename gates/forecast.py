"""When a gate would pass at the usual pace, and how healthy it is. Rules of thumb, all written down here.

Working days a blocker usually takes, by the kind of step that is left (see `weights`): renewing 2, filling sections 3,
bringing a value within its limit 5, measuring again 4, writing or reviewing what is not there yet 5, anything else 5,
an approval 2 once the evidence is there. One person's blockers come one after the other, those of different people
side by side. Windows and dependencies have dates of their own.
"""

from __future__ import annotations

from collections.abc import Iterable

from gates import weights
from gates.almanac import Almanac
from gates.model import Gate, Hold
from gates.report import PASSED, Blocker, Finding, Forecast, GateState, Health

APPROVAL_DAYS = 2
OLD_BLOCKER_DAYS = 5
_DAYS = (
    (weights.SECTIONS, 2),
    (weights.MEASURED, 3),
    (weights.UNUSABLE, 5),
    (weights.NOTHING_THERE, 4),
)
_OTHER_DAYS = 5


def usual_days(weight: float) -> int:
    """Working days a piece of evidence usually takes, by its weight."""
    return next((days for below, days in _DAYS if weight < below), _OTHER_DAYS)


def forecast(
    gate: Gate, findings: Iterable[Finding], *, holds: Iterable[Hold] = (), almanac: Almanac
) -> Forecast | None:
    """The day on which the open work would be done; None when nothing is open or a date cannot be known.

    `holds` are those that bind: one without an end makes every date a guess. So does what the reader may not see.
    """
    open_findings = [finding for finding in findings if not finding.met]
    ends = [hold.until for hold in holds]
    if not open_findings or None in ends or any(finding.restricted for finding in open_findings):
        return None
    ready = almanac.today
    work: dict[tuple[str, ...], int] = {}
    for finding in open_findings:
        if finding.ready_on is not None:
            ready = max(ready, finding.ready_on)
        elif finding.weight >= weights.DEPENDENCY and not finding.is_approval:
            return None
        elif not finding.is_approval:
            people = finding.mover.people
            work[people] = work.get(people, 0) + usual_days(finding.weight)
    if work:
        ready = max(ready, almanac.ahead(almanac.today, max(work.values())))
    ready = max((ready, *(end for end in ends if end is not None)))
    if any(finding.is_approval for finding in open_findings):
        ready = almanac.ahead(ready, APPROVAL_DAYS)
    late = almanac.days_late(gate.due, ready) if gate.due else 0
    return Forecast(ready, gate.due, late)


def health_of(
    state: GateState, blockers: Iterable[Blocker], *, severe: bool, expected: Forecast | None, overdue: bool
) -> Health:
    """The computed health.

    Blocked: held, or something that work inside the project does not mend (a dependency, a failed review, nobody left
    who may sign). At risk: overdue, the forecast slips, a measured value is outside its limit or unusable, or a
    blocker is older than 5 working days.
    """
    if state in PASSED:
        return "passed"
    if state == "restricted":
        return "restricted"
    if state == "held" or severe:
        return "blocked"
    late = overdue or (expected is not None and expected.slips)
    return "at risk" if late or any(_worries(blocker) for blocker in blockers if not blocker.restricted) else "on track"


def _worries(blocker: Blocker) -> bool:
    measured = weights.MEASURED <= blocker.weight < weights.NOTHING_THERE
    return measured or (blocker.age is not None and blocker.age > OLD_BLOCKER_DAYS)
