"""Who is told when a gate moves. Every notice is drawn for its own readers; who may not know of the gate gets none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.chat import Button, Buttons, Heading, Line, Part, Post, Refresh, Reply, Send, ToPerson, ToPlace
from bot.conversation.commands.cards import card_name, gate_card
from bot.conversation.commands.desk import Desk
from bot.conversation.commands.telling import event_sentence, sentence
from gates.model import Project
from gates.people import role_name
from gates.report import GateReport
from gates.service.receipt import Recorded
from gates.signoff import events as e
from gates.signoff.event_record import RecordedEvent
from rag.model import Audience

_FOR_THE_CHANNEL = (
    e.Submitted,
    e.GatePassed,
    e.GateReopened,
    e.Rejected,
    e.SubmissionWithdrawn,
    e.HoldSet,
    e.HoldLifted,
    e.Overridden,
)
"""What a channel hears of; everything else only changes the cards, without a sound."""


def notices(done: Recorded, desk: Desk) -> tuple[Send, ...]:
    """What is sent because of a command: cards drawn anew, the channel told, and people who are asked for something."""
    if done.again:  # the same event came before: what it sent was sent then
        return ()
    project = desk.project(done.report.project)
    sends: list[Send] = [Refresh(card_name(project.slug, done.report.gate))]
    for recorded in _worth_telling(done.events):
        if project.channel and isinstance(recorded.event, _FOR_THE_CHANNEL):
            sends += _to_channel(recorded, done, desk, channel=project.channel)
        for person, ask in _asks(recorded, done, project).items():
            sends += _to_person(person, ask, recorded, done, desk)
    return tuple(sends)


def _worth_telling(events: Sequence[RecordedEvent]) -> list[RecordedEvent]:
    """A hold that a new one took the place of was lifted for nobody: only the new one is told."""
    held_on = any(isinstance(recorded.event, e.HoldSet) for recorded in events)
    return [recorded for recorded in events if not (held_on and isinstance(recorded.event, e.HoldLifted))]


def _to_channel(recorded: RecordedEvent, done: Recorded, desk: Desk, *, channel: str) -> Iterator[Send]:
    report = _as_seen(done, desk, desk.readers(channel))
    if report is None:
        return
    if isinstance(recorded.event, e.Submitted):
        card = gate_card(report, done.ledger, programme=desk.programme)
        yield Post(ToPlace(channel), card, card_name(report.project, report.gate))
    else:
        yield Post(ToPlace(channel), Reply(_notice(recorded, report, desk)))


def _to_person(person: str, ask: str, recorded: RecordedEvent, done: Recorded, desk: Desk) -> Iterator[Send]:
    report = _as_seen(done, desk, desk.readers(person))
    if report is None:
        return
    asked = (Line(ask), *_buttons(recorded.event, report)) if ask else ()
    yield Post(ToPerson(person), Reply((*_notice(recorded, report, desk), *asked)))


def _as_seen(done: Recorded, desk: Desk, audience: Audience | None) -> GateReport | None:
    """The gate as these readers may see it; None when they may not know of the project, or are not known."""
    if audience is None:
        return None
    readable = desk.room.readable(audience)
    project = desk.project(done.report.project)
    if project.access_id not in readable:
        return None
    return desk.gate_after(done, audience)


def _notice(recorded: RecordedEvent, report: GateReport, desk: Desk) -> tuple[Part, ...]:
    hidden = frozenset(finding.criterion.id for finding in report.findings if finding.restricted)
    said = event_sentence(recorded, desk.programme, hidden=hidden)
    return (Heading(f"{report.project} · {report.name} · {report.state}"), Line(sentence(said)))


def _buttons(event: e.Event, report: GateReport) -> tuple[Part, ...]:
    about = f"{report.project} {report.gate}"
    match event:
        case e.Submitted() | e.SignatureLapsed() | e.Delegated() | e.PackRenewed():
            review = Button("Review and sign", f"review {about}", "primary")
            return (Buttons((review, Button("Ask a question", f"question {about}"))),)
        case e.Asked():
            return (Buttons((Button("Answer", f"answer {about}"),)),)
        case _:
            return (Buttons((Button("Open gate", f"show {about}"),)),)


# --- whom it concerns ---------------------------------------------------------------


def _asks(recorded: RecordedEvent, done: Recorded, project: Project) -> dict[str, str]:
    """One message for each person but the one who acted: what is asked of him goes before what he only hears of."""
    asks: dict[str, str] = {}
    for person, ask in _concerned(recorded, done, project):
        if person != recorded.actor:
            asks[person] = asks.get(person) or ask
    return asks


def _concerned(recorded: RecordedEvent, done: Recorded, project: Project) -> Iterable[tuple[str, str]]:
    """Who is told alone, and what is asked of him (empty: it is only for his information)."""
    event, submission = recorded.event, done.ledger.submission
    requester = submission.by if submission else None
    keepers = tuple(dict.fromkeys(filter(None, (done.report.owner, project.manager, requester))))
    match event:
        case e.Submitted():
            yield from _approvers(done)
        case e.SignatureLapsed(by=by):
            yield by, "What your signature rested on has changed. Look at it again."
        case e.Asked() if requester:
            yield requester, "A question on your request."
        case e.Answered(number=number):
            asked = next((question.by for question in done.ledger.questions if question.number == number), None)
            yield from [(asked, "")] if asked else []
        case e.Delegated(to=to, role=role):
            yield to, f"You may sign as {role_name(role)} in this person's place."
        case e.Signed(conditions=conditions):
            yield from ((condition.owner, f"You owe: {condition.text}") for condition in conditions)
            yield from [(requester, "")] if requester else []
        case e.Overridden(review_owner=owner):
            yield owner, "You review this override afterwards: review-override."
            yield from ((keeper, "") for keeper in keepers)
        case e.Escalated(text=text, owner=owner):
            yield owner, f"You are asked: {text}"
            yield from ((keeper, "") for keeper in keepers)
        case e.GatePassed() | e.GateReopened() | e.Rejected() | e.HoldSet() | e.HoldLifted() | e.SubmissionWithdrawn():
            yield from ((keeper, "") for keeper in keepers)
        case _:
            return


def _approvers(done: Recorded) -> Iterator[tuple[str, str]]:
    """Everybody who can fill an empty seat: by name where the report knows who is eligible."""
    for blocker in done.report.blockers:
        if blocker.kind == "approval" and not blocker.restricted:
            role = role_name(blocker.mover.role) if blocker.mover.role else "approver"
            yield from ((person, f"You can sign as {role}.") for person in blocker.mover.people)
