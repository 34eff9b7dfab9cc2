"""The notes on one project as its reader may see it: what is due, blocked, waiting, lapsed, stale, spent, decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from gates import weights
from gates.almanac import Almanac
from gates.criteria import Review
from gates.digest.model import Besides, Note
from gates.digest.pace import time_gone
from gates.model import Programme
from gates.people import role_name
from gates.record_warnings import TOLD_SHARE, warnings_of
from gates.report import Blocker, Finding, GateReport, ProjectReport

_AGES = ("drill", "retrain", "retire", "review")
"""The warnings of standing records that are about something having grown old."""

DUE_WITHIN = 10
"""Working days ahead in which a gate counts as due."""

EXPIRES_WITHIN = 5
"""Working days ahead in which a review or a waiver counts as expiring."""

DECIDED_WITHIN = 5
"""Working days for which a decision is news."""


def due(gate: GateReport, almanac: Almanac) -> Iterator[Note]:
    """An open gate that is overdue or due within ten working days, with its forecast."""
    if gate.is_passed or gate.due is None or gate.due > almanac.ahead(almanac.today, DUE_WITHIN):
        return
    late = almanac.age(gate.due) or 0
    text = f"{gate.project}: {gate.name} was due {almanac.say(gate.due)}, {_days(late)} ago" if late else (
        f"{gate.project}: {gate.name} due {almanac.say(gate.due)}"
    )  # fmt: skip
    if gate.forecast and gate.forecast.slips:
        text += f", at the usual pace {almanac.say(gate.forecast.expected)} ({_days(gate.forecast.late_by)} late)"
    slips = gate.forecast.late_by if gate.forecast else 0
    who = (gate.owner,) if gate.owner else ()
    rank = -float(slips * 10 + late * 10) + (gate.due - almanac.today).days
    yield Note("due", f"{gate.project}/{gate.gate}/", text, f"due within {DUE_WITHIN} working days", who, rank)


def blocked(gate: GateReport, programme: Programme) -> Iterator[Note]:
    """What blocks the current gate besides approvals, by who can move it; the oldest first."""
    for blocker in gate.blockers:
        if blocker.kind == "approval" or blocker.restricted:
            continue
        text = f"{gate.project}: {blocker.reason} ({_who(blocker, programme)}{_aged(blocker.age)})"
        yield Note(
            "blocked", _about(blocker), text, "it blocks the current gate", blocker.mover.people,
            -float(blocker.age or 0), blocker.age,
        )  # fmt: skip


def waiting(gate: GateReport, programme: Programme) -> Iterator[Note]:
    """Approvals that are missing on a gate whose sign-off was asked for, and on whom."""
    if gate.state not in ("submitted", "lapsed", "expired", "ready"):
        return
    for blocker in gate.blockers:
        if blocker.kind != "approval" or blocker.restricted:
            continue
        role = role_name(blocker.mover.role) if blocker.mover.role else "Approver"
        text = f"{gate.project}: {gate.name} waits for {_who(blocker, programme)} as {role}{_aged(blocker.age)}"
        why = "sign-off was asked for and this seat is empty"
        yield Note("waiting", _about(blocker), text, why, blocker.mover.people, -float(blocker.age or 0), blocker.age)


def lapsed(gate: GateReport, programme: Programme) -> Iterator[Note]:
    """Signatures that were given and no longer count, with the reason."""
    if gate.is_passed:
        return
    for finding in gate.findings:
        for refused in () if finding.restricted or finding.met else finding.refused:
            name = programme.name_of(refused.signature.by)
            text = f"{gate.project}: the signature of {name} on {gate.name} does not count: {refused.reason}"
            about = f"{gate.project}/{gate.gate}/{finding.criterion.id}"
            yield Note("lapsed", about, text, "a signature no longer counts", (refused.signature.by,))


def stale(report: ProjectReport, gate: GateReport | None, besides: Besides, almanac: Almanac) -> Iterator[Note]:
    """Evidence to renew, waivers and reviews about to end, deliveries that are late, models past their review."""
    if gate is not None:
        for blocker in gate.blockers:
            if blocker.weight == weights.RENEW and not blocker.restricted:
                text = f"{gate.project}: {blocker.reason}"
                yield Note("stale", _about(blocker), text, "it has to be renewed", blocker.mover.people, 1)
        for finding in gate.findings:
            yield from _expiring(gate, finding, besides, almanac)
    for warning in warnings_of(report.project, almanac.today):
        if warning.about in _AGES:
            who = (warning.owner,) if warning.owner else ()
            about = f"{report.project.slug}//{warning.about}-{warning.id}"
            yield Note("stale", about, f"{report.project.slug}: {warning.text}", "a standing record warns", who, 3)


def contracts(report: ProjectReport, now: datetime) -> Iterator[Note]:
    """Deliveries of data that are breached or late."""
    for contract in report.project.contracts:
        name, about = contract.name or contract.id, f"{report.project.slug}//contract-{contract.id}"
        who = (contract.owner,) if contract.owner else ()
        if contract.state == "breached":
            text = f"{report.project.slug}: the data contract {name} is breached"
            yield Note("stale", about, text, "a data contract is breached", who, 0)
        elif contract.last_delivery and contract.freshness_hours is not None:
            late = now - contract.last_delivery - timedelta(hours=float(contract.freshness_hours))
            if late > timedelta(0):
                text = f"{report.project.slug}: nothing came for the data contract {name} in its time"
                yield Note("stale", about, text, "a delivery of data is late", who, 0)


def _expiring(gate: GateReport, finding: Finding, besides: Besides, almanac: Almanac) -> Iterator[Note]:
    if finding.restricted:
        return
    criterion, last = finding.criterion, almanac.ahead(almanac.today, EXPIRES_WITHIN)
    about = f"{gate.project}/{gate.gate}/{criterion.id}"
    who = (criterion.owner,) if criterion.owner else ()
    until = besides.waivers.get((gate.project, gate.gate, criterion.id)) if finding.waived else None
    if until and until <= last:
        text = f"{gate.project}: the waiver of {criterion.title} ends {almanac.say(until)}"
        yield Note("stale", about, text, "a waiver ends soon", who, 2)
    valid = criterion.rule.valid_until if isinstance(criterion.rule, Review) else None
    if valid and finding.met and not finding.waived and almanac.today <= valid <= last:
        text = f"{gate.project}: {criterion.title} is valid until {almanac.say(valid)}"
        yield Note("stale", about, text, "a review ends soon", who, 2)


def spend(report: ProjectReport, besides: Besides, today: date) -> Iterator[Note]:
    """Spend against the envelope and against time, and what models cost to serve."""
    project, budget = report.project, report.project.budget
    said = []
    if budget is not None:
        gone = time_gone(project.started, project.weeks, today)
        said.append(f"{_share(budget.share)} of envelope{f' at {_share(gone)} of time' if gone is not None else ''}")
    cost = besides.serving.get(project.slug)
    if cost:
        said.append(f"model answers {cost:.2f} USD this month")
    if said:
        why = "spend passed 80 % of the envelope" if budget and budget.share >= TOLD_SHARE else "spend to date"
        share = float(budget.share) if budget else 0.0
        yield Note("spend", f"{project.slug}//budget", f"{project.slug}: {', '.join(said)}", why, rank=-share)


def _share(part: Decimal) -> str:
    return f"{part * 100:.0f} %"


def decided(report: ProjectReport, programme: Programme, almanac: Almanac) -> Iterator[Note]:
    """Decisions of the last working days."""
    for decision in report.project.decisions:
        age = almanac.age(decision.date) if decision.date and decision.date <= almanac.today else None
        if age is not None and age <= DECIDED_WITHIN:
            by = f" by {programme.name_of(decision.by)}" if decision.by else ""
            text = f"{report.project.slug}: {decision.title} (decided{by}, {almanac.say(decision.date)})"  # type: ignore[arg-type]
            about = f"{report.project.slug}//{decision.id}"
            yield Note("decided", about, text, "a decision was recorded", rank=float(age), age=age)


def owed(gate: GateReport, almanac: Almanac) -> Iterator[Note]:
    """Conditions that the gate was passed under, each for its owner."""
    for condition in gate.owed:
        late = ", overdue" if condition.overdue else ""
        text = f"{gate.project}: you owe {condition.text} by {almanac.say(condition.due)}{late}"
        about = f"{gate.project}/{gate.gate}/{condition.id}"
        yield Note("you", about, text, "a condition you own", (condition.owner,), 0 if condition.overdue else 4)


def yours(notes: Sequence[Note]) -> Iterator[Note]:
    """What somebody can move himself, said to him: signing first, then what blocks, then what has to be renewed."""
    order = {"lapsed": 1.0, "waiting": 2.0, "blocked": 3.0}
    for note in notes:
        if note.movers and note.topic in order:
            rank = order[note.topic] - (note.age or 0) / 1000
            yield Note("you", note.about, note.text, f"you can move it: {note.why}", note.movers, rank, note.age)


def _about(blocker: Blocker) -> str:
    return f"{blocker.project}/{blocker.gate}/{blocker.criterion}"


def _who(blocker: Blocker, programme: Programme) -> str:
    if blocker.mover.people:
        return " or ".join(map(programme.name_of, blocker.mover.people))
    return role_name(blocker.mover.role) if blocker.mover.role else "nobody is named"


def _aged(age: int | None) -> str:
    return f", {_days(age)}" if age is not None else ""


def _days(count: int) -> str:
    return "1 working day" if count == 1 else f"{count} working days"
