"""Orders that only look: they ask the ledger the question they stand for, so that every surface says the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.chat import Ask, Button, Buttons, Heading, Item, Items, Line, Outcome, Part, Reply
from bot.conversation.commands.cards import gate_view
from bot.conversation.commands.desk import Desk
from bot.conversation.commands.forms import gate_of
from bot.conversation.commands.grammar import verb_named
from bot.conversation.commands.reading import Order
from bot.conversation.commands.telling import event_sentence, moment, sentence
from bot.conversation.ledger_answers import answer_from_ledger
from bot.conversation.threads import Subject
from bot.conversation.views import quote_of
from bot.conversation.words import day
from gates.model import Project
from gates.people import role_name
from gates.report import GateReport, ProjectReport
from rag.model import Answer

SHOWN_PROJECTS = 5
SHOWN_EVENTS = 30
"""Entries of a history in one message; the audit export has all of them."""


def status(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    return Outcome(_asked(f"status of {order.args['project']}?", desk))


def blockers(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    gate = gate_of(order, desk)
    if gate is None:
        return Outcome(no_gate(order, desk), refused=True)
    return Outcome(_asked(_about_blockers(gate), desk))


def _about_blockers(gate: GateReport) -> str:
    return f"what's blocking the {gate.gate} gate of {gate.project}?"


def show(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    """A gate with everything: the ledger's own words on its blockers, its card, its evidence."""
    gate = gate_of(order, desk)
    if gate is None:
        return Outcome(no_gate(order, desk), refused=True)
    told = _asked(_about_blockers(gate), desk).parts
    ledger = desk.ledger.state(gate.project, gate.gate)
    return Outcome(gate_view(gate, ledger, programme=desk.programme, blockers=told, today=desk.today))


def listing(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    said = order.args.get("filter", "").replace("--", "")
    return Outcome(_asked(f"which gates are {said}?" if said else "which gates are open?", desk))


def queue(_order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    if desk.person is None:
        return Outcome(Reply((Line("I do not know who you are here, so nothing can be waiting for you."),)))
    return Outcome(_asked("what is waiting for me?", desk))


def home(order: Order, desk: Desk, fields: Mapping[str, str]) -> Outcome:
    """Somebody's own page: what waits for him, his projects with their next date, and his settings."""
    waiting = queue(order, desk, fields).answer
    told = waiting.parts if isinstance(waiting, Reply) else ()
    mine = [(report, said) for report in desk.reports.values() if (said := _part_in(report.project, desk))]
    if not mine:
        return Outcome(Reply((*told, *_settings())))
    items = Items(tuple(_own(report, said) for report, said in mine), title="Your projects")
    opening = Buttons(tuple(Button(r.project.slug, f"status {r.project.slug}") for r, _ in mine[:SHOWN_PROJECTS]))
    return Outcome(Reply((*told, items, opening, *_settings())))


def _part_in(project: Project, desk: Desk) -> str:
    """What somebody is to a project; empty where he has no part in it."""
    kept = (("owner", project.owner), ("project manager", project.manager))
    parts = [said for said, person in kept if person is not None and person == desk.person]
    parts += [role_name(role) for role, holders in project.roles.items() if desk.person in holders]
    return ", ".join(parts)


def _own(report: ProjectReport, said: str) -> Item:
    gate = report.current
    if gate is None:
        return Item(f"{report.project.name}: every gate is passed", said)
    due = f"due {day(gate.due)}" if gate.due else "no date"
    return Item(f"{report.project.name}: {gate.name} is {gate.state}, {due}", said)


def _settings() -> tuple[Part, ...]:
    """The way to the digest's settings, where there is a digest."""
    buttons = (Button("Digest settings", "digest settings"),) if verb_named("digest") else ()
    return (Buttons((*buttons, Button("Help", "help"))),)


def what_if(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    gate = gate_of(order, desk)
    if gate is None:
        return Outcome(no_gate(order, desk), refused=True)
    changes = order.args["changes"].removeprefix("if ").rstrip("?")
    return Outcome(_asked(f"if {changes}, does the {gate.gate} gate of {gate.project} pass?", desk))


def history(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    """What happened to a gate (or to all gates of a project), newest first; restricted criteria are not named."""
    report = desk.reports[order.args["project"]]
    named = order.args.get("gate")
    events = desk.ledger.history(report.project.slug, named)
    about = f"{report.project.slug} · {named}" if named else report.project.slug
    if not events:
        return Outcome(Reply((Line(f"Nothing has been recorded for {about} yet, but what its files say."),)))
    hidden = frozenset(f.criterion.id for gate in report.gates for f in gate.findings if f.restricted)
    items = tuple(
        Item(
            sentence(event_sentence(event, desk.programme, hidden=hidden)),
            f"{moment(event.at, desk.programme)} · record {event.seq:06d} · {event.surface}",
        )
        for event in reversed(events)
    )
    more = len(items) - SHOWN_EVENTS
    parts: list[Part] = [Heading(f"History of {about}"), Items(items[:SHOWN_EVENTS])]
    if more > 0:
        parts.append(Line(f"{more} earlier entries are in the record: gatehouse audit export.", quiet=True))
    return Outcome(Reply(tuple(parts)))


def no_gate(order: Order, desk: Desk) -> Reply:
    """There is no open gate, or none of that name: which there are."""
    report = desk.reports[order.args["project"]]
    known = ", ".join(gate.gate for gate in report.gates) or "none"
    return Reply((Line(f"{report.project.slug} has no open gate. Its gates: {known}."),))


def _asked(question: str, desk: Desk) -> Reply:
    """The ledger's answer to a question, for the one who gave the order."""
    asked = Ask(question, thread="", person=desk.person)
    found = answer_from_ledger(question, room=desk.room, audience=desk.audience, asked=asked, thread=Subject())
    if found is None:
        return Reply((Line(f"The ledger does not know what this asks: {question!r}. help lists the commands."),))
    outcome = found.outcome
    if not isinstance(outcome, Answer):
        return Reply((Line(outcome.why),))
    return Reply((*found.parts, *map(quote_of, outcome.citations)))


DOINGS: dict[str, Callable[[Order, Desk, Mapping[str, str]], Outcome]] = {
    "status": status,
    "blockers": blockers,
    "show": show,
    "list": listing,
    "queue": queue,
    "home": home,
    "what-if": what_if,
    "history": history,
}
