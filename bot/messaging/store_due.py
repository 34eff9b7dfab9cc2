"""Due work and the lease of whoever does it: one at a time, each thing once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Update, delete, func, select, update
from sqlalchemy.orm import Session

from bot.messaging.store_insert import changed, insert_new
from bot.messaging.tables import DueRow, LeaseRow


@dataclass(frozen=True)
class Lease:
    """The right to do what only one may do. A later holder has a larger `fence`."""

    name: str
    holder: str
    fence: int


@dataclass(frozen=True)
class Due:
    """Work that falls due at `at`; `key` names it for all time ("digest:ines.duarte:2026-11-20")."""

    key: str
    kind: str
    at: datetime
    about: Mapping[str, str]
    attempts: int = 0


def take_lease(session: Session, name: str, *, holder: str, now: datetime, lasts: timedelta) -> Lease | None:
    """The lease, taken or kept; None while another holds it."""
    kept = _alone(update(LeaseRow)).where(LeaseRow.name == name).values(until=now + lasts).returning(LeaseRow.fence)
    mine = kept.where(LeaseRow.holder == holder, LeaseRow.until >= now)
    over = kept.where(LeaseRow.until < now).values(holder=holder, fence=LeaseRow.fence + 1)
    fence = session.scalar(mine) or session.scalar(over)
    if fence is None:
        fresh = {"name": name, "holder": holder, "fence": 1, "until": now + lasts}
        fence = 1 if insert_new(session, LeaseRow, [fresh], key=LeaseRow.name) else None
    return Lease(name, holder, fence) if fence else None


def _alone(statement: Update) -> Update:
    """The same without looking for objects of the session that it changes: there are none of these tables."""
    return statement.execution_options(synchronize_session=False)


def holds(session: Session, lease: Lease) -> bool:
    """Whether nobody took the lease over since. Locks it, so that nobody can before this transaction ends."""
    mine = select(LeaseRow.fence).where(LeaseRow.name == lease.name).with_for_update()
    return session.scalar(mine) == lease.fence


def put_due(session: Session, works: Sequence[Due]) -> None:
    """Note work; what is noted already (done or not) stays as it is."""
    rows = [
        {
            "key": w.key,
            "kind": w.kind,
            "about": dict(w.about),
            "due_at": w.at,
            "try_at": w.at,
            "state": "open",
            "attempts": 0,
            "fence": 0,
        }
        for w in works
    ]
    insert_new(session, DueRow, rows, key=DueRow.key)


def due_now(session: Session, *, kinds: Sequence[str], now: datetime, limit: int) -> tuple[Due, ...]:
    """Open work of these kinds whose moment has come, the longest due first."""
    open_ = select(DueRow).where(DueRow.state == "open", DueRow.try_at <= now, DueRow.kind.in_(kinds))
    rows = session.scalars(open_.order_by(DueRow.due_at, DueRow.key).limit(limit))
    return tuple(Due(row.key, row.kind, row.due_at, dict(row.about), row.attempts) for row in rows)


def mark_done(session: Session, key: str, *, fence: int, now: datetime) -> bool:
    """It is done; False when it was done before."""
    mine = _alone(update(DueRow)).where(DueRow.key == key, DueRow.state == "open", DueRow.fence <= fence)
    return changed(session, mine.values(state="done", done_at=now, fence=fence))


def mark_failed(session: Session, due: Due, *, error: str, again_at: datetime | None) -> None:
    """It went wrong: it is tried again at a later moment, or (None) given up and shown by doctor."""
    mine = update(DueRow).where(DueRow.key == due.key, DueRow.state == "open")
    later = {"try_at": again_at} if again_at else {"state": "failed"}
    session.execute(mine.values(error=error, attempts=due.attempts + 1, **later))


def drop_due(session: Session, key: str) -> bool:
    """The work is not wanted any more (snoozed, cancelled); False when it was done or never noted."""
    return changed(session, update(DueRow).where(DueRow.key == key, DueRow.state == "open").values(state="dropped"))


def forget_due(session: Session, *, beginning: str) -> None:
    """Open work whose key begins so was planned by settings that have changed: it is planned anew."""
    mine = delete(DueRow).where(DueRow.key.startswith(beginning, autoescape=True), DueRow.state == "open")
    session.execute(mine)


def expire_due(session: Session, *, before: datetime) -> None:
    """Forget work that was done or dropped long ago; nobody notes it again under its old key."""
    session.execute(delete(DueRow).where(DueRow.state.in_(("done", "dropped")), DueRow.due_at < before))


def overdue(session: Session, *, before: datetime) -> tuple[int, int]:
    """How much work should have been done before this moment, and how much was given up."""
    late = select(func.count()).where(DueRow.state == "open", DueRow.due_at < before)
    failed = select(func.count()).where(DueRow.state == "failed")
    return session.scalar(late) or 0, session.scalar(failed) or 0
