"""Who is behind the pseudonyms of the audit log, kept apart from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from secrets import token_hex

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from gates.audit.disguise import Disguise, Known
from gates.model import Person
from gates.store_insert import insert_missing
from gates.tables import PersonRow, WalkthroughRow


def random_pseudonym() -> str:
    """A pseudonym that says nothing about whom it stands for."""
    return f"p-{token_hex(8)}"


def disguise_for(
    session: Session,
    people: Iterable[str] = (),
    *,
    known: Mapping[str, Person] | None = None,
    new_pseudonym: Callable[[], str] = random_pseudonym,
) -> Disguise:
    """The disguise of everybody known, these `people` included: whoever is new gets a pseudonym.

    `known` are the people of a programme, whose names and addresses are kept as they are now.
    """
    records = known or {}
    rows = _known(session)
    new = sorted({*people, *records} - rows.keys())
    if new:
        insert_missing(session, PersonRow, [{"pseudonym": new_pseudonym(), "person": person} for person in new])
        rows = _known(session)
    for person, record in records.items():
        if (rows[person].name, rows[person].email) != (record.name, record.email):
            rows[person].name, rows[person].email = record.name, record.email
    session.flush()
    return Disguise(Known(row.pseudonym, person, row.name, row.email) for person, row in rows.items())


def _known(session: Session) -> dict[str, PersonRow]:
    rows = session.scalars(select(PersonRow).where(PersonRow.person.is_not(None)))
    return {str(row.person): row for row in rows}


def read_people(session: Session) -> list[tuple[str, str, str, str]]:
    """Pseudonym, id, name and address of everybody known, for an auditor who may know."""
    rows = session.scalars(select(PersonRow).where(PersonRow.person.is_not(None)).order_by(PersonRow.person))
    return [(row.pseudonym, row.person or "", row.name or "", row.email or "") for row in rows]


def forget_person(session: Session, person: str, *, now: datetime) -> str | None:
    """Empty what is known of a person and drop his drafts; answers the pseudonym, None when nobody was known."""
    session.execute(delete(WalkthroughRow).where(WalkthroughRow.person == person))
    pseudonym = session.scalar(select(PersonRow.pseudonym).where(PersonRow.person == person))
    if pseudonym is not None:
        emptied = {"person": None, "name": None, "email": None, "erased_at": now}
        session.execute(update(PersonRow).where(PersonRow.pseudonym == pseudonym).values(**emptied))
    return pseudonym
