"""Messages to be sent as rows: written with the turn, claimed in order by lane, marked when they have arrived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Update, func, or_, select, update
from sqlalchemy.orm import Session

from bot.chat import Reply
from bot.messaging.codec import from_plain, to_plain
from bot.messaging.store_insert import changed, insert_new
from bot.messaging.tables import OutboxRow


@dataclass(frozen=True)
class Draft:
    """A message before it is written down.

    Either `place` (with `thread`) or `account` says where to; it is an account's text, or with `dead` the id that
    no account was found for. `held_for`: somebody tries to show it at once, and only if he cannot it is sent.
    `doubtful`: a draft of it may stand there already.
    """

    key: str
    reply: Reply
    place: str | None = None
    thread: str = ""
    account: str | None = None
    card: str = ""
    held_for: timedelta = timedelta(0)
    doubtful: bool = False
    dead: str = ""


@dataclass(frozen=True)
class Outgoing:
    """A message that is being sent; `fence` proves the claim, which ends at `until`.

    `doubtful`: an earlier attempt may have arrived.
    """

    id: int
    fence: int
    until: datetime
    key: str
    reply: Reply
    place: str | None
    thread: str
    account: str | None
    card: str
    attempts: int
    doubtful: bool
    created_at: datetime
    message: str | None


def put(session: Session, drafts: Sequence[Draft], *, now: datetime) -> None:
    """Write messages down; one whose key is there already is not written twice."""
    insert_new(session, OutboxRow, [_row(draft, now) for draft in drafts], key=OutboxRow.key)


def _row(draft: Draft, now: datetime) -> dict[str, object]:
    return {
        "key": draft.key,
        "lane": draft.place or f"alone:{draft.account}",
        "account": draft.account,
        "place": draft.place,
        "thread": draft.thread,
        "reply": to_plain(draft.reply),
        "card": draft.card,
        "state": "dead" if draft.dead else "open",
        "error": draft.dead or None,
        "created_at": now,
        "not_before": now + draft.held_for,
        "fence": 0,
        "attempts": 0,
        "in_doubt": draft.doubtful,
        "repeats": 0,
    }


def claim_outgoing(session: Session, *, now: datetime, lease: timedelta, limit: int) -> list[Outgoing]:
    """The first message of each lane, where it is due and nobody is sending it."""
    heads = select(func.min(OutboxRow.id)).where(OutboxRow.state == "open").group_by(OutboxRow.lane)
    free = or_(OutboxRow.lease_until.is_(None), OutboxRow.lease_until < now)
    due = select(OutboxRow).where(OutboxRow.id.in_(heads), OutboxRow.not_before <= now, free)
    rows = session.scalars(due.order_by(OutboxRow.id).limit(limit).with_for_update(skip_locked=True))
    return [_claimed(row, now + lease) for row in rows.all()]


def claim_key(session: Session, key: str, *, now: datetime, lease: timedelta) -> Outgoing | None:
    """This message, unless it is sent or being sent: for whoever shows it at once."""
    free = or_(OutboxRow.lease_until.is_(None), OutboxRow.lease_until < now)
    wanted = select(OutboxRow).where(OutboxRow.key == key, OutboxRow.state == "open", free)
    row = session.scalar(wanted.with_for_update(skip_locked=True))
    return _claimed(row, now + lease) if row else None


def _claimed(row: OutboxRow, until: datetime) -> Outgoing:
    doubtful = row.in_doubt
    row.fence += 1
    row.attempts += 1
    row.in_doubt = True
    row.lease_until = until
    return Outgoing(
        id=row.id,
        fence=row.fence,
        until=until,
        key=row.key,
        reply=from_plain(Reply, row.reply),
        place=row.place,
        thread=row.thread,
        account=row.account,
        card=row.card,
        attempts=row.attempts,
        doubtful=doubtful,
        created_at=row.created_at,
        message=row.message,
    )


def mark_sent(session: Session, sent: Outgoing, *, place: str, message: str, now: datetime) -> bool:
    """It stands on the platform as `message`; False when somebody else claimed it meanwhile."""
    values = {"state": "sent", "sent_at": now, "message": message, "place": place, "in_doubt": False, "error": None}
    return changed(session, _mine(sent).values(values))


def mark_later(session: Session, sent: Outgoing, *, at: datetime, error: str, doubtful: bool) -> bool:
    """It did not get through and is tried again at `at`; `doubtful` when it may have arrived all the same."""
    values = {"not_before": at, "error": error, "in_doubt": doubtful, "lease_until": None}
    return changed(session, _mine(sent).values(values))


def count_repeat(session: Session, sent: Outgoing) -> None:
    """It is about to be posted although an earlier attempt may have arrived, because the platform cannot be asked."""
    session.execute(_mine(sent).values(repeats=OutboxRow.repeats + 1))


def mark_dead(session: Session, sent: Outgoing, *, error: str) -> bool:
    """It will never get through; doctor shows it with the reason."""
    return changed(session, _mine(sent).values(state="dead", error=error, in_doubt=False))


def _mine(sent: Outgoing) -> Update:
    return update(OutboxRow).where(OutboxRow.id == sent.id, OutboxRow.fence == sent.fence, OutboxRow.state == "open")


def send_again(session: Session, number: int, *, now: datetime) -> bool:
    """Open a dead message anew, once what stopped it is repaired."""
    dead = update(OutboxRow).where(OutboxRow.id == number, OutboxRow.state == "dead", OutboxRow.reply.is_not(None))
    return changed(session, dead.values(state="open", not_before=now, created_at=now, attempts=0, lease_until=None))


def expire_messages(session: Session, *, before: datetime) -> None:
    """Forget the texts of old messages; that they were sent, where and when stays."""
    old = update(OutboxRow).where(OutboxRow.created_at < before, OutboxRow.state != "open")
    session.execute(old.values(reply=None))


@dataclass(frozen=True)
class DeadLetter:
    """A message that could not be delivered: to whom, since when, and why."""

    id: int
    to: str
    since: datetime
    error: str


@dataclass(frozen=True)
class OutboxState:
    """How the outbox stands. `repeats`: posts that may be second copies, where the platform could not be asked."""

    open: int
    oldest: datetime | None
    sent: int
    repeats: int
    dead: tuple[DeadLetter, ...]


def outbox_state(session: Session, *, limit: int = 20) -> OutboxState:
    """For doctor and metrics; the newest `limit` dead letters."""
    waiting, oldest = session.execute(
        select(func.count(), func.min(OutboxRow.created_at)).where(OutboxRow.state == "open")
    ).one()
    sent = session.scalar(select(func.count()).where(OutboxRow.state == "sent"))
    repeats = session.scalar(select(func.coalesce(func.sum(OutboxRow.repeats), 0)))
    dead = session.scalars(
        select(OutboxRow).where(OutboxRow.state == "dead").order_by(OutboxRow.id.desc()).limit(limit)
    )
    letters = tuple(DeadLetter(row.id, row.lane, row.created_at, row.error or "") for row in dead)
    return OutboxState(waiting, oldest, sent or 0, repeats or 0, letters)
