"""The ledger's answers about one gate: who signs, who signed, when it is due, whether it passed, what if."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.chat import Heading, Item, Items, Line, Part
from bot.conversation.ledger_room import LedgerRoom
from bot.conversation.ledger_views import Told, blockers_view, mover_phrase, progress_phrase
from bot.conversation.sources import Sources
from bot.conversation.understand import LedgerQuestion
from bot.conversation.words import day
from gates.criteria import Approval, Cost, Latency, Metric
from gates.model import Programme
from gates.people import role_name
from gates.questions import SeatToFill, WhatIfAnswer, seats_to_fill, signatures_of
from gates.report import Blocker, Finding, GateReport, ProjectReport
from gates.whatif import Change, CriterionMet, PersonSigns, what_if
from rag.model import Audience


def signers_view(report: ProjectReport, gate: GateReport, *, programme: Programme, sources: Sources) -> Told:
    """Who still has to sign, by seat."""
    seats = seats_to_fill(report, gate.gate)
    title = f"{gate.project} · {gate.name}: who still has to sign"
    if not seats:
        return Told(
            (Heading(f"{title}{sources.project(gate, 'state')}"), Line("Nobody: every approval is there.")), ("none",)
        )
    items = tuple(
        Item(f"{_seat_people(seat, programme)}{_seat_mark(seat, gate, sources)}", seat.role) for seat in seats
    )
    people = dict.fromkeys(programme.name_of(person) for seat in seats for person in seat.people)
    return Told((Heading(title), Items(items)), tuple(people) or tuple(seat.role for seat in seats))


def _seat_people(seat: SeatToFill, programme: Programme) -> str:
    if seat.restricted:
        return "restricted"
    return ", ".join(map(programme.name_of, seat.people)) or f"nobody left may sign, name somebody else as {seat.role}"


def _seat_mark(seat: SeatToFill, gate: GateReport, sources: Sources) -> str:
    return "" if seat.restricted else sources.criterion(gate, seat.criterion)


def signed_view(gate: GateReport, *, programme: Programme, sources: Sources) -> Told:
    """Who has signed so far, or who approved a gate that is passed."""
    title = f"{gate.project} · {gate.name}: who signed"
    if gate.is_passed and gate.approved_by:
        names = tuple(map(programme.name_of, gate.approved_by))
        when = f" on {day(gate.passed_on)}" if gate.passed_on else ""
        mark = sources.project(gate, "approved_by")
        return Told((Heading(f"{title}{mark}"), Line(f"Approved{when} by {', '.join(names)}.")), names)
    signed = [finding for finding in gate.findings if finding.counted and not finding.restricted]
    if not signed:
        return Told((Heading(f"{title}{sources.project(gate, 'state')}"), Line("Nobody yet.")), ("none",))
    items = tuple(
        Item(f"{programme.name_of(one.by)}{mark}", f"{finding.criterion.title} · {day(one.on)}")
        for finding in signed
        for mark in [sources.criterion(gate, finding.criterion.id)]
        for one in finding.counted
    )
    people = dict.fromkeys(programme.name_of(one.by) for finding in signed for one in finding.counted)
    return Told((Heading(title), Items(items)), tuple(people))


def has_signed_view(gate: GateReport, people: Sequence[str], *, programme: Programme, sources: Sources) -> Told:
    """Whether these people have signed a gate."""
    signed = {person for _, person, _ in signatures_of(gate)} | set(gate.approved_by)
    names = ", ".join(map(programme.name_of, people))
    seats = [f for f in gate.findings if f.is_approval and not f.restricted and _concerns(f, people)]
    marks = "".join(sources.criterion(gate, finding.criterion.id) for finding in seats) or sources.project(
        gate, "state"
    )
    if set(people) <= signed:
        return Told((Line(f"Yes: {names} signed {gate.project} · {gate.name}{marks}"),), ("yes",))
    return Told((Line(f"No: {names} has not signed {gate.project} · {gate.name}{marks}"),), ("no",))


def role_signed_view(gate: GateReport, roles: Sequence[str], *, programme: Programme, sources: Sources) -> Told:
    """Whether the approvals of these roles are there, and whose they are to give."""
    seats = [finding for finding in gate.findings if _role_of(finding) in roles]
    where = f"{gate.project} · {gate.name}"
    called = " and ".join(role_name(role) for role in roles)
    if not seats:
        return Told((Line(f"{where} asks for no signature of the {called}{sources.project(gate, 'gate')}"),), ("none",))
    if any(finding.restricted for finding in seats):
        return Told((Line(f"{where}: restricted - {called}"),), ("restricted",))
    marks = "".join(sources.criterion(gate, finding.criterion.id) for finding in seats)
    names = ", ".join(dict.fromkeys(programme.name_of(one.by) for finding in seats for one in finding.counted))
    if all(finding.met for finding in seats):
        by = f": {names}" if names else ""
        return Told((Line(f"Yes: the {called} has signed {where}{by}{marks}"),), ("yes",))
    open_to = ", ".join(dict.fromkeys(programme.name_of(who) for finding in seats for who in finding.mover.people))
    whose = f"It is {open_to} who may sign." if open_to else f"Nobody left may sign: name somebody else as {called}."
    return Told((Line(f"No: the {called} has not signed {where}{marks}"), Line(whose)), ("no",))


def _role_of(finding: Finding) -> str:
    rule = finding.criterion.rule
    return rule.role if isinstance(rule, Approval) else ""


def _concerns(finding: Finding, people: Sequence[str]) -> bool:
    """Whether an approval is these people's to give, or given by them."""
    return bool({*finding.mover.people, *(signature.by for signature in finding.counted)} & set(people))


