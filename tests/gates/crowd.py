"""A gate with a hundred approvers, and processes of their own that press at once or are killed in the middle."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.database import Database, migrate, open_database
from gates.calendar import WorkCalendar
from gates.model import Person, Programme, Project
from gates.report import Evidence
from gates.service.receipt import Actor, Recorded
from gates.service.signing import run_command
from gates.service.take_in import take_in
from gates.signoff.commands import Command, Submit
from gates.signoff.context import Refused
from tests.gates.given import a_gate, a_project, approval, artifact, document, latency, measured
from tests.gates.signing import SUBJECT

NOW = datetime(2026, 11, 20, 9, 12, tzinfo=UTC)


def approver(number: int) -> str:
    return f"approver-{number:03d}"


def programme_of(count: int) -> Programme:
    people = [*(approver(number) for number in range(count)), "finn", "eve", "dan"]
    return Programme(
        "crowd",
        people={name: Person(name, name.replace("-", " ").title()) for name in people},
        roles={"board": tuple(approver(number) for number in range(count)), "model_risk_owner": ("eve",)},
        calendar=WorkCalendar("Europe/Lisbon"),
    )


def gate_of(count: int) -> Project:
    """A gate that passes when every one of `count` approvers has signed."""
    gate = a_gate(latency(), artifact(), approval("board", quorum=count))
    return a_project(replace(gate, owner="dan"), risk_tier="medium", owner="dan")


EVIDENCE: dict[tuple[str, str, str], Evidence] = {
    ("churn", "production", "p95"): measured("108", content_hash="load-1", authors=("finn",)),
    ("churn", "production", "runbook"): document(content_hash="book-1", authors=("finn",)),
}


def taken_in(url: str, *, count: int) -> Database:
    """A database with the gate taken in; nobody has touched it yet."""
    database = open_database(url)
    migrate(database)
    with database.write() as session:
        take_in(session, programme_of(count), projects=[gate_of(count)], evidence=EVIDENCE, now=NOW)
    return database


def opened(url: str, *, count: int) -> Database:
    """A database with the gate taken in and submitted."""
    database = taken_in(url, count=count)
    done = command(database, "dan", Submit(SUBJECT), key="submit")
    assert isinstance(done, Recorded), done
    return database


def command(database: Database, person: str, order: Command, *, key: str) -> Recorded | Refused:
    with database.write() as session:
        actor = Actor(person, "web", key)
        return run_command(session, order, actor=actor, project="churn", gate="production", now=NOW)
