"""When something was decided: by the database's clock, never by that of a client or an event."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from gates.model import Programme

_CLOCKS = {"postgresql": "SELECT clock_timestamp()", "sqlite": "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')"}
"""PostgreSQL's own clock runs on within a transaction; that of SQLite is this machine's, to the millisecond."""


def decision_time(session: Session, programme: Programme, *, now: datetime | None = None) -> datetime:
    """The instant to decide at. The order of decisions is that of the record numbers, not of instants.

    A programme with a frozen clock decides at that instant; `now` is for ticks of the schedule and for tests.
    """
    return programme.now or now or database_time(session)


def database_time(session: Session) -> datetime:
    """What the database's clock shows, in UTC."""
    found = session.execute(text(_CLOCKS[session.get_bind().dialect.name])).scalar_one()
    at = found if isinstance(found, datetime) else datetime.fromisoformat(str(found))
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