def passed_view(gate: GateReport, *, programme: Programme, sources: Sources) -> Told:
    """Whether a gate is passed: approved and by whom, or not and why."""
    if gate.is_passed:
        names = tuple(map(programme.name_of, gate.approved_by))
        when = f" on {day(gate.passed_on)}" if gate.passed_on else ""
        by = f" by {', '.join(names)}" if names else ""
        text = f"Yes: {gate.project} · {gate.name} passed{when}{by}{sources.project(gate, 'passed_on')}"
        return Told((Heading(text),), ("approved", *names))
    told = blockers_view(gate, programme=programme, sources=sources)
    parts = (Line("No, it is not passed."), *told.parts)
    return Told(parts, ("not approved", *(blocker.reason for blocker in gate.blockers)))


def ready_view(gate: GateReport, *, programme: Programme, sources: Sources) -> Told:
    """Whether a gate would pass if it were decided now."""
    told = blockers_view(gate, programme=programme, sources=sources)
    if gate.passes:
        return Told((Line("Yes, nothing stands in the way."), *told.parts), ("yes",))
    return Told((Line("No, not yet."), *told.parts), ("no", *(blocker.title for blocker in gate.blockers)))


def single_view(
    report: ProjectReport,
    gate: GateReport,
    question: LedgerQuestion,
    *,
    about_gate: bool,
    programme: Programme,
    sources: Sources,
) -> Told | None:
    """A gate's state, date or owner, or how a criterion stands. `about_gate`: not the project as a whole is meant."""
    match question.intent:
        case "status":
            told = blockers_view(gate, programme=programme, sources=sources)
            return Told(told.parts, (gate.state,))
        case "due":
            return _due_view(gate, sources=sources)
        case "was_due":
            return _was_due_view(gate, sources=sources)
        case "owner":
            finding = _finding(gate, question)
            if finding is None and not about_gate:
                return _project_owner_view(report, programme=programme, sources=sources)
            return _owner_view(report, gate, finding, programme=programme, sources=sources)
        case "criterion":
            return _criterion_view(gate, question, programme=programme, sources=sources)
        case _:
            return None


def _due_view(gate: GateReport, *, sources: Sources) -> Told | None:
    if gate.is_passed and gate.passed_on:
        text = f"{gate.project} · {gate.name} passed on {day(gate.passed_on)}{sources.project(gate, 'passed_on')}"
        return Told((Heading(text),), (gate.passed_on.isoformat(),))
    if gate.due is None:
        return None
    was = f" (was {', '.join(map(day, gate.was_due))})" if gate.was_due else ""
    parts: list[Part] = [
        Heading(f"{gate.project} · {gate.name}: due {day(gate.due)}{was}{sources.project(gate, 'due')}")
    ]
    if gate.forecast and gate.forecast.slips:
        parts.append(Line(f"At the usual pace it passes on {day(gate.forecast.expected)}."))
    return Told((*parts, Line(progress_phrase(gate))), (gate.due.isoformat(),))


def _was_due_view(gate: GateReport, *, sources: Sources) -> Told:
    mark = sources.project(gate, "was_due")
    if not gate.was_due:
        return Told((Heading(f"{gate.project} · {gate.name}: the date was never moved{mark}"),), ("none",))
    said = ", then ".join(map(day, gate.was_due))
    now = f"; now {day(gate.due)}" if gate.due else ""
    first = gate.was_due[0].isoformat()
    return Told((Heading(f"{gate.project} · {gate.name}: first due {said}{now}{mark}"),), (first,))


