"""One change of the ledger and what its giver gets to see: a receipt, or why it was not carried out."""

from __future__ import annotations

from collections.abc import Iterator

from bot.chat import Button, Buttons, Heading, Line, Outcome, Part, Reply, Status
from bot.conversation.commands.cards import TONES
from bot.conversation.commands.desk import Desk
from bot.conversation.commands.forms import gate_of
from bot.conversation.commands.looking import no_gate
from bot.conversation.commands.notices import notices
from bot.conversation.commands.reading import Order
from bot.conversation.commands.telling import event_sentence, sentence
from gates.people import role_name
from gates.report import GateReport
from gates.service.receipt import Recorded
from gates.signoff.commands import Command
from gates.signoff.context import Refused
from gates.signoff.events import ValueReported


def act(command: Command, order: Order, desk: Desk) -> Outcome:
    """Carry the command out on the gate that the order means."""
    gate = gate_of(order, desk)
    return act_on(command, gate, desk) if gate else Outcome(no_gate(order, desk), refused=True)


def act_on(command: Command, gate: GateReport, desk: Desk) -> Outcome:
    done = desk.ledger.act(command, project=gate.project, gate=gate.gate)
    if isinstance(done, Refused):
        return Outcome(refusal(done, gate, desk), refused=True)
    return Outcome(receipt(done, desk), notices(done, desk))


def refusal(refused: Refused, gate: GateReport, desk: Desk) -> Reply:
    """Why not, who could do it, and how."""
    why = _discreet(refused.reason, gate, desk).removeprefix("Not counted: ")
    parts: list[Part] = [Line(sentence(f"Not counted: {why}"))]
    if how := _discreet(refused.how, gate, desk) or _who_can(refused, desk):
        parts.append(Line(sentence(how)))
    about = f"{gate.project} {gate.gate}"
    parts.append(Buttons((Button("Open gate", f"show {about}"), Button("What's blocking", f"blockers {about}"))))
    return Reply(tuple(parts))


def _discreet(text: str, gate: GateReport, desk: Desk) -> str:
    """The rules know every criterion by name; who may not read one does not learn its name from a refusal."""
    hidden = {finding.criterion.id for finding in gate.findings if finding.restricted}
    recorded = desk.project(gate.project).gate(gate.gate) if hidden else None
    for criterion in recorded.criteria if recorded else ():
        if criterion.id in hidden:
            text = text.replace(criterion.title, "restricted evidence").replace(criterion.id, "restricted evidence")
    return text


def _not_counted(reason: str) -> str:
    return reason if reason.casefold().startswith("not ") else f"Not counted: {reason}"


def _who_can(refused: Refused, desk: Desk) -> str:
    people = [desk.programme.name_of(person) for person in refused.who_can.people if person != desk.person]
    role = role_name(refused.who_can.role) if refused.who_can.role else ""
    if people:
        return f"{_either(people)} can do this{f' as {role}' if role else ''}"
    return f"A {role} can do this" if role else ""


def receipt(done: Recorded, desk: Desk) -> Reply:
    """What was recorded, how the gate stands now, and the record's number."""
    report = desk.gate_after(done, desk.audience)
    hidden = frozenset(finding.criterion.id for finding in report.findings if finding.restricted)
    said = [event_sentence(recorded, desk.programme, hidden=hidden) for recorded in done.events]
    about = f"{report.project} {report.gate}"
    standing = f"{report.name} is {report.state}"
    return Reply(
        (
            Heading(f"Receipt · {report.project} · {report.name}"),
            *(Line(sentence(line)) for line in said),
            *(Line(_discreet(remark, report, desk)) for remark in done.remarks),
            *_word_alone(done, report, desk),
            Status(standing, TONES.get(report.state, "neutral")),
            Line(sentence(done.receipt.line), quiet=True),
            Buttons((Button("Open gate", f"show {about}"), Button("History", f"history {about}"))),
        )
    )


def _word_alone(done: Recorded, report: GateReport, desk: Desk) -> Iterator[Part]:
    """Why a value that somebody reported in chat does not settle its criterion."""
    told = {r.event.criterion for r in done.events if isinstance(r.event, ValueReported) and r.event.self_reported}
    high = desk.project(report.project).risk_tier not in ("low", "medium")
    for finding in report.findings:
        if finding.criterion.id in told and not finding.restricted:
            yield Line(sentence(f"The criterion stands: {finding.reason}"))
            if high and not finding.met:
                yield Line(
                    "At high risk somebody's word alone does not meet a criterion: "
                    "put the measurement into the documents, or send it by POST /api/evidence."
                )


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
