"""What a gate looks like in a message: the request for sign-off, its signatures, its receipt. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from bot.chat import Button, Buttons, Details, Heading, Item, Items, Line, Part, Quote, Reply, Status, Suggestion, Tone
from bot.conversation.commands.telling import moment
from bot.conversation.ledger_views import progress_phrase
from bot.conversation.words import counted, day
from gates.model import Programme, Subject
from gates.people import role_name
from gates.report import GateReport, GateState
from gates.signoff.model import GateLedger
from gates.signoff.signature import SignedSeat
from gates.signoff.submission import Submission
from gates.signoff.told import Note, Question

TONES: dict[GateState, Tone] = {
    "passed": "good",
    "ready": "good",
    "held": "bad",
    "rejected": "bad",
    "lapsed": "warning",
    "expired": "warning",
    "overridden": "warning",
    "passed with conditions": "warning",
}
SHOWN_NOTES = 5
SHORT_HASH = 6
"""Characters of a pack's or an artifact's hash that people compare."""


def card_name(project: str, gate: str) -> str:
    """Under this name a gate's cards are remembered, so that all of them change when the gate moves."""
    return f"gate:{project}/{gate}"


def named_gate(card: str) -> tuple[str, str] | None:
    """Project and gate of a card's name; None when it names something else."""
    kind, _, rest = card.partition(":")
    project, _, gate = rest.partition("/")
    return (project, gate) if kind == "gate" and project and gate else None


def gate_card(report: GateReport, ledger: GateLedger, *, programme: Programme) -> Reply:
    """The card of a gate: what is asked, of whom, until when, who has signed, and what can be pressed.

    `report` is the gate as the readers of the place may see it: what is restricted there is counted, not named.
    """
    return Reply(tuple(_card(report, ledger, programme)))


def _card(report: GateReport, ledger: GateLedger, programme: Programme) -> Iterator[Part]:
    submission = ledger.submission
    yield Heading(f"{_title(report, ledger)} · {report.project} · {report.name}")
    if submission and ledger.phase != "withdrawn":
        yield Line(f"by {programme.name_of(submission.by)}, {moment(submission.at, programme)}")
        yield Details(tuple(_request(report, submission)))
    yield Status(_standing(report), TONES.get(report.state, "neutral"))
    hidden = frozenset(finding.criterion.id for finding in report.findings if finding.restricted)
    if signed := [_signature(seat, programme, hidden=hidden) for seat in ledger.signed]:
        yield Items(tuple(signed), title="Signed")
    yield from _open_matters(ledger, programme)
    if buttons := _buttons(report, ledger):
        yield Buttons(buttons)


def _title(report: GateReport, ledger: GateLedger) -> str:
    if report.state == "submitted" or (ledger.phase == "submitted" and report.state == "restricted"):
        return "Sign-off requested"
    return report.state.capitalize()


def _request(report: GateReport, submission: Submission) -> Iterator[tuple[str, str]]:
    needs = [f"{role_name(seats.role)} ({seats.quorum})" for seats in submission.seats]
    if needs:
        yield "Needs", ", ".join(needs)
    if submission.decide_by:
        yield "Decide by", day(submission.decide_by)
    if said := subject_phrase(submission.subject):
        yield "Subject", said
    yield "Evidence", _pack(report, submission)
    if submission.comment:
        yield "Comment", submission.comment


def _pack(report: GateReport, submission: Submission) -> str:
    """The frozen pack in one line; documents that these readers may not know of are not counted."""
    shown = {finding.criterion.id for finding in report.findings if not finding.restricted}
    documents = {item.document for item in submission.pack.items if item.document and item.criterion in shown}
    waived = sum(finding.waived for finding in report.findings if not finding.restricted)
    met = f"{report.evidence_met - waived} of {report.evidence_total} criteria met" + (
        f", {waived} waived" if waived else ""
    )
    return f"pack {submission.pack.id[:SHORT_HASH]}: {met}, {counted(len(documents), 'document')} frozen"


def subject_phrase(subject: Subject) -> str:
    """What is being gated, in one line; a digest is shown by its first characters."""
    digest = subject.digest or ""
    algorithm, _, value = digest.rpartition(":")
    short = f"{algorithm}:{value[:12]}..." if len(value) > 12 else digest
    named = " ".join(filter(None, (subject.model, subject.version)))
    return ", ".join(filter(None, (named, short)))


def _standing(report: GateReport) -> str:
    return f"{report.state}: {progress_phrase(report)}"


def _signature(seat: SignedSeat, programme: Programme, *, hidden: frozenset[str]) -> Item:
    who = programme.name_of(seat.by)
    if seat.on_behalf_of:
        who += f" for {programme.name_of(seat.on_behalf_of)}"
    said = f"{role_name(seat.role)} - {who}, {moment(seat.at, programme)}"
    if seat.withdrawn:
        return Item(said, "taken back")
    if seat.lapsed:
        named = [criterion for criterion in seat.lapsed if criterion not in hidden]
        return Item(said, f"no longer counts: {', '.join(named) or 'evidence'} changed since")
    notes = [seat.comment, f"expires {day(seat.expires)}" if seat.expires else ""]
    notes += ["self-approval, allowed for this gate" if seat.self_approval else ""]
    return Item(said, " · ".join(filter(None, notes)))


