"""Asks for what an order still wants: a form made from the grammar, with the choices that exist."""

from __future__ import annotations

from collections.abc import Iterator

from bot.chat import Choice, DateInput, Form, Input, Part, TextInput
from bot.conversation.commands.desk import Desk
from bot.conversation.commands.grammar import ALL_GATES, Slot
from bot.conversation.commands.reading import Order
from gates.people import role_name
from gates.report import GateReport


def line_of(order: Order) -> str:
    """The order as it would be typed, as far as it is known by its slots."""
    given = (order.args[slot.name] for slot in order.verb.slots if slot.name in order.args)
    return " ".join((order.verb.name, *given))


def form_for(order: Order, desk: Desk, *, parts: tuple[Part, ...] = ()) -> Form:
    """A form for everything the order was not given, what it must have first."""
    wanted = [slot for slot in order.verb.wanted if slot.name not in order.args]
    wanted = [slot for slot in wanted if not _follows_a_missing(slot, order)]
    wanted.sort(key=lambda slot: not slot.required)
    return Form(
        title=_title(order, desk),
        command=line_of(order),
        parts=parts,
        inputs=tuple(_input(slot, order, desk) for slot in wanted),
        submit=order.verb.name.replace("-", " ").capitalize(),
    )


def _follows_a_missing(slot: Slot, order: Order) -> bool:
    """A gate is asked for once the project is known, a criterion once the gate is."""
    return slot.kind in ("gate", "gates", "criterion") and "project" not in order.args


def _title(order: Order, desk: Desk) -> str:
    slug = order.args.get("project")
    gate = gate_of(order, desk)
    about = " · ".join(filter(None, (slug, gate.name if gate else "")))
    verb = order.verb.name.replace("-", " ").capitalize()
    return f"{verb} · {about}" if about else verb


def gate_of(order: Order, desk: Desk) -> GateReport | None:
    """The gate that is meant: the one named, else the project's current one."""
    report = desk.reports.get(order.args.get("project", ""))
    if report is None:
        return None
    named = order.args.get("gate")
    if named is None:
        return report.current
    return next((gate for gate in report.gates if gate.gate == named), None)


def _input(slot: Slot, order: Order, desk: Desk) -> Input:
    options = tuple(_options(slot, order, desk))
    if slot.kind == "day":
        return DateInput(slot.name, slot.label, required=slot.required, hint="YYYY-MM-DD")
    if options:
        return Choice(slot.name, slot.label, options, required=slot.required)
    lines = 4 if slot.kind == "text" else 1
    return TextInput(slot.name, slot.label, lines=lines, required=slot.required)


def _options(slot: Slot, order: Order, desk: Desk) -> Iterator[tuple[str, str]]:
    match slot.kind:
        case "project":
            yield from ((slug, report.project.name) for slug, report in desk.reports.items())
        case "gate" | "gates":
            report = desk.reports[order.args["project"]]
            yield from ((gate.gate, gate.name) for gate in report.gates)
            yield from ((ALL_GATES, "All open gates"),) if slot.kind == "gates" else ()
        case "criterion":
            gate = gate_of(order, desk)
            findings = gate.findings if gate else ()
            yield from ((f.criterion.id, f.criterion.title) for f in findings if not f.restricted and not f.is_approval)
        case "person":
            yield from ((person.id, person.name) for person in desk.programme.people.values())
        case "role":
            yield from ((role, role_name(role)) for role in roles_of(order, desk))
        case _:
            return


def roles_of(order: Order, desk: Desk) -> tuple[str, ...]:
    """Roles in which the person may sign the gate that is meant."""
    gate = gate_of(order, desk)
    return roles_at(gate, desk) if gate else ()


def roles_at(gate: GateReport, desk: Desk) -> tuple[str, ...]:
    """Roles in which the person may sign this gate."""
    if desk.person is None:
        return ()
    project = desk.project(gate.project)
    asked = (f.criterion.rule for f in gate.findings if f.is_approval and not f.restricted)
    roles = dict.fromkeys(role for rule in asked if (role := getattr(rule, "role", None)))
    return tuple(role for role in roles if desk.person in project.holders(role, desk.programme))
