"""Answers a question to the ledger: fills in what was not said, asks back when it must, and computes the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.chat import Ask, Heading, Items, Line, Part
from bot.conversation import ledger_views as views
from bot.conversation.horizon import span_of
from bot.conversation.ledger_lists import FILTERS, projects_view
from bot.conversation.ledger_records import answer_from_standing
from bot.conversation.ledger_room import LedgerRoom
from bot.conversation.ledger_since import asks_since_signed, since_signed
from bot.conversation.ledger_single import (
    has_signed_view,
    limit_view,
    passed_view,
    ready_view,
    role_signed_view,
    signed_view,
    signers_view,
    single_view,
    what_if_view,
)
from bot.conversation.restated import restated
from bot.conversation.sources import Sources
from bot.conversation.threads import Subject
from bot.conversation.understand import LedgerQuestion, understand
from gates.model import Programme
from gates.questions import WaitingItem, find_gate, gates_due, status_of, waiting_for
from gates.report import GateReport, ProjectReport
from gates.signoff.matters import Matter, matters_of
from rag.model import Answer, Audience, NoAnswer


@dataclass(frozen=True)
class LedgerAnswer:
    """What the ledger says, how it is shown, and what the thread is about from now on."""

    outcome: Answer | NoAnswer
    subject: Subject
    parts: tuple[Part, ...] = ()


@dataclass
class _Desk:
    """One question being answered."""

    question: LedgerQuestion
    room: LedgerRoom
    programme: Programme
    reports: Mapping[str, ProjectReport]
    sources: Sources
    asked: Ask
    thread: Subject
    text: str
    audience: Audience


def answer_from_ledger(
    text: str, *, room: LedgerRoom, audience: Audience, asked: Ask, thread: Subject
) -> LedgerAnswer | None:
    """The ledger's answer, or None when the question is not the ledger's."""
    if room.programme is None:
        return None
    names = room.names(audience)
    projects_named = [entry for entry in names if entry.kind == "project"]
    text = restated(text, topic=thread.topic, names=projects_named) or text
    if signature := asks_since_signed(text, names):
        reports = {report.project.slug: report for report in room.reports(audience)}
        since = since_signed(signature, room=room, reports=reports, asked=asked, thread=thread)
        if isinstance(since, NoAnswer):
            return LedgerAnswer(since, thread)
        return LedgerAnswer(_answer(since, Sources({}, room.line_of)), thread, since.parts)
    question = understand(text, names)
    if question is None:
        return answer_from_records(text, room=room, audience=audience, asked=asked, thread=thread, plain=False)
    reports = {report.project.slug: report for report in room.reports(audience)}
    projects = {slug: report.project for slug, report in reports.items()}
    sources = Sources(projects, room.line_of)
    desk = _Desk(question, room, room.programme, reports, sources, asked, thread, text, audience)
    told = _tell(desk)
    if told is None or isinstance(told, NoAnswer):
        return LedgerAnswer(told, thread) if told else None
    found, subject = told
    return LedgerAnswer(_answer(found, sources), subject, found.parts)


def answer_from_records(
    text: str, *, room: LedgerRoom, audience: Audience, asked: Ask, thread: Subject, plain: bool
) -> LedgerAnswer | None:
    """The standing records' answer; `plain` questions are for when the facts of the documents had none."""
    found = answer_from_standing(text, room=room, audience=audience, asked=asked, thread=thread, plain=plain)
    if found is None:
        return None
    if isinstance(found.told, NoAnswer):  # before the documents were asked, not to know is no answer
        return LedgerAnswer(found.told, found.subject) if plain else None
    return LedgerAnswer(_answer(found.told, found.sources), found.subject, found.told.parts)


def _answer(found: views.Told, sources: Sources) -> Answer:
    return Answer(_plain(found.parts), found.values, tuple(sources.citations), tuple(sources.facts), route="ledger")


def _plain(parts: Sequence[Part]) -> str:
    lines: list[str] = []
    for part in parts:
        match part:
            case Heading(text) | Line(text):
                lines.append(text)
            case Items(items, title, folded):
                lines += [title] if title else []
                lines += [] if folded else [f"{n}. {item.text} ({item.detail})" for n, item in enumerate(items, 1)]
    return "\n".join(lines)


