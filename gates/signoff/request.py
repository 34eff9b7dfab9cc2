"""Asking for sign-off: submitting, taking a submission back, questions on it."""

from __future__ import annotations

from dataclasses import replace

from gates.criteria import Approval
from gates.model import Subject
from gates.report import Finding, Mover
from gates.signoff.commands import AnswerOnRequest, AskOnRequest, Submit, WithdrawSubmission
from gates.signoff.context import Context, Refused
from gates.signoff.events import Answered, Asked, Event, SubmissionWithdrawn, Submitted
from gates.signoff.pack import freeze
from gates.signoff.submission import Seats
from gates.signoff.who import unknown_person


def submit(command: Submit, context: Context) -> tuple[Event, ...] | Refused:
    """Freeze the evidence and ask the approvers; refused while a criterion is neither met nor waived."""
    refused = unknown_person(context) or _cannot_begin(context) or _cannot_name(command, context)
    if refused:
        return refused
    seats = tuple(
        Seats(c.id, c.rule.role, max(1, c.rule.quorum), context.holders(c.rule.role))
        for c in context.gate.criteria
        if isinstance(c.rule, Approval)
    )
    subject = full_subject(command.subject, context)
    event = Submitted(
        subject,
        freeze(context.gate, {}, subject=subject),
        seats,
        context.gate.due,
        command.decide_by,
        context.revision.commit,
        command.comment,
    )
    fresh = context.after((event,))  # judged as submitted, so that values of another subject do not count
    event = replace(event, pack=freeze(context.gate, fresh.evidence, subject=subject))
    missing = [f for f in context.after((event,)).report.findings if not f.met and not f.is_approval]
    return _incomplete(missing, context) if missing else (event,)


def _cannot_begin(context: Context) -> Refused | None:
    ledger, submission = context.ledger, context.ledger.submission
    if context.report.state == "held":
        blocker = next(b for b in context.report.blockers if b.kind == "hold")
        return Refused(f"{context.gate_name} is held: {blocker.reason}.", blocker.mover, "Have the hold lifted first.")
    if context.report.is_passed and context.report.state != "overridden":
        return Refused(f"{context.gate_name} has passed already.", how="Nothing has to be submitted.")
    if ledger.phase == "submitted" and ledger.passing is None and submission is not None:
        said = f"{context.name(submission.by)} submitted it on {context.day_of(submission.at)}."
        how = f"{context.name(submission.by)} can take that submission back first."
        return Refused(said, Mover((submission.by,)), how)
    if not any(isinstance(criterion.rule, Approval) for criterion in context.gate.criteria):
        how = "Record an approval criterion with a role."
        return Refused(f"{context.gate_name} asks for no approval, so nobody could sign.", how=how)
    return None


def _cannot_name(command: Submit, context: Context) -> Refused | None:
    if full_subject(command.subject, context) == Subject():
        how = "Name a registry version, an artifact digest, a dataset snapshot or a transform commit."
        return Refused("Nothing is named that would be signed off.", Mover((context.actor or "",)), how)
    if command.decide_by is not None and command.decide_by < context.today:
        how = "Name a day to come."
        return Refused(f"{context.day(command.decide_by)} has gone by.", Mover((context.actor or "",)), how)
    return None


def full_subject(named: Subject, context: Context) -> Subject:
    """What was named, the rest as the project records it: unless another model is named, then nothing is filled in."""
    recorded = context.project.subject
    if recorded is None or (named.model and named.model != recorded.model):
        return named
    other = (named.version and named.version != recorded.version) or (named.digest and named.digest != recorded.digest)
    if other:
        return replace(named, model=named.model or recorded.model)
    return Subject(
        named.model or recorded.model,
        named.version or recorded.version,
        named.digest or recorded.digest,
        named.dataset or recorded.dataset,
        named.transform or recorded.transform,
    )


def _incomplete(missing: list[Finding], context: Context) -> Refused:
    people = tuple(dict.fromkeys(person for finding in missing for person in finding.mover.people))
    listed = "; ".join(finding.reason for finding in missing)
    able = context.holders_of_any(context.terms.waive)
    waivers = f", or {context.names(able)} can waive them" if able else ""
    return Refused(
        f"Not submitted, {len(missing)} of the criteria {'is' if len(missing) == 1 else 'are'} not met: {listed}.",
        Mover(people),
        f"{context.names(people) or 'The owner'} can settle them{waivers}.",
        "Complete",
    )


def withdraw_submission(command: WithdrawSubmission, context: Context) -> tuple[Event, ...] | Refused:
    """Taken back by whoever submitted, or the owner of gate or project. Signatures given on it are gone."""
    refused = unknown_person(context)
    if refused:
        return refused
    submission = context.ledger.submission
    if context.ledger.phase != "submitted" or submission is None:
        return Refused(f"Nothing is submitted for {context.gate_name}.", how="There is nothing to take back.")
    able = dict.fromkeys((submission.by, context.gate.owner, context.project.owner, context.project.manager))
    people = tuple(person for person in able if person)
    if context.actor not in people:
        return Refused("This is not your submission.", Mover(people), f"{context.names(people)} can take it back.")
    return (SubmissionWithdrawn(command.reason),)


def ask(command: AskOnRequest, context: Context) -> tuple[Event, ...] | Refused:
    """A question to whoever submitted, kept with the request."""
    refused = unknown_person(context) or _nothing_to_ask(context)
    if refused:
        return refused
    if not command.text.strip():
        return Refused("The question is empty.", how="Write what you want to know.")
    return (Asked(command.text.strip()),)


def _nothing_to_ask(context: Context) -> Refused | None:
    if context.ledger.submission is not None:
        return None
    return Refused(f"Nobody has asked for sign-off of {context.gate_name}.", how="Ask once it is submitted.")


def answer(command: AnswerOnRequest, context: Context) -> tuple[Event, ...] | Refused:
    """The answer to a question, by anybody who is known."""
    refused = unknown_person(context)
    if refused:
        return refused
    numbers = [question.number for question in context.ledger.questions]
    if command.number not in numbers:
        known = ", ".join(map(str, numbers)) or "none"
        return Refused(f"There is no question {command.number}.", how=f"Questions of this gate: {known}.")
    if not command.text.strip():
        return Refused("The answer is empty.", how="Write the answer.")
    return (Answered(command.number, command.text.strip()),)
