"""Erasing a person: the audit log stays as it is, and nobody can tell any more whom a pseudonym stood for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from gates.audit.entry import Entry
from gates.signoff.context import Refused
from gates.store_audit import append_entry
from gates.store_people import forget_person
from gates.store_read import load_programmes


@dataclass(frozen=True, slots=True)
class Erased:
    """Done: the pseudonym that stays, and the record that says so."""

    pseudonym: str
    record: int


def erase_person(session: Session, person: str, *, now: datetime, actor: str | None = None) -> Erased | Refused:
    """Forget name, address and id of a person. Somebody who stands in a programme has to be taken out of it first."""
    for stored in load_programmes(session):
        if person in stored.programme.people:
            return Refused(
                f"{person} stands in programme.yaml of {stored.programme.name!r}.",
                how="Take the person out of it, sync, and erase then.",
            )
    pseudonym = forget_person(session, person, now=now)
    if pseudonym is None:
        return Refused(f"The audit log knows nobody with the id {person!r}.", how="It is the id of programme.yaml.")
    record = append_entry(session, Entry("person erased", now, actor, after={"pseudonym": pseudonym}))
    return Erased(pseudonym, record)
