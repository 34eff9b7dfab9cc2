"""What is wrong with an installation and what to do about it: a list of checks, each a function of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.answers.store_feedback import opinions
from bot.database import Session
from bot.messaging.store_cards import cards_behind
from bot.messaging.store_due import overdue
from bot.messaging.store_inbox import inbox_state
from bot.messaging.store_links import all_links
from bot.messaging.store_outbox import outbox_state
from bot.people.links import ADMINISTRATOR
from gates.model import Programme
from gates.service.look import the_programme
from gates.service.moment import decision_time
from gates.signoff.exceptions import exceptions_of
from gates.store_audit import load_head
from gates.store_read import load_problems
from rag.store.contents import last_synced

STUCK_AFTER = timedelta(minutes=3)
"""Twice the lease of an event, and some: by then another process should have taken it up."""

LATE_AFTER = timedelta(minutes=10)
OLD_AFTER = timedelta(hours=24)


@dataclass(frozen=True)
class Patient:
    """What the checks look at. `model_url` and `connected` come from the settings."""

    session: Session
    programme: Programme | None
    now: datetime
    model_url: str = ""
    connected: tuple[str, ...] = ()


Level = Literal["good", "warning", "bad"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: how it stands, and what to do where something is to be done."""

    level: Level
    about: str
    says: str
    do: str = ""


Check = Callable[[Patient], Iterable[Finding]]


def examine(patient: Patient, checks: Iterable[Check]) -> tuple[Finding, ...]:
    """Every finding, the worst first. A check that fails is a finding itself."""
    found = [finding for check in checks for finding in _tried(check, patient)]
    return tuple(sorted(found, key=lambda finding: ("bad", "warning", "good").index(finding.level)))


def _tried(check: Check, patient: Patient) -> list[Finding]:
    try:
        return list(check(patient))
    except Exception as error:
        name = check.__name__.replace("_", " ").strip()
        return [Finding("bad", name, f"This could not be looked at: {type(error).__name__}.", "See the log.")]


def records(patient: Patient) -> Iterator[Finding]:
    """Is a programme taken in, and can all of it be read?"""
    if patient.programme is None:
        yield Finding("bad", "programme", "No programme.yaml has been taken in.", "gatehouse sync FOLDER")
        return
    people = len(patient.programme.people)
    yield Finding("good", "programme", f"{patient.programme.name}, {people} people.")
    problems = load_problems(patient.session)
    if problems:
        first = problems[0]
        where = f"{first.file}, line {first.line}"
        yield Finding(
            "warning", "records", f"{len(problems)} cannot be read as written, first {where}.", "gatehouse sync"
        )


def documents(patient: Patient) -> Iterator[Finding]:
    """How old is what is quoted?"""
    synced = last_synced(patient.session)
    if synced is None:
        yield Finding("warning", "documents", "None have been taken in.", "gatehouse sync FOLDER")
        return
    age = patient.now - (synced if synced.tzinfo else synced.replace(tzinfo=patient.now.tzinfo))
    words = f"Last brought up to date {_ago(age)} ago."
    if age > OLD_AFTER:
        yield Finding("warning", "documents", words, "gatehouse sync, by a timer every few minutes")
    else:
        yield Finding("good", "documents", words)


def inbox(patient: Patient) -> Iterator[Finding]:
    """Is everything answered that was accepted?"""
    state = inbox_state(patient.session)
    waited = patient.now - state.oldest if state.oldest else timedelta(0)
    if waited > STUCK_AFTER:
        says = f"{state.waiting} accepted events wait, the oldest for {_ago(waited)}."
        yield Finding("bad", "inbox", says, "See that gatehouse serve runs, and its log")
    else:
        yield Finding("good", "inbox", f"{state.waiting} events under way.")
    if state.failed:
        yield Finding("warning", "inbox", f"{state.failed} events ended in an apology.", "Their reasons are in the log")