def _tell(desk: _Desk) -> tuple[views.Told, Subject] | NoAnswer | None:
    match desk.question.intent:
        case "person":
            return _person(desk), desk.thread
        case "waiting":
            return _waiting(desk)
        case "list":
            return _listing(desk), replace(desk.thread, topic=desk.text)
        case "projects":
            return projects_view(desk.reports.values(), desk.question.colours, sources=desk.sources), desk.thread
        case _:
            return _about_gate(desk)


# --- people and lists -----------------------------------------------------------------


def _waiting(desk: _Desk) -> tuple[views.Told, Subject] | NoAnswer:
    people = desk.question.people or ((desk.asked.person,) if desk.question.about_asker and desk.asked.person else ())
    if not people:
        return NoAnswer("I do not know who you are here. Say for whom: what is waiting for NAME?", route="ledger")
    person = people[0]
    items = waiting_for(desk.reports.values(), person)
    if desk.question.projects:
        items = tuple(item for item in items if item.blocker.project in desk.question.projects)
    told = views.waiting_view(
        items,
        desk.programme.name_of(person),
        programme=desk.programme,
        sources=desk.sources,
        owed=_owed(desk, person, items),
    )
    return told, desk.thread


def _owed(desk: _Desk, person: str, listed: Sequence[WaitingItem]) -> tuple[Matter, ...]:
    """What he owes gates that he may know of, beside what their reports name as waiting for him already."""
    named = {(item.blocker.project, item.blocker.gate, item.blocker.criterion) for item in listed}
    wanted = desk.question.projects or tuple(desk.reports)
    ledgers = [ledger for (project, _), ledger in desk.room.ledgers.items() if project in wanted]
    seen = [ledger for ledger in ledgers if ledger.project in desk.reports]
    return tuple(m for m in matters_of(seen, person) if (m.project, m.gate, m.id) not in named)


def _person(desk: _Desk) -> views.Told:
    """Who somebody is in the programme: title and roles."""
    person = desk.programme.people[desk.question.people[0]]
    roles = [role for role, holders in desk.programme.roles.items() if person.id in holders]
    roles += [
        f"{role} of {report.project.slug}"
        for report in desk.reports.values()
        for role, holders in report.project.roles.items()
        if person.id in holders
    ]
    mark = desk.sources.programme(desk.programme, f"people.{person.id}", subject=person.name)
    said = ", ".join(role.replace("_", " ") for role in roles)
    lines = [Line(f"{person.name}: {person.title or 'no title recorded'}{mark}")]
    return views.Told((*lines, *([Line(f"Roles: {said}")] if said else [])), (person.title or person.name,))


def _listing(desk: _Desk) -> views.Told:
    wanted = desk.question.projects or tuple(desk.reports)
    gates = [gate for slug in wanted if slug in desk.reports for gate in desk.reports[slug].gates]
    if desk.question.horizon and desk.question.keep != "slipping":
        first, last = span_of(desk.question.horizon, desk.room.today)
        due = gates_due((desk.reports[slug] for slug in wanted if slug in desk.reports), since=first, before=last)
        gates = [gate for gate in gates if gate in due]
    chosen = FILTERS[desk.question.keep or "open"]
    kept = [(gate, chosen.say(gate)) for gate in gates if chosen.keeps(gate, desk.room.today)]
    if desk.question.keep == "due":
        kept.sort(key=lambda told: told[0].due or date.max)
    return views.gates_view(kept, chosen.title, sources=desk.sources)


# --- one project, one gate ---------------------------------------------------------------


def _about_gate(desk: _Desk) -> tuple[views.Told, Subject] | NoAnswer | None:
    if desk.question.intent == "limit" and not desk.question.criteria and not desk.thread.criterion:
        return None
    chosen = _choose(desk)
    if chosen is None or isinstance(chosen, NoAnswer):
        return chosen
    report, gate = chosen
    told = _single(desk, report, gate)
    if told is None:
        return None
    stale = desk.room.stale.get(report.project.slug)
    shown = replace(told, parts=(*told.parts, Line(stale, quiet=True))) if stale else told
    return shown, _subject(desk, report, gate)


