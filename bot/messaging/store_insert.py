"""Rows that may be there already: written once, whoever comes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import CursorResult, Table, Update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session

Number = TypeVar("Number")


def insert_new(
    session: Session,
    table: type[DeclarativeBase],
    rows: Sequence[Mapping[str, object]],
    *,
    key: InstrumentedAttribute[str],
) -> frozenset[str]:
    """Insert those whose key is not there yet; answers the keys that were new."""
    return frozenset(insert_numbered(session, table, rows, key=key, number=key))


def insert_numbered(
    session: Session,
    table: type[DeclarativeBase],
    rows: Sequence[Mapping[str, object]],
    *,
    key: InstrumentedAttribute[str],
    number: InstrumentedAttribute[Number],
) -> dict[str, Number]:
    """As `insert_new`, with the number that each new row was given, by key."""
    if not rows:
        return {}
    door = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # the rows are parameters and the table is plain: compiled once, not once per batch and size
    statement = (
        door(cast(Table, table.__table__)).on_conflict_do_nothing(index_elements=[key.name]).returning(key, number)
    )
    given = session.connection().execute(statement, [dict(row) for row in rows])
    return {row[0]: row[-1] for row in given}


def changed(session: Session, statement: Update) -> bool:
    """Run an update of at most one row; whether it found it."""
    found: CursorResult[Any] = session.execute(statement)  # type: ignore[assignment]  # an update's result has a count
    return found.rowcount == 1
