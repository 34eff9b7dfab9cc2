"""Orders of a sign-off: submit, approve, reject, abstain, take back, ask, answer, delegate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from bot.chat import Button, Buttons, DateInput, Form, Heading, Item, Items, Line, Outcome, Reply, TextInput
from bot.conversation.commands import delegating, reviewing
from bot.conversation.commands.acting import act
from bot.conversation.commands.desk import Desk
from bot.conversation.commands.forms import gate_of, line_of
from bot.conversation.commands.looking import no_gate
from bot.conversation.commands.reading import Order
from bot.conversation.commands.seats import hidden_from, nothing_readable
from bot.conversation.commands.steering import end_of_day, subject_of
from gates.model import Subject
from gates.report import Finding, GateReport
from gates.signoff import commands as c
from gates.signoff.signature import Condition

CONDITION_DAYS = 7
"""How long there is to meet a condition when no day is named."""


def submit(order: Order, desk: Desk, fields: Mapping[str, str]) -> Outcome:
    """First the evidence that was found and the form; what the form sends is submitted."""
    gate = gate_of(order, desk)
    if gate is None:
        return Outcome(no_gate(order, desk), refused=True)
    unmet = [finding for finding in gate.findings if not finding.met and not finding.is_approval]
    if unmet:
        return Outcome(_missing(gate, unmet), refused=True)
    if "comment" not in fields and not _says_how(order):
        return Outcome(_submit_form(order, gate, desk))
    decide_by = order.args.get("decide-by")
    command = c.Submit(
        _subject(order, gate, desk), date.fromisoformat(decide_by) if decide_by else None, order.args.get("comment", "")
    )
    return act(command, order, desk)


def _says_how(order: Order) -> bool:
    """Whether more was typed than the gate: then nobody needs to be asked."""
    return bool(set(order.args) - {"project", "gate"})


def _missing(gate: GateReport, unmet: list[Finding]) -> Reply:
    about = f"{gate.project} {gate.gate}"
    items = tuple(Item(finding.reason, finding.next_action) for finding in unmet)
    return Reply(
        (
            Heading(f"Not submitted: {len(unmet)} of {gate.evidence_total} criteria are not met"),
            Items(items),
            Line("Meet them, report a value, or have them waived; then submit again."),
            Buttons((Button("Report a value", f"report {about}"), Button("Waive", f"waive {about}"))),
        )
    )


def _submit_form(order: Order, gate: GateReport, desk: Desk) -> Form:
    subject = _subject(order, gate, desk)
    found = tuple(_found(finding) for finding in gate.findings if not finding.is_approval)
    return Form(
        title=f"Submit · {gate.project} · {gate.name}",
        command=line_of(replace(order, args={**order.args, "gate": gate.gate})),
        parts=(
            Line(f"{gate.evidence_met} of {gate.evidence_total} criteria are met. This evidence is frozen:"),
            Items(found),
        ),
        inputs=(
            TextInput("version", "Registry version", subject.version or ""),
            TextInput("digest", "Artifact digest", subject.digest or ""),
            TextInput("dataset", "Dataset snapshot", subject.dataset or ""),
            TextInput("commit", "Transform commit", subject.transform or ""),
            DateInput("decide-by", "Decide by", gate.due.isoformat() if gate.due and gate.due > desk.today else ""),
            TextInput("comment", "Comment for the approvers", lines=3),
        ),
        submit="Ask for sign-off",
    )


def _found(finding: Finding) -> Item:
    evidence = finding.evidence
    return Item(finding.reason, evidence.document if evidence else "")


def _subject(order: Order, gate: GateReport, desk: Desk) -> Subject:
    """The subject that was named, filled up from the project's record."""
    recorded = desk.project(gate.project).subject or Subject()
    named = subject_of(order)
    if named is None:
        return recorded
    return Subject(
        recorded.model,
        named.version or recorded.version,
        named.digest or recorded.digest,
        named.dataset or recorded.dataset,
        named.transform or recorded.transform,
    )


def approve(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    """In one press, on everything; where he may not read all of it, on what he may read."""
    gate = gate_of(order, desk)
    hidden = hidden_from(gate) if gate else ()
    seen = tuple(f.criterion.id for f in gate.findings if not f.restricted and not f.is_approval) if gate else ()
    if gate and hidden and not seen:
        return Outcome(nothing_readable(gate), refused=True)
    confirmed = seen if hidden else ()
    signature = c.Sign(order.args.get("as"), confirmed, conditions=_conditions(order, desk), comment=_comment(order))
    return act(signature, order, desk)


def _conditions(order: Order, desk: Desk) -> tuple[Condition, ...]:
    text = order.args.get("condition")
    if not text:
        return ()
    by = order.args.get("by")
    day = date.fromisoformat(by) if by else desk.today + timedelta(days=CONDITION_DAYS)
    gate = gate_of(order, desk)
    owner = order.args.get("owner") or (gate.owner if gate else None) or desk.person or ""
    return (Condition(text, end_of_day(day, desk), owner),)


def reject(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    return act(c.Reject(order.args["reason"], order.args.get("as")), order, desk)


def abstain(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    return act(c.Abstain(order.args.get("as"), _comment(order)), order, desk)


def withdraw(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    return act(c.Withdraw(_comment(order)), order, desk)


def cancel(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    return act(c.WithdrawSubmission(order.args["reason"]), order, desk)


def question(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    return act(c.AskOnRequest(order.args["question"]), order, desk)


def answer(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    number = order.args["number"].lstrip("#")
    if not number.isdigit():
        return Outcome(
            Reply((Line(f"{number!r} is no number of a question. Written: {order.verb.usage}"),)), refused=True
        )
    return act(c.AnswerOnRequest(int(number), order.args["answer"]), order, desk)


def _comment(order: Order) -> str:
    return order.args.get("comment", "")


DOINGS: dict[str, Callable[[Order, Desk, Mapping[str, str]], Outcome]] = {
    "submit": submit,
    "review": reviewing.review,
    "judge": reviewing.judge,
    "decide": reviewing.decide,
    "approve": approve,
    "reject": reject,
    "abstain": abstain,
    "withdraw": withdraw,
    "cancel": cancel,
    "question": question,
    "answer": answer,
    **delegating.DOINGS,
}
