"""Orders that keep what somebody said: as evidence, as a decision, as a risk."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import cast

from bot.chat import Choice, Form, Input, Line, Outcome, Reply, TextInput
from bot.conversation.commands.acting import act
from bot.conversation.commands.desk import Desk
from bot.conversation.commands.forms import gate_of, line_of
from bot.conversation.commands.looking import no_gate
from bot.conversation.commands.reading import Order
from gates.model import Project
from gates.signoff import commands as c
from gates.signoff.told import NoteKind
from gates.signoff.word import is_measured

KINDS = ("evidence", "decision", "risk")
_REGISTERS = {"decision": "decisions", "risk": "risks"}
_FIRST_ID = {"decision": "D-001", "risk": "R-001"}


def record(order: Order, desk: Desk, fields: Mapping[str, str]) -> Outcome:
    """What a message said is shown in a form first; what the form sends, or was typed in full, is recorded."""
    kind = order.args["kind"].casefold()
    if kind not in KINDS:
        said = f"{order.args['kind']!r} is nothing to record as; it is evidence, decision or risk."
        return Outcome(Reply((Line(f"{said} Written: {order.verb.usage}"),)), refused=True)
    if gate_of(order, desk) is None:
        return Outcome(no_gate(order, desk), refused=True)
    told_by_a_message = "source" in fields
    lacking = kind == "evidence" and not {"criterion", "value"} <= order.args.keys()
    if told_by_a_message or lacking:
        return Outcome(recording_form(order, desk))
    return _report(order, desk) if kind == "evidence" else _note(cast(NoteKind, kind), order, desk)


def _report(order: Order, desk: Desk) -> Outcome:
    """A value taken from what somebody wrote is his word: it is marked as self-reported."""
    source = " · ".join(filter(None, (order.args["text"], order.args.get("source"))))
    value = c.ReportValue(order.args["criterion"], order.args["value"], self_reported=True, source=source)
    return act(value, order, desk)


def _note(kind: NoteKind, order: Order, desk: Desk) -> Outcome:
    """Kept in the ledger; the RAID log is the files', so the receipt says what to write there."""
    text = order.args["text"]
    outcome = act(c.Note(kind, text, order.args.get("source", "")), order, desk)
    if outcome.refused or not isinstance(outcome.answer, Reply):
        return outcome
    project = desk.project(order.args["project"])
    lines = (
        Line(f"{project.source.file} keeps the list. To have it there too, add under {_REGISTERS[kind]}:"),
        Line(yaml_line(kind, text, project=project, desk=desk)),
    )
    *said, buttons = outcome.answer.parts
    return replace(outcome, answer=Reply((*said, *lines, buttons)))


def yaml_line(kind: NoteKind, text: str, *, project: Project, desk: Desk) -> str:
    """The entry as project.yaml takes it; a JSON string is a YAML string as well."""
    register = project.decisions if kind == "decision" else project.risks
    known, title = [entry.id for entry in register], json.dumps(" ".join(text.split()), ensure_ascii=False)
    id_ = next_id(known, first=_FIRST_ID[kind])
    if kind == "decision":
        return f"- {{id: {id_}, date: {desk.today.isoformat()}, title: {title}, by: {desk.person}}}"
    return f"- {{id: {id_}, raised: {desk.today.isoformat()}, title: {title}, owner: {desk.person}}}"


def next_id(known: Iterable[str], *, first: str) -> str:
    """The id after the highest, counted as it is ("R-009" is followed by "R-010")."""
    found = [match for id_ in known if (match := re.fullmatch(r"(.*?)(\d+)", id_))]
    if not found:
        return first
    last = max(found, key=lambda match: int(match[2]))
    return f"{last[1]}{int(last[2]) + 1:0{len(last[2])}d}"


# --- the form -------------------------------------------------------------------------


def recording_form(order: Order, desk: Desk) -> Form:
    """What is known already stands in it; where it was said goes along without being shown."""
    kind, source = order.args.get("kind", ""), order.args.get("source", "")
    command = line_of(order) + (f" --source {source}" if source else "")
    return Form(
        title=f"Record · {kind}" if kind in KINDS else "Record",
        command=command,
        inputs=tuple(_inputs(order, desk, kind)),
        submit="Record",
    )


def _inputs(order: Order, desk: Desk, kind: str) -> Iterable[Input]:
    if not kind:
        yield Choice("kind", "As", tuple((one, one.capitalize()) for one in KINDS), "decision", required=True)
    if "project" not in order.args:
        projects = tuple((slug, report.project.name) for slug, report in desk.reports.items())
        yield Choice("project", "Project", projects, required=True)
    elif "gate" not in order.args:
        report = desk.reports[order.args["project"]]
        current = report.current.gate if report.current else ""
        yield Choice("gate", "Gate", tuple((gate.gate, gate.name) for gate in report.gates), current)
    yield TextInput("text", "What was said", order.args.get("text", ""), lines=4, required=True)
    if kind == "evidence":
        yield from _measurement(order, desk)


def _measurement(order: Order, desk: Desk) -> Iterable[Input]:
    """Criterion and value, once it is known which gate has to be asked for its criteria."""
    gate = gate_of(order, desk)
    if gate is None:
        return
    measured = tuple(
        (finding.criterion.id, finding.criterion.title)
        for finding in gate.findings
        if not finding.restricted and is_measured(finding.criterion)
    )
    yield Choice("criterion", "Shows", measured, order.args.get("criterion", ""), required=True)
    yield TextInput("value", "Measured value", order.args.get("value", ""), hint="108 ms", required=True)


DOINGS: dict[str, Callable[[Order, Desk, Mapping[str, str]], Outcome]] = {"record": record}
FORMS: dict[str, Callable[[Order, Desk], Form]] = {"record": recording_form}