def _open_matters(ledger: GateLedger, programme: Programme) -> Iterator[Part]:
    if ledger.rejected:
        declined = ledger.rejected
        yield Line(f"Rejected by {programme.name_of(declined.by)} ({role_name(declined.role)}): {declined.comment}")
    for abstained in ledger.abstained:
        said = f": {abstained.comment}" if abstained.comment else ""
        yield Line(f"{programme.name_of(abstained.by)} abstained as {role_name(abstained.role)}{said}")
    owed = [owed for owed in ledger.obligations if owed.is_open]
    if owed:
        items = (Item(o.text, f"{programme.name_of(o.owner)} · by {moment(o.due, programme)} · {o.id}") for o in owed)
        yield Items(tuple(items), title="Owed")
    asked = [question for question in ledger.questions if not question.answer]
    if asked:
        yield Items(
            tuple(Item(q.text, f"{_asker(q, programme)} · question {q.number}") for q in asked),
            title="Open questions",
        )


def _asker(question: Question, programme: Programme) -> str:
    return f"asked by {programme.name_of(question.by)}" if question.by else "said by a timer"


def _buttons(report: GateReport, ledger: GateLedger) -> tuple[Button, ...]:
    about = f"{report.project} {report.gate}"
    history = Button("History", f"history {about}")
    if ledger.is_open and report.state not in ("passed", "passed with conditions", "overridden"):
        review = Button("Review and sign", f"review {about}", "primary")
        return (review, Button("Ask a question", f"question {about}"), Button("Delegate", f"delegate {about}"), history)
    return (Button("What's blocking", f"blockers {about}"), history)


# --- the gate page -------------------------------------------------------------------


def gate_view(
    report: GateReport, ledger: GateLedger, *, programme: Programme, blockers: Sequence[Part], today: date
) -> Reply:
    """A gate with all it has: dates, blockers, evidence criterion by criterion, signatures, and what can be done."""
    due = f" · due {day(report.due)}" if report.due else ""
    late = " · overdue" if report.due and report.due < today and report.state not in ("passed", "overridden") else ""
    owner = f"Owner {programme.name_of(report.owner)} · " if report.owner else ""
    head = (
        Heading(f"{report.project} · {report.name} · {report.state}{due}{late}"),
        Line(f"{owner}gate {report.position} of {report.gates}"),
    )
    said = (part for part in blockers if not isinstance(part, Heading | Suggestion))
    told = [part for part in said if part != Line(progress_phrase(report))]  # the card's own status says it
    sources = tuple(part for part in told if isinstance(part, Quote))
    shown = tuple(part for part in told if not isinstance(part, Quote))
    card = tuple(part for part in _card(report, ledger, programme) if not isinstance(part, Heading | Buttons))
    about = f"{report.project} {report.gate}"
    act = Buttons((*_buttons(report, ledger), *_steering(report, about)))
    noted = (*_delegated(ledger, programme, today), *_noted(ledger, programme))
    return Reply((*head, *card, *shown, *noted, *_conflicts(report), *sources, act))


def _delegated(ledger: GateLedger, programme: Programme, today: date) -> Iterator[Part]:
    """Who may sign in whose place just now."""
    binding = [d for d in ledger.delegations if d.ended_at is None and d.until >= today]
    if binding:
        items = (
            Item(
                f"{programme.name_of(d.to)} signs for {programme.name_of(d.by)} until {day(d.until)}",
                f"as {role_name(d.role)}",
            )
            for d in binding
        )
        yield Items(tuple(items), title="Delegated")


def _noted(ledger: GateLedger, programme: Programme) -> Iterator[Part]:
    """Decisions and risks that were told here, the newest first."""
    if newest := ledger.notes[: -SHOWN_NOTES - 1 : -1]:
        yield Items(tuple(_note(note, programme) for note in newest), title="Noted")


def _note(note: Note, programme: Programme) -> Item:
    told = (programme.name_of(note.by), moment(note.at, programme), note.source)
    return Item(f"{note.kind.capitalize()}: {note.text}", " · ".join(filter(None, told)))


def _conflicts(report: GateReport) -> Iterator[Part]:
    """Where the files and the ledger say different things: shown, never merged."""
    restricted = {finding.criterion.id for finding in report.findings if finding.restricted}
    told = [conflict for conflict in report.conflicts if conflict.criterion not in restricted]
    if told:
        yield Items(tuple(Item(conflict.text) for conflict in told), title="Files and ledger disagree")


def _steering(report: GateReport, about: str) -> tuple[Button, ...]:
    if report.state == "held":
        return (Button("Lift the hold", f"lift {about}"),)
    if report.state in ("collecting", "rejected", "withdrawn", "ready"):
        return (Button("Submit for sign-off", f"submit {about}"), Button("Hold", f"hold {about}", "danger"))
    return (Button("Hold", f"hold {about}", "danger"),)