def _owner_view(
    report: ProjectReport, gate: GateReport, finding: Finding | None, *, programme: Programme, sources: Sources
) -> Told | None:
    """The owner of a criterion, or of the gate itself; nothing where the record names none."""
    if finding is not None:
        owner, what, key = finding.criterion.owner, finding.criterion.title, f"{finding.criterion.key}.owner"
    else:
        recorded = report.project.gate(gate.gate)
        owner, what, key = gate.owner, f"the gate {gate.name}", f"{recorded.key}.owner" if recorded else "owner"
    return _owned(owner, what, sources.record(report.project, key, subject=what), programme)


def _project_owner_view(report: ProjectReport, *, programme: Programme, sources: Sources) -> Told | None:
    project = report.project
    return _owned(project.owner, project.name, sources.record(project, "owner", subject=project.name), programme)


def _owned(owner: str | None, what: str, mark: str, programme: Programme) -> Told | None:
    if owner is None:
        return None
    name = programme.name_of(owner)
    return Told((Line(f"{name} owns {what}{mark}"),), (name,))


def _finding(gate: GateReport, question: LedgerQuestion) -> Finding | None:
    wanted = {ref.rsplit("/", 1)[1] for ref in question.criteria}
    return next((finding for finding in gate.findings if finding.criterion.id in wanted), None)


def _criterion_view(
    gate: GateReport, question: LedgerQuestion, *, programme: Programme, sources: Sources
) -> Told | None:
    """Whether one criterion is met, and what it rests on."""
    finding = _finding(gate, question)
    if finding is None or finding.restricted:
        return None
    blocker = next((found for found in gate.blockers if found.criterion == finding.criterion.id), None)
    mark = sources.finding(gate, finding)
    if finding.met:
        return Told((Line(f"Yes: {finding.reason}{mark}"),), ("yes",))
    detail = f"{mover_phrase(blocker, programme)} · {blocker.next_action}" if blocker else finding.next_action
    return Told((Line(f"No: {finding.reason}{mark}"), Line(detail)), ("no", finding.reason))


def limit_view(gate: GateReport, criterion: str | None, *, sources: Sources) -> Told | None:
    """The limit agreed for a criterion; None where it has none."""
    finding = next((one for one in gate.findings if one.criterion.id == criterion and not one.restricted), None)
    rule = finding.criterion.rule if finding else None
    if finding is None or not isinstance(rule, Metric | Latency | Cost) or rule.threshold is None:
        return None
    if rule.threshold.operator == "?":
        mark = sources.criterion(gate, finding.criterion.id, key="threshold")
        return Told((Line(f"{finding.criterion.title}: no limit is agreed yet{mark}"),), ("none",))
    limit = f"{rule.threshold.text} {rule.unit}".strip() if rule.unit else rule.threshold.text
    agreed_on = finding.criterion.agreed
    agreed = f", agreed on {day(agreed_on)}" if agreed_on else ""
    mark = sources.criterion(gate, finding.criterion.id, key="threshold")
    text = f"{finding.criterion.title}: {rule.threshold.operator} {limit}{agreed}{mark}"
    return Told((Line(text), Line(finding.reason)), (limit,))


def what_if_view(
    gate: GateReport, question: LedgerQuestion, *, room: LedgerRoom, audience: Audience, sources: Sources
) -> Told | None:
    """What would still block the gate if these people signed and these criteria were met."""
    project = next(project for project in room.projects if project.slug == gate.project)
    recorded = project.gate(gate.gate)
    if recorded is None or room.programme is None:
        return None
    changes: list[Change] = [PersonSigns(person) for person in question.people]
    changes += [CriterionMet(ref.rsplit("/", 1)[1]) for ref in question.criteria]
    after = what_if(
        recorded, project, programme=room.programme, facts=room.facts_for(audience), now=room.now, changes=changes
    )
    answer = WhatIfAnswer(gate, after)
    if answer.passes:
        mark = sources.project(gate, "criteria")
        return Told((Line(f"Yes: {gate.project} · {gate.name} would then pass{mark}"),), ("yes",))
    items = tuple(Item(f"{blocker.reason}{sources.blocker(blocker)}") for blocker in answer.still)
    said = _settled(answer.settled)
    return Told((Line(f"No. {said}Still blocked by:"), Items(items)), ("no", *(b.title for b in answer.still)))


def _settled(blockers: Iterable[Blocker]) -> str:
    titles = [blocker.title for blocker in blockers]
    return f"That settles {', '.join(titles)}. " if titles else "That settles nothing. "
