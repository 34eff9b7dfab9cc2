"""The ledger kept in memory is at every moment what a fresh load gives."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import event
from sqlalchemy.orm import Session

from gates.bench import NOW, a_portfolio
from gates.model import Programme, Project
from gates.report import Facts
from gates.service.look import the_programme
from gates.service.receipt import Actor
from gates.service.shelf import Shelf
from gates.service.signing import run_command
from gates.service.take_in import take_in
from gates.signoff.commands import SetHold

PROGRAMME, PROJECTS, FACTS = a_portfolio(5)


def record(session: Session, programme: Programme, projects: tuple[Project, ...], facts: Facts) -> None:
    take_in(session, programme, projects=projects, evidence=facts.evidence, now=NOW)
    session.flush()


def test_after_every_kind_of_change_the_shelf_holds_what_a_fresh_load_gives(session: Session) -> None:
    shelf = Shelf()
    assert shelf.ledger(session) is None
    record(session, PROGRAMME, PROJECTS, FACTS)
    assert shelf.ledger(session) == the_programme(session)
    first = PROJECTS[0]
    hold = run_command(
        session, SetHold("drift"), actor=Actor("ann", "web"), project=first.slug, gate="production", now=NOW
    )
    assert type(hold).__name__ == "Recorded"
    assert shelf.ledger(session) == the_programme(session)
    renamed = (replace(first, name="Another"), *PROJECTS[1:])
    record(session, PROGRAMME, renamed, FACTS)
    assert shelf.ledger(session) == the_programme(session)
    key = next(key for key in FACTS.evidence if key[0] == first.slug)
    measured = {**FACTS.evidence, key: replace(FACTS.evidence[key], value="7")}
    record(session, PROGRAMME, renamed, replace(FACTS, evidence=measured))
    found = shelf.ledger(session)
    assert found is not None
    assert found.facts.evidence[key].value == "7"
    assert found == the_programme(session)
    without = {key: item for key, item in measured.items() if key[0] != first.slug}
    record(session, PROGRAMME, renamed, replace(FACTS, evidence=without))
    assert shelf.ledger(session) == the_programme(session)
    record(session, PROGRAMME, renamed[:-1], replace(FACTS, evidence=without))
    assert shelf.ledger(session) == the_programme(session)
    record(session, replace(PROGRAMME, roles={"sponsor": ("eve",)}), renamed[:-1], replace(FACTS, evidence=without))
    assert shelf.ledger(session) == the_programme(session)


def test_what_did_not_change_is_not_loaded_again(session: Session) -> None:
    record(session, PROGRAMME, PROJECTS, FACTS)
    shelf = Shelf()
    shelf.ledger(session)
    statements: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert shelf.ledger(session) is shelf.ledger(session)
    assert all("gates_audit_head" in statement for statement in statements), statements
