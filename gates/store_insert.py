"""Adding rows that somebody else may be adding at the same moment: the first one stands, nobody fails."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from gates.tables import GatesTable


def insert_missing(session: Session, table: type[GatesTable], rows: Sequence[dict[str, object]]) -> None:
    """Add the rows of which none with the same key is there. One that is being added elsewhere is waited for."""
    if not rows:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(table).on_conflict_do_nothing(), rows)
