"""Reads what was spent, and which warnings are due, from the meter's tables."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from inference.budget import Period, period_of
from inference.spend import Held, Spent
from inference.tables import AccountRow, CallRow


def spent_since(session: Session, day: date) -> list[Spent]:
    """Ended calls since the start of this day (UTC), added up by day and payer."""
    on = _day(session)
    tokens = func.sum(CallRow.prompt_tokens + CallRow.completion_tokens)
    groups = (on, CallRow.person, CallRow.project, CallRow.request_class)
    found = session.execute(
        select(*groups, func.count(), tokens, func.sum(CallRow.micros))
        .where(CallRow.at >= datetime.combine(day, time(), UTC), CallRow.state.not_in(("open", "refunded")))
        .group_by(*groups)
    )
    return [Spent(_as_date(row[0]), row[1], row[2], row[3], row[4], int(row[5]), int(row[6])) for row in found]


def held_now(session: Session, *, now: datetime) -> list[Held]:
    """The accounts of the day and the month that are running."""
    ends = [f"%/{period}/{period_of(period, now=now).isoformat()}" for period in _PERIODS]
    rows = session.scalars(select(AccountRow).where(AccountRow.key.like(ends[0]) | AccountRow.key.like(ends[1])))
    return [_held(row) for row in rows]


def take_warnings(session: Session, *, now: datetime) -> list[Held]:
    """Accounts that have reached 50, 80 or 100 per cent since they were last looked at; each is given once.

    Call it in the transaction that writes the messages: what is not committed is given again.
    """
    due = []
    for held in held_now(session, now=now):
        if held.warning is None:
            continue
        told = session.execute(
            update(AccountRow)
            .where(AccountRow.key == held.key, AccountRow.warned < held.warning)
            .values(warned=held.warning)
            .returning(AccountRow.key)
        )
        if told.one_or_none() is not None:
            due.append(held)
    return due


_PERIODS: tuple[Period, ...] = ("day", "month")


def _held(row: AccountRow) -> Held:
    return Held(
        row.key,
        row.tokens_spent,
        row.tokens_reserved,
        row.tokens_limit,
        row.micros_spent,
        row.micros_reserved,
        row.micros_limit,
    )


def _day(session: Session) -> ColumnElement[object]:
    """The day of a call in UTC; SQLite keeps UTC without saying so."""
    if session.get_bind().dialect.name == "sqlite":
        return func.date(CallRow.at)
    return func.date(func.timezone("UTC", CallRow.at))


def _as_date(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
