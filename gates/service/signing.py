"""Carrying out a command on a gate: lock, load, decide, record, save the state - all in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from gates.audit.checkpoint import Signer, sign_head
from gates.audit.disguise import Disguise
from gates.audit.entry import Entry, Head, Record
from gates.model import Gate, Project, Terms
from gates.report import Mover
from gates.service.answers import KEY_RULE, answered_before, keep_answer
from gates.service.freezing import Documents, freeze_documents
from gates.service.history import event_of, load_events
from gates.service.look import Ledger, grants_for, report_on, the_programme
from gates.service.moment import decision_time
from gates.service.receipt import Actor, Receipt, Recorded
from gates.service.remarks import remarks_on
from gates.signoff.commands import Command
from gates.signoff.context import Context, Decided, Refused
from gates.signoff.decide import decide
from gates.signoff.event_record import event_kind, event_to_plain
from gates.signoff.events import CommandRefused, Event
from gates.signoff.fold import fold
from gates.signoff.model import GateLedger, PolicyRevision
from gates.store_audit import append_entries
from gates.store_people import disguise_for
from gates.store_read import signing_programme
from gates.store_state import lock_states, save_state


@dataclass(frozen=True, slots=True)
class _Case:
    """One command before its gate, as everything is under the lock."""

    session: Session
    command: Command
    actor: Actor
    disguise: Disguise
    ledger: Ledger
    project: Project
    gate: Gate
    state: GateLedger
    version: int
    now: datetime
    revision: PolicyRevision
    signer: Signer | None


def run_command(
    session: Session,
    command: Command,
    *,
    actor: Actor,
    project: str,
    gate: str,
    now: datetime | None = None,
    trusted: PolicyRevision | None = None,
    terms: Terms | None = None,
    signer: Signer | None = None,
    documents: Documents | None = None,
) -> Recorded | Refused:
    """Carry a command out and record it, or record that it was refused. A key that was used before changes nothing.

    `trusted` is where roles come from, the stored revision of the programme otherwise. `documents` gives the bytes of
    evidence: those that a submission rests on are kept. `now` is for ticks and tests (`gates.service.moment`).
    """
    programme = signing_programme(session)
    if programme is None:
        return _nothing_taken_in()
    lock_states(session, programme, gates=[(project, gate)])
    disguise = disguise_for(session, [person for person in (actor.person, actor.impersonated_by) if person])
    ledger = the_programme(session, slugs=[project], disguise=disguise)
    if ledger is None:
        return _nothing_taken_in()
    owner = ledger.project(project)
    asked = owner.gate(gate) if owner else None
    if owner is None or asked is None:
        return _unknown(project, gate, owner)
    stored = ledger.states.get((project, gate))
    case = _Case(
        session, command, actor, disguise, ledger, owner, asked,
        state=stored.ledger if stored else GateLedger(project, gate),
        version=stored.version if stored else 0,
        now=decision_time(session, ledger.programme, now=now),
        revision=grants_for(trusted or ledger.revision or PolicyRevision(), owner.slug),
        signer=signer,
    )  # fmt: skip
    return _once(case, terms=terms or ledger.programme.terms, documents=documents)


def _nothing_taken_in() -> Refused:
    return Refused("No programme has been taken in.", how="gatehouse sync FOLDER (with a programme.yaml)")


def _unknown(project: str, gate: str, owner: Project | None) -> Refused:
    if owner is None:
        return Refused(f"There is no project {project!r}.", how="See what there is: gatehouse gate list")
    known = ", ".join(each.slug for each in owner.gates) or "none"
    return Refused(f"{owner.slug} has no gate {gate!r}. Its gates: {known}.", how=f"gatehouse gate status {owner.slug}")


def _once(case: _Case, *, terms: Terms, documents: Documents | None) -> Recorded | Refused:
    """An event that was answered before is answered the same, and has no second effect."""
    match answered_before(case.session, case.actor, disguise=case.disguise):
        case Refused() as refused:
            return _refuse(case, refused) if refused.rule == KEY_RULE else refused
        case Receipt() as receipt:
            return _as_before(case, receipt)
    outcome = _decided(case, _context(case, terms), documents=documents)
    done = _refuse(case, outcome) if isinstance(outcome, Refused) else _record(case, outcome)
    if case.actor.key:
        keep_answer(case.session, case.actor, answer=done, at=case.now, disguise=case.disguise)
    return done


def _as_before(case: _Case, receipt: Receipt) -> Recorded:
    """The receipt and the events of then, with the gate as it is now."""
    laid = case.ledger.laid(case.now)
    report = report_on(case.ledger, case.project.slug, gate=case.gate.slug, now=case.now)
    first, last = receipt.record, receipt.head.seq
    events = load_events(case.session, case.project.slug, gate=case.gate.slug, after=first - 1, until=last)
    told = _remarks(case, case.state)
    return Recorded(receipt, case.state, report, laid, events if first else (), again=True, remarks=told)


def _context(case: _Case, terms: Terms) -> Context:
    return Context(
        actor=case.actor.person,
        surface=case.actor.surface,
        programme=case.ledger.programme,
        project=case.project,
        gate=case.gate,
        ledger=case.state,
        facts=case.ledger.facts,
        now=case.now,
        revision=case.revision,
        terms=terms,
        ledgers=case.ledger.ledgers,
    )


def _decided(case: _Case, context: Context, *, documents: Documents | None) -> Decided | Refused:
    if case.actor.impersonated_by is not None and case.revision.commit:
        return Refused(
            f"{case.actor.impersonated_by} acts as somebody else, and that never counts outside demo mode.",
            Mover(people=(case.actor.person,) if case.actor.person else ()),
            how="The person has to act in his own name.",
            rule="impersonation",
        )
    outcome = decide(case.command, context)
    if isinstance(outcome, Refused) or documents is None:
        return outcome
    return freeze_documents(case.session, outcome.events, documents=documents) or outcome


def _refuse(case: _Case, refused: Refused) -> Refused:
    """What was refused is a record like any other; it leaves the gate as it is."""
    name = type(case.command).__name__
    event = CommandRefused(name, refused.reason)
    after = {**event_to_plain(event), "rule": refused.rule, "how": refused.how, "who": list(refused.who_can.people)}
    _append(case, [replace(_entry(case, event), after=after)])
    return refused


def _record(case: _Case, decided: Decided) -> Recorded:
    """What is folded is what was recorded, as it would be read again: so that replaying comes to the same."""
    records = _append(case, [_entry(case, event) for event in decided.events])
    events = tuple(event_of(case.disguise.shown(record.entry), record.seq) for record in records)
    state = fold(case.state, events)
    if events:
        programme = case.ledger.programme.name
        save_state(case.session, programme, state, version=case.version, disguise=case.disguise)
    return Recorded(_receipt(case, records), state, decided.report, decided.laid, events, remarks=_remarks(case, state))


def _remarks(case: _Case, state: GateLedger) -> tuple[str, ...]:
    programme = case.ledger.programme
    today = programme.calendar.today(case.now)
    return remarks_on(case.command, state, gate=case.gate, project=case.project, programme=programme, today=today)


def _append(case: _Case, entries: Sequence[Entry]) -> list[Record]:
    return append_entries(case.session, entries, disguise=case.disguise)


def _entry(case: _Case, event: Event) -> Entry:
    said = getattr(event, "reason", "") or getattr(event, "comment", "") or None
    return Entry(
        event_kind(event),
        case.now,
        case.actor.person,
        case.actor.surface,
        case.project.slug,
        case.gate.slug,
        getattr(event, "criterion", None),
        said,
        before={"phase": case.state.phase, "record": case.state.seq},
        after=event_to_plain(event),
        programme=case.ledger.programme.name,
        key=case.actor.key or None,
        impersonated_by=case.actor.impersonated_by,
    )


def _receipt(case: _Case, records: Sequence[Record]) -> Receipt:
    """A command that came to nothing new (a value reported again) has no record of its own: record 0."""
    last = records[-1] if records else None
    head = Head(last.seq, last.hash) if last else Head(0, "")
    signed = sign_head(head, case.signer, at=case.now) if case.signer and last else None
    first = records[0].seq if records else 0
    return Receipt(first, case.now, case.project.slug, case.gate.slug, head, signed, case.revision.commit)
