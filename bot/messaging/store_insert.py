"""Rows that may be there already: written once, whoever comes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import CursorResult, Table, Update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session
from sqlalchemy.sql.dml import ReturningInsert

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
    statement = _insert(cast(Table, table.__table__), key.name, number.name, session.get_bind().dialect.name)
    given = session.connection().execute(statement, [dict(row) for row in rows])
    return {row[0]: row[-1] for row in given}


@cache
def _insert(table: Table, key: str, number: str, dialect: str) -> ReturningInsert[Any]:
    """Rows are its parameters and the table is plain: built and compiled once, not once per batch and size."""
    door = postgresql.insert if dialect == "postgresql" else sqlite.insert
    columns = table.c
    return door(table).on_conflict_do_nothing(index_elements=[key]).returning(columns[key], columns[number])


def changed(session: Session, statement: Update) -> bool:
    """Run an update of at most one row; whether it found it."""
    found: CursorResult[Any] = session.execute(statement)  # type: ignore[assignment]  # an update's result has a count
    return found.rowcount == 1
