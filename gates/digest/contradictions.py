"""Where the records of a project contradict themselves. Each finding rests on what its reader may see alone. Pure.

green       declared green, while the gates are at risk or blocked, or a milestone is a working week overdue
dates       a document or a milestone states another date than the gate it names
expired     a gate counts as passed, and a review, a signature or evidence under it has run out
order       a gate is passed before one that comes first
spend       the envelope is spent faster than time passes and gates do
contract    a data contract is recorded as kept, and its delivery is late
ledger      files and ledger say different things
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from gates.almanac import Almanac
from gates.criteria import Approval, Review
from gates.digest.model import Note, StatedDate
from gates.forecast import OLD_BLOCKER_DAYS
from gates.record_raid import Milestone
from gates.report import Finding, GateReport, ProjectReport

AHEAD_OF_TIME = Decimal("0.15")
"""Spent share beyond the share of time that is gone; both marks must be passed."""

AHEAD_OF_GATES = Decimal("0.25")
"""Spent share beyond the share of gates that are passed."""


def contradictions(
    report: ProjectReport, *, dates: Sequence[StatedDate], almanac: Almanac, now: datetime
) -> tuple[Note, ...]:
    """Everything that contradicts itself in one project; `dates` are those its reader may read."""
    return (
        *_green(report, almanac),
        *_dates(report, dates, almanac),
        *(note for gate in report.gates if gate.is_passed for note in _expired(gate, almanac)),
        *_order(report),
        *_spend(report, almanac.today),
        *_contracts(report, now),
        *_ledger(report),
    )


def _note(about: str, text: str, why: str, *, age: int | None = None) -> Note:
    project = about.partition("/")[0]
    return Note("contradiction", about, f"{project} {text}", why, rank=-float(age or 0), age=age)


def _green(report: ProjectReport, almanac: Almanac) -> Iterator[Note]:
    project = report.project
    if project.declared_health != "green":
        return
    if report.contradiction:
        said = report.contradiction.removeprefix("declared green, ")
        oldest = max((b.age or 0 for b in report.current.blockers), default=0) if report.current else 0
        yield _note(project.slug, f"is declared green, but {said}", "declared health and records part", age=oldest)
        return
    late = [(almanac.age(m.due) or 0, m) for m in project.milestones if m.due and m.state == "open"]
    days, worst = max(late, key=lambda one: one[0], default=(0, None))
    if worst is not None and days > OLD_BLOCKER_DAYS:
        text = f"is declared green, but {worst.title} is {days} working days overdue"
        yield _note(project.slug, text, "declared health and milestones part", age=days)


def _dates(report: ProjectReport, stated: Sequence[StatedDate], almanac: Almanac) -> Iterator[Note]:
    for gate in report.gates:
        if gate.due is None or gate.is_passed:
            continue
        others = [date_ for date_ in stated if _names(gate, date_.what) and date_.day != gate.due]
        for other in others[:1]:
            text = f"{gate.name} is due {almanac.say(gate.due)}, {other.document} says {almanac.say(other.day)}"
            yield _note(f"{gate.project}/{gate.gate}/", text, "two documents state different dates")
        for milestone in report.project.milestones if not others else ():
            if milestone.due and milestone.due != gate.due and _is_the_gate(gate, milestone):
                said = f"the milestone {milestone.id} says {almanac.say(milestone.due)}"
                text = f"{gate.name} is due {almanac.say(gate.due)}, {said}"
                yield _note(f"{gate.project}/{gate.gate}/", text, "two records state different dates")
    yield from _between(stated, report, almanac)


def _between(stated: Sequence[StatedDate], report: ProjectReport, almanac: Almanac) -> Iterator[Note]:
    """Two documents that state different dates for the same thing, where that is no gate."""
    first: dict[str, StatedDate] = {}
    for one in stated:
        if any(_names(gate, one.what) for gate in report.gates):
            continue
        known = first.setdefault(one.what.casefold(), one)
        if known.day != one.day:
            said = f"{known.document} says {almanac.say(known.day)}, {one.document} says {almanac.say(one.day)}"
            yield _note(report.project.slug, f"{one.what}: {said}", "two documents state different dates")


def _names(gate: GateReport, what: str) -> bool:
    said = what.casefold().strip().removesuffix(" gate")
    return said in (gate.gate.casefold(), gate.name.casefold().removesuffix(" gate"))


def _is_the_gate(gate: GateReport, milestone: Milestone) -> bool:
    said = milestone.title.casefold()
    names = (gate.gate.casefold(), gate.name.casefold())
    return any(said in (name, f"{name} gate", f"{name} gate passed", f"{name} passed") for name in names)


def _expired(gate: GateReport, almanac: Almanac) -> Iterator[Note]:
    for finding in gate.findings:
        ran_out = None if finding.restricted or finding.waived else _ran_out(finding, gate, almanac.today)
        if ran_out:
            what, day = ran_out
            text = f"{gate.name} is passed, but {what} ran out on {almanac.say(day)}"
            about = f"{gate.project}/{gate.gate}/{finding.criterion.id}"
            yield _note(about, text, "a passed gate rests on something that has expired", age=almanac.age(day))


def _ran_out(finding: Finding, gate: GateReport, today: date) -> tuple[str, date] | None:
    """What has run out and when; documents may age after the decision, but not before it."""
    criterion, rule, item = finding.criterion, finding.criterion.rule, finding.evidence
    if isinstance(rule, Review) and rule.valid_until and rule.valid_until < today:
        return criterion.title, rule.valid_until
    if isinstance(rule, Approval):
        ends = [signature.expires for signature in finding.counted if signature.expires]
        return (f"a signature for {criterion.title}", min(ends)) if ends and min(ends) < today else None
    if item and item.updated and criterion.fresh_days is not None:
        until = item.updated + timedelta(days=criterion.fresh_days)
        return (item.name, until) if until < (gate.passed_on or today) else None
    return None


def _order(report: ProjectReport) -> Iterator[Note]:
    open_ = [gate for gate in report.gates if not gate.is_passed]
    after = [gate for gate in report.gates if gate.is_passed and open_ and gate.position > open_[0].position]
    if after:
        text = f"{after[0].name} is passed, but {open_[0].name} before it is {open_[0].state}"
        yield _note(f"{after[0].project}/{after[0].gate}/", text, "gates are passed out of order")


def _spend(report: ProjectReport, today: date) -> Iterator[Note]:
    project, budget = report.project, report.project.budget
    if budget is None or not report.gates or project.started is None or not project.weeks:
        return
    gone = Decimal((today - project.started).days) / (project.weeks * 7)
    passed = Decimal(sum(gate.is_passed for gate in report.gates)) / len(report.gates)
    if budget.share <= gone + AHEAD_OF_TIME or budget.share <= passed + AHEAD_OF_GATES:
        return
    done = f"{sum(gate.is_passed for gate in report.gates)} of {len(report.gates)} gates"
    time = f"{min(gone, Decimal(1)) * 100:.0f} % of its time"
    text = f"has spent {budget.share * 100:.0f} % of its envelope at {time}, {done} passed"
    yield _note(project.slug, text, "spend is ahead of progress")


def _contracts(report: ProjectReport, now: datetime) -> Iterator[Note]:
    for contract in report.project.contracts:
        if contract.state != "ok" or contract.freshness_hours is None or contract.last_delivery is None:
            continue
        late = now - contract.last_delivery - timedelta(hours=float(contract.freshness_hours))
        if late > timedelta(0):
            name = contract.name or contract.id
            hours = f"{contract.freshness_hours} hours"
            text = f"records the contract {name} as kept, but nothing came within its {hours}"
            yield _note(report.project.slug, text, "a data contract is recorded as kept and is not")


def _ledger(report: ProjectReport) -> Iterator[Note]:
    for gate in report.gates:
        for conflict in gate.conflicts:
            about = f"{gate.project}/{gate.gate}/{conflict.criterion or ''}"
            yield _note(about, f"{gate.name}: {conflict.text}", "files and ledger differ")
