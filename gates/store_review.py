"""Walk-throughs under way, one for each person and submission; saved against the version that was read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from gates.codec import from_plain, to_plain
from gates.signoff.walkthrough import Walkthrough
from gates.store import StaleVersionError
from gates.tables import WalkthroughRow


def load_walkthrough(
    session: Session, programme: str, *, person: str, project: str, gate: str, submission: int
) -> tuple[Walkthrough, int] | None:
    """A person's draft with its version; None when he has not begun."""
    where = _where(programme, Walkthrough(person, project, gate, submission))
    row = session.execute(select(WalkthroughRow.draft, WalkthroughRow.version).where(*where)).first()
    return (from_plain(Walkthrough, row.draft), row.version) if row else None


def save_walkthrough(session: Session, programme: str, draft: Walkthrough, *, version: int, now: datetime) -> None:
    """Write a draft in place of the one of `version` (0: there was none).

    Raises:
        StaleVersionError: The person went on with it elsewhere in between.
    """
    values = {"draft": to_plain(draft), "saved_at": now}
    if version == 0:
        keys = {"person": draft.person, "programme": programme, "project": draft.project, "gate": draft.gate}
        session.execute(insert(WalkthroughRow).values(**keys, submission=draft.submission, version=1, **values))
        return
    where = (*_where(programme, draft), WalkthroughRow.version == version)
    saved = session.execute(update(WalkthroughRow).where(*where).values(**values, version=version + 1))
    if saved.rowcount != 1:  # type: ignore[attr-defined]
        raise StaleVersionError(
            f"the walk-through of {draft.project}/{draft.gate} is not at version {version} any more"
        )


def drop_walkthrough(session: Session, programme: str, draft: Walkthrough) -> None:
    """The person has decided: the draft has served."""
    session.execute(delete(WalkthroughRow).where(*_where(programme, draft)))


def drop_walkthroughs_of(session: Session, person: str) -> None:
    """What somebody began ends: the account it was begun through is not his any more."""
    session.execute(delete(WalkthroughRow).where(WalkthroughRow.person == person))


def _where(programme: str, draft: Walkthrough) -> tuple[ColumnElement[bool], ...]:
    row = WalkthroughRow
    return (
        row.person == draft.person,
        row.programme == programme,
        row.project == draft.project,
        row.gate == draft.gate,
        row.submission == draft.submission,
    )