def outbox(patient: Patient) -> Iterator[Finding]:
    """Does everything arrive that is sent?"""
    state = outbox_state(patient.session)
    waited = patient.now - state.oldest if state.oldest else timedelta(0)
    if waited > LATE_AFTER:
        says = f"{state.open} messages wait, the oldest for {_ago(waited)}."
        yield Finding("bad", "outbox", says, "See that the platform can be reached, and the log of gatehouse serve")
    else:
        yield Finding("good", "outbox", f"{state.sent} messages sent, {state.open} under way.")
    for letter in state.dead:
        says = f"Message {letter.id} to {letter.to} of {letter.since:%a %d %b %H:%M} was not delivered: {letter.error}"
        yield Finding("bad", "dead letter", says, f"Repair that, then: gatehouse doctor --send-again {letter.id}")
    if state.repeats:
        says = f"{state.repeats} messages may stand twice: the platform could not be asked after a failure."
        yield Finding("warning", "outbox", says)


def cards(patient: Patient) -> Iterator[Finding]:
    """Do posted cards show the present state?"""
    late = cards_behind(patient.session, before=patient.now - LATE_AFTER)
    if late:
        yield Finding("warning", "cards", f"{late} posted cards show an old state.", "See the log of gatehouse serve")


def schedule(patient: Patient) -> Iterator[Finding]:
    """Is what is due done?"""
    late, failed = overdue(patient.session, before=patient.now - LATE_AFTER)
    if late or failed:
        says = f"{late} things are overdue, {failed} were given up."
        yield Finding("bad", "schedule", says, "See that one gatehouse serve has the role scheduler, and its log")


def links(patient: Patient) -> Iterator[Finding]:
    """Can everybody act who holds a role?"""
    known = all_links(patient.session)
    waiting = [link for link in known if link.confirmed_at is None]
    if waiting:
        yield Finding("warning", "links", f"{len(waiting)} accounts wait to be confirmed.", "gatehouse link list")
    programme = patient.programme
    if programme is None or not (known or patient.connected):
        return
    if not programme.roles.get(ADMINISTRATOR):
        yield Finding("warning", "links", "Nobody may confirm accounts.", f"Name an {ADMINISTRATOR} in programme.yaml")
    confirmed = {link.person for link in known if link.confirmed_at}
    missing = [programme.name_of(p) for p in programme.people if p not in confirmed]
    if missing:
        first = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
        says = f"{len(missing)} people have no account yet, so no message reaches them: {first}."
        yield Finding("warning", "links", says, "Each writes to the bot once; then gatehouse link list")


def exceptions(patient: Patient) -> Iterator[Finding]:
    """Which gates stand otherwise than by their criteria, and what of that has run out?"""
    ledger = the_programme(patient.session)
    if ledger is None:
        return
    now = decision_time(patient.session, ledger.programme, now=patient.now)
    for (project, gate), stored in sorted(ledger.states.items()):
        found = exceptions_of(stored.ledger, ledger.programme, now=now)
        yield from (Finding("warning", f"{project} {gate}", each.says, f"gatehouse gate {each.do}") for each in found)


def audit(patient: Patient) -> Iterator[Finding]:
    """Where does the audit log end?"""
    head = load_head(patient.session)
    yield Finding("good", "audit log", f"{head.seq} records, head {head.hash[:12]}.", "gatehouse audit verify")


def model(patient: Patient) -> Iterator[Finding]:
    """Who words the answers?"""
    if not patient.model_url:
        yield Finding("good", "model", "None is set: answers quote their sources.")
    else:
        yield Finding("good", "model", f"Answers are worded by {patient.model_url}.", "gatehouse inference check")


def feedback(patient: Patient) -> Iterator[Finding]:
    """What do people think of the model's answers?"""
    found = opinions(patient.session)
    if found.helpful or found.not_helpful:
        says = f"{found.helpful} answers were found helpful, {found.not_helpful} not."
        yield Finding("good", "feedback", says, "gatehouse replay ANSWER shows how one came about")


CHECKS: tuple[Check, ...] = (
    records,
    documents,
    inbox,
    outbox,
    cards,
    schedule,
    links,
    exceptions,
    audit,
    model,
    feedback,
)


def _ago(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"
