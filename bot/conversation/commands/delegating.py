"""Orders of delegation: letting somebody sign in one's place, at one gate or at every open gate of a project."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from bot.chat import Button, Buttons, Heading, Line, Outcome, Part, Reply, Send
from bot.conversation.commands.acting import act
from bot.conversation.commands.desk import Desk
from bot.conversation.commands.forms import roles_at
from bot.conversation.commands.grammar import ALL_GATES
from bot.conversation.commands.notices import notices
from bot.conversation.commands.reading import Order
from bot.conversation.commands.telling import event_sentence, sentence
from gates.service.receipt import Recorded
from gates.signoff import commands as c

DELEGATED_DAYS = 14
"""How long a delegation lasts when no day is named."""


def delegate(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    until = order.args.get("until")
    day = date.fromisoformat(until) if until else desk.today + timedelta(days=DELEGATED_DAYS)
    command = c.Delegate(order.args["person"], day, order.args.get("as"))
    if order.args.get("gate") != ALL_GATES:
        return act(command, order, desk)
    gates = desk.reports[order.args["project"]].gates
    mine = [gate.gate for gate in gates if not gate.is_passed and roles_at(gate, desk)]
    nothing = "You sign no open gate of this project, so there is nothing to delegate."
    return _on_each(command, order, desk, gates=mine, nothing=nothing)


def undelegate(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    if order.args.get("gate") != ALL_GATES:
        return act(c.EndDelegation(), order, desk)
    project = order.args["project"]
    mine = [gate.gate for gate in desk.reports[project].gates if _has_a_part(project, gate.gate, desk)]
    nothing = "There is no delegation of yours in this project."
    return _on_each(c.EndDelegation(), order, desk, gates=mine, nothing=nothing)


def _has_a_part(project: str, gate: str, desk: Desk) -> bool:
    delegations = desk.ledger.state(project, gate).delegations
    return any(d.ended_at is None and desk.person in (d.by, d.to) for d in delegations)


def _on_each(command: c.Command, order: Order, desk: Desk, *, gates: Sequence[str], nothing: str) -> Outcome:
    """What came of it gate by gate: where it was recorded, and where not and why."""
    project = order.args["project"]
    if not gates:
        return Outcome(Reply((Line(nothing),)), refused=True)
    outcomes = desk.ledger.act_on_each(command, project=project, gates=gates)
    names = {gate.gate: gate.name for gate in desk.reports[project].gates}
    parts: list[Part] = [Heading(f"Receipt · {project} · all open gates")]
    sends: list[Send] = []
    recorded = [done for done in outcomes.values() if isinstance(done, Recorded)]
    for gate, done in outcomes.items():
        if isinstance(done, Recorded):
            parts += [Line(f"{names[gate]}: {sentence(event_sentence(e, desk.programme))}") for e in done.events]
            sends += notices(done, desk)
        else:
            parts.append(Line(f"{names[gate]}, not counted: {sentence(done.reason)} {done.how}".rstrip()))
    parts += [Line(sentence(done.receipt.line), quiet=True) for done in recorded[-1:]]
    parts.append(Buttons((Button("Open the project", f"status {project}"),)))
    return Outcome(Reply(tuple(parts)), tuple(sends), refused=not recorded)


DOINGS: dict[str, Callable[[Order, Desk, Mapping[str, str]], Outcome]] = {
    "delegate": delegate,
    "undelegate": undelegate,
}
