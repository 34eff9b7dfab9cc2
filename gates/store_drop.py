"""Removes a whole programme from the ledger, when its collection is forgotten."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from gates.audit.entry import Entry
from gates.store import replace_problems
from gates.store_audit import append_entry
from gates.tables import ProgrammeRow


def drop_programme(session: Session, name: str, *, now: datetime) -> bool:
    """Delete a programme with its projects and evidence; the log keeps that it was there. False when there is none."""
    replace_problems(session, name, problems=())
    found = session.execute(delete(ProgrammeRow).where(ProgrammeRow.name == name))
    if found.rowcount != 1:  # type: ignore[attr-defined]
        return False
    append_entry(session, Entry("programme removed", now, programme=name, before={"name": name}))
    return True
