"""Accepted events as rows: taken in once, claimed by lease, settled by whoever holds the newest claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from bot.messaging.codec import from_plain, to_plain
from bot.messaging.model import (
    Acceptance,
    Accepted,
    Account,
    Address,
    Duplicate,
    Event,
    Ignored,
    Payload,
    Replayed,
)
from bot.messaging.store_insert import changed, insert_new, insert_numbered
from bot.messaging.store_places import keep_references
from bot.messaging.tables import EventRow, NonceRow, OutboxRow

ANSWER = "/answer"
"""What follows an event's key in that of its answer's message."""


@dataclass(frozen=True)
class Claimed:
    """An event that is being worked on; `fence` proves the claim when it is settled."""

    id: int
    fence: int
    event: Event


def take_in(session: Session, events: Sequence[Event], *, now: datetime) -> list[Acceptance]:
    """Store what is new and meant for the bot; one acceptance per event, in their order."""
    replays = _replays(session, events, now=now)
    kept = [e for at, e in enumerate(events) if at not in replays and _is_for_bot(session, e)]
    rows = [_row(event, now) for event in _first(kept)]
    new = insert_numbered(session, EventRow, rows, key=EventRow.key, number=EventRow.id)
    keep_references(session, [event for event in kept if event.key in new and event.reference])
    known = [event.key for event in kept if event.key not in new]
    ids = {**new, **(_ids(session, known) if known else {})}
    told = set[str]()
    answers: list[Acceptance] = []
    for at, event in enumerate(events):
        if at in replays:
            answers.append(Replayed())
        elif event.key not in ids:
            answers.append(Ignored())
        else:
            fresh = event.key in new and event.key not in told
            told.add(event.key)
            answers.append(Accepted(ids[event.key]) if fresh else Duplicate(ids[event.key]))
    return answers


def _first(events: Sequence[Event]) -> list[Event]:
    return list({event.key: event for event in reversed(events)}.values())


def _row(event: Event, now: datetime) -> dict[str, object]:
    return {
        "key": event.key,
        "place": event.at.place,
        "thread": event.at.thread,
        "sender": event.sender.text,
        "payload": to_plain(event.payload),
        "state": "waiting",
        "received_at": now,
        "fence": 0,
    }


def _replays(session: Session, events: Sequence[Event], *, now: datetime) -> set[int]:
    """Positions of the events whose signed request was seen before."""
    signed = [(at, event.nonce) for at, event in enumerate(events) if event.nonce]
    wanted = dict.fromkeys(nonce for _, nonce in signed)
    new = insert_new(session, NonceRow, [{"nonce": n, "seen_at": now} for n in wanted], key=NonceRow.nonce)
    found, seen = set[int](), set[str]()
    for at, nonce in signed:
        if nonce not in new or nonce in seen:
            found.add(at)
        seen.add(nonce)
    return found


def _is_for_bot(session: Session, event: Event) -> bool:
    """A message without a mention is for the bot only in a thread where it already takes part."""
    if event.addressed == "bot":
        return True
    place, thread = event.at.place, event.at.thread
    asked = exists().where(EventRow.place == place, EventRow.thread == thread)
    wrote = exists().where(OutboxRow.place == place, or_(OutboxRow.thread == thread, OutboxRow.message == thread))
    return bool(thread) and bool(session.scalar(select(or_(asked, wrote))))


def _ids(session: Session, keys: Sequence[str]) -> dict[str, int]:
    rows = session.execute(select(EventRow.key, EventRow.id).where(EventRow.key.in_(keys))).all()
    return {row.key: row.id for row in rows}


def first_time(session: Session, nonce: str, *, now: datetime) -> bool:
    """Whether a signed request that is no event (a search in a menu, say) comes for the first time."""
    return bool(insert_new(session, NonceRow, [{"nonce": nonce, "seen_at": now}], key=NonceRow.nonce))


def claim(
    session: Session,
    *,
    now: datetime,
    lease: timedelta,
    limit: int,
    waited: timedelta,
    besides: frozenset[int] = frozenset(),
) -> list[Claimed]:
    """Up to `limit` events that nobody works on, oldest first.

    Younger ones than `waited` are left to the process that accepted them: it can show the answer at once. `besides`
    are those the caller works on itself, whatever their lease says.
    """
    waiting = select(EventRow).where(EventRow.state == "waiting", EventRow.received_at <= now - waited, _free(now))
    if besides:
        waiting = waiting.where(EventRow.id.not_in(besides))
    rows = session.scalars(waiting.order_by(EventRow.id).limit(limit).with_for_update(skip_locked=True)).all()
    return [_claimed(row, now + lease) for row in rows]


def claim_one(session: Session, number: int, *, now: datetime, lease: timedelta) -> Claimed | None:
    """This event, unless somebody works on it or it is done."""
    wanted = select(EventRow).where(EventRow.id == number, EventRow.state == "waiting", _free(now))
    row = session.scalar(wanted.with_for_update(skip_locked=True))
    return _claimed(row, now + lease) if row else None


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(EventRow.lease_until.is_(None), EventRow.lease_until < now)


def _claimed(row: EventRow, until: datetime) -> Claimed:
    row.fence += 1
    row.lease_until = until
    at = Address.read(row.place, thread=row.thread)
    payload = cast(Payload, from_plain(object, row.payload))
    return Claimed(row.id, row.fence, Event(row.key, at, Account.read(row.sender), payload))


def settle(session: Session, claimed: Claimed, *, now: datetime, error: str | None = None) -> bool:
    """The event is done; False when somebody else claimed it meanwhile: then nothing of this turn may be kept."""
    mine = update(EventRow).where(
        EventRow.id == claimed.id, EventRow.fence == claimed.fence, EventRow.state == "waiting"
    )
    return changed(session, mine.values(state="failed" if error else "done", done_at=now, error=error))


def expire_events(session: Session, *, before: datetime, nonces_before: datetime) -> None:
    """Forget the texts of old events and the signatures of requests that are too old to be taken anyway."""
    old = update(EventRow).where(EventRow.received_at < before, EventRow.state != "waiting")
    session.execute(old.values(payload=None))
    session.execute(delete(NonceRow).where(NonceRow.seen_at < nonces_before))


@dataclass(frozen=True)
class InboxState:
    """How the inbox stands: what waits, since when, and what ended in an error."""

    waiting: int
    oldest: datetime | None
    failed: int


def inbox_state(session: Session) -> InboxState:
    """For doctor and metrics."""
    waiting, oldest = session.execute(
        select(func.count(), func.min(EventRow.received_at)).where(EventRow.state == "waiting")
    ).one()
    failed = session.scalar(select(func.count()).where(EventRow.state == "failed"))
    return InboxState(waiting, oldest, failed or 0)