def _subject(desk: _Desk, report: ProjectReport, gate: GateReport | None) -> Subject:
    """A follow-up's subject: the project after its status, else the gate; and the criterion named or shown first."""
    whole = desk.question.intent == "status" and not desk.question.gates
    named = [ref.rsplit("/", 1)[1] for ref in desk.question.criteria]
    shown = [blocker.criterion for blocker in gate.blockers if not blocker.restricted] if gate else []
    return Subject(
        project=report.project.slug,
        gate=None if whole or not gate else gate.gate,
        criterion=next(iter((*named, *shown)), None),
        entities=(report.project.name,),
        topic=desk.text,
    )


def _single(desk: _Desk, report: ProjectReport, gate: GateReport | None) -> views.Told | None:
    question, named = desk.question, bool(desk.question.gates)
    if question.intent == "status" and not named:
        status = status_of(report, desk.room.today)
        return views.status_view(status, programme=desk.programme, sources=desk.sources)
    if gate is None:
        return views.Told((Line(f"Every gate of {report.project.slug} is passed."),), ("none",))
    programme, sources = desk.programme, desk.sources
    match question.intent:
        case "blockers":
            return views.blockers_view(gate, programme=programme, sources=sources)
        case "signers":
            return signers_view(report, gate, programme=programme, sources=sources)
        case "signed":
            return signed_view(gate, programme=programme, sources=sources)
        case "has_signed" if question.roles:
            return role_signed_view(gate, question.roles, programme=programme, sources=sources)
        case "has_signed":
            return has_signed_view(gate, question.people, programme=programme, sources=sources)
        case "passed":
            return passed_view(gate, programme=programme, sources=sources)
        case "ready":
            return ready_view(gate, programme=programme, sources=sources)
        case "limit":
            criterion = next((ref.rsplit("/", 1)[1] for ref in question.criteria), desk.thread.criterion)
            return limit_view(gate, criterion, sources=sources)
        case "what_if":
            return what_if_view(gate, question, room=desk.room, audience=desk.audience, sources=sources)
        case _:
            about_gate = bool(question.gates) or (not question.projects and desk.thread.gate == gate.gate)
            return single_view(report, gate, question, about_gate=about_gate, programme=programme, sources=sources)


def _choose(desk: _Desk) -> tuple[ProjectReport, GateReport | None] | NoAnswer | None:
    """The project and gate meant: as said, as the thread has it, as the place is for, or the only one there is."""
    refs = [ref.split("/") for ref in (*desk.question.gates, *desk.question.criteria)]
    slugs = desk.question.projects or tuple(dict.fromkeys(ref[0] for ref in refs if ref[0] != "?")) or _unsaid(desk)
    slugs = tuple(slug for slug in slugs if slug in desk.reports)
    if len(slugs) > 1 and desk.thread.project in slugs and not desk.question.projects:
        slugs = (str(desk.thread.project),)
    if len(slugs) != 1:
        return _ask_back(desk, slugs)
    report = desk.reports[slugs[0]]
    gates = [ref[1] for ref in refs if ref[0] == slugs[0]]
    if refs and not gates:
        known = ", ".join(gate.name for gate in report.gates)
        return NoAnswer(f"{report.project.name} has no such gate. Its gates: {known}.", route="ledger")
    if gates:
        return report, find_gate(report, gates[0])
    remembered = desk.thread.gate if desk.thread.project == slugs[0] and not desk.question.projects else None
    return report, (find_gate(report, remembered) if remembered else None) or report.current


def _unsaid(desk: _Desk) -> tuple[str, ...]:
    if desk.thread.project:
        return (desk.thread.project,)
    here = [
        slug for slug, report in desk.reports.items() if desk.asked.place and report.project.channel == desk.asked.place
    ]
    return tuple(here or desk.reports)


def _ask_back(desk: _Desk, slugs: Sequence[str]) -> NoAnswer | None:
    if not desk.reports:
        return None
    names = ", ".join(slugs or desk.reports)
    return NoAnswer(f"Which project do you mean: {names}?", route="ledger")
