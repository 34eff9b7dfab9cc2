"""How the ledger's answers are said: statuses, blockers, signatures, dates, in words and in parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.chat import Heading, Item, Items, Line, Part, Suggestion
from bot.conversation.sources import Sources
from bot.conversation.words import counted, day
from gates.model import Programme
from gates.questions import ProjectStatus, WaitingItem
from gates.report import Blocker, Finding, GateReport
from gates.signoff.matters import Matter

SHOWN_BLOCKERS = 3
"""Blockers in a status; the question for blockers shows all of them."""

SHOWN_LINKS = 3
"""Reasons shown of a dependency, nearest first."""


@dataclass(frozen=True)
class Told:
    """Parts, and the values a script reads."""

    parts: tuple[Part, ...]
    values: tuple[str, ...]


def status_view(status: ProjectStatus, *, programme: Programme, sources: Sources) -> Told:
    """A project in a few lines: where it stands, who owns it, what is in the way."""
    project, current = status.project, status.report.current
    if current is None:
        heading = f"{project.slug} · {status.report.health} · all {len(status.report.gates)} gates passed"
        return Told((Heading(heading), *_owner_line(status, programme)), (status.report.health,))
    heading = f"{project.slug} · {status.report.health} · {gate_phrase(current)}{sources.project(current, 'due')}"
    parts: list[Part] = [Heading(heading), *_owner_line(status, programme), Line(progress_phrase(current))]
    shown = current.blockers[:SHOWN_BLOCKERS]
    parts += _blocker_list(shown, programme=programme, sources=sources)
    if len(current.blockers) > len(shown):
        parts.append(Line(f"{len(current.blockers) - len(shown)} more: ask what is blocking the gate"))
    if status.report.contradiction:
        parts.append(Line(f"Contradiction: {status.report.contradiction}."))
    parts += [Line(f"{conflict.text}.", quiet=True) for conflict in current.conflicts]
    parts.append(Suggestion(f"What's blocking the {current.name} gate of {project.slug}?"))
    return Told(tuple(parts), (current.name,))


def gate_phrase(gate: GateReport) -> str:
    due = f", due {day(gate.due)}{_overdue(gate)}" if gate.due else ""
    was = f" (was {', '.join(day(earlier) for earlier in gate.was_due)})" if gate.was_due else ""
    return f"gate {gate.position} of {gate.gates}: {gate.name}{due}{was}"


def progress_phrase(gate: GateReport) -> str:
    waived = sum(finding.waived for finding in gate.findings if not finding.restricted)
    said = f"{gate.evidence_met - waived} of {gate.evidence_total} evidence criteria met"
    said += f", {waived} waived" if waived else ""
    if gate.approvals_total:
        said += f" · {gate.approvals_met} of {counted(gate.approvals_total, 'approval')}"
    return said


def _owner_line(status: ProjectStatus, programme: Programme) -> tuple[Line, ...]:
    project = status.project
    said = [
        f"Owner {programme.name_of(project.owner)}" if project.owner else "",
        f"{project.risk_tier} risk tier" if project.risk_tier else "",
        f"week {status.week} of {status.weeks}" if status.week and status.weeks else "",
        f"declared {project.declared_health}" if project.declared_health else "",
    ]
    return (Line(" · ".join(filter(None, said))),)


def blockers_view(gate: GateReport, *, programme: Programme, sources: Sources) -> Told:
    """Every reason why a gate does not pass, closest to passing first, and what is met already."""
    heading = f"{gate.project} · {gate.name} · {gate.state}{_due(gate)}{sources.project(gate, 'due')}"
    if not gate.blockers:
        return Told((Heading(heading), Line(_nothing_blocks(gate))), ("none",))
    parts: list[Part] = [Heading(heading), Line(progress_phrase(gate))]
    parts += _blocker_list(gate.blockers, programme=programme, sources=sources)
    parts += _met_list(gate.met)
    if gate.forecast and gate.forecast.slips:
        late = counted(gate.forecast.late_by, "working day")
        parts.append(Line(f"At the usual pace it passes on {day(gate.forecast.expected)}, {late} late"))
    return Told(tuple(parts), tuple(blocker.title for blocker in gate.blockers))


def _due(gate: GateReport) -> str:
    return f" · due {day(gate.due)}{_overdue(gate)}" if gate.due else ""


def _overdue(gate: GateReport) -> str:
    """The mark of a gate whose day has gone by."""
    late = gate.due is not None and not gate.is_passed and gate.due < gate.as_of.date()
    return ", overdue" if late else ""


def _nothing_blocks(gate: GateReport) -> str:
    return f"Passed on {day(gate.passed_on)}" if gate.passed_on else "Nothing blocks it: every criterion is met"


def _blocker_list(blockers: Sequence[Blocker], *, programme: Programme, sources: Sources) -> list[Part]:
    items = [Item(f"{blocker.reason}{sources.blocker(blocker)}", _detail(blocker, programme)) for blocker in blockers]
    return [Items(tuple(items))] if items else []


def _detail(blocker: Blocker, programme: Programme) -> str:
    chain = "; ".join(link.text for link in blocker.chain[:SHOWN_LINKS])
    chain += f"; and {len(blocker.chain) - SHOWN_LINKS} more" if len(blocker.chain) > SHOWN_LINKS else ""
    said = [mover_phrase(blocker, programme), _age(blocker), blocker.next_action, f"because {chain}" if chain else ""]
    return " · ".join(filter(None, said))


def mover_phrase(blocker: Blocker, programme: Programme) -> str:
    people = ", ".join(map(programme.name_of, blocker.mover.people))
    return people or blocker.mover.role or "nobody is named"


def _age(blocker: Blocker) -> str:
    return counted(blocker.age, "working day") if blocker.age is not None else ""


def _met_list(met: Sequence[Finding]) -> list[Part]:
    if not met:
        return []
    kept = [finding for finding in met if not finding.waived]
    items = tuple(Item(finding.criterion.title, finding.reason) for finding in kept)
    waived = tuple(Item(finding.reason) for finding in met if finding.waived)
    return [
        *([Items(waived, title="Waived")] if waived else []),
        *([Items(items, title=f"Met: {len(items)}", folded=True)] if items else []),
    ]


def waiting_view(
    items: Sequence[WaitingItem], who: str, *, programme: Programme, sources: Sources, owed: Sequence[Matter] = ()
) -> Told:
    """What waits for a person: what he owes by a day or an answer, then the criteria, what can be done now first."""
    if not items and not owed:
        return Told((Line(f"Nothing is waiting for {who}."),), ("none",))
    listed = tuple(
        Item(
            f"{item.blocker.project} · {item.gate.name}: {item.blocker.reason}{sources.blocker(item.blocker)}",
            _detail(item.blocker, programme)
            if item.ready
            else f"{_detail(item.blocker, programme)} · waits for others",
        )
        for item in items
    )
    matters = tuple(_matter(matter, programme) for matter in owed)
    heading = Heading(f"{counted(len(items) + len(owed), 'thing')} waiting for {who}")
    values = (*(item.text for item in matters), *(item.blocker.title for item in items))
    return Told((heading, Items((*matters, *listed))), values)


def _matter(matter: Matter, programme: Programme) -> Item:
    """What somebody owes a gate, by when, and how it is done with."""
    about = f"{matter.project} {matter.gate}"
    match matter.kind:
        case "question":
            said, how = f"question {matter.id}: {matter.text}", f"answer {about} {matter.id}"
        case "override review":
            said, how = matter.text, f"review-override {about}"
        case "lapsed signature":
            said, how = "your signature no longer counts, the evidence changed since", f"review {about}"
        case _:
            said, how = f"{matter.kind} {matter.id}: {matter.text}", f"done {about} {matter.id}"
    when = f"by {day(programme.calendar.today(matter.due))}" if matter.due else ""
    since = f"since {day(programme.calendar.today(matter.since))}"
    return Item(f"{matter.project} · {matter.gate}: {said}", " · ".join(filter(None, (when or since, how))))


def gates_view(gates: Iterable[tuple[GateReport, str]], title: str, *, sources: Sources) -> Told:
    """A list of gates, each with what is to be said of it."""
    listed = [(gate, said) for gate, said in gates]
    if not listed:
        return Told((Line(f"{title}: none."),), ("none",))
    items = tuple(
        Item(f"{gate.project} · {gate.name}{_due(gate)}{sources.project(gate, 'due')}", said) for gate, said in listed
    )
    return Told(
        (Heading(f"{title}: {len(items)}"), Items(items)), tuple(_short_name(gate, listed) for gate, _ in listed)
    )


def _short_name(gate: GateReport, listed: Sequence[tuple[GateReport, str]]) -> str:
    """A gate's name, with its project where another listed gate is called the same."""
    same = sum(other.name == gate.name for other, _ in listed)
    return gate.name if same == 1 else f"{gate.project}: {gate.name}"
