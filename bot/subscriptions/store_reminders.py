"""Keeps reminders until they are sent. Takes a session and never commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.messaging.store_insert import insert_new
from bot.subscriptions.tables import ReminderRow


@dataclass(frozen=True)
class Reminder:
    """What a person is reminded of. `key` names it for all time; `asked_by` is None where a timer asked."""

    key: str
    person: str
    about: str
    text: str
    asked_at: datetime
    asked_by: str | None = None


def note_reminder(session: Session, reminder: Reminder) -> bool:
    """Note it; False when it was noted before."""
    row = {
        "key": reminder.key,
        "person": reminder.person,
        "about": reminder.about,
        "text": reminder.text,
        "asked_by": reminder.asked_by,
        "asked_at": reminder.asked_at,
        "sent_at": None,
    }
    return bool(insert_new(session, ReminderRow, [row], key=ReminderRow.key))


def last_reminded(session: Session, person: str) -> datetime | None:
    """When a person was last sent reminders."""
    return session.scalar(select(func.max(ReminderRow.sent_at)).where(ReminderRow.person == person))


def take_waiting(session: Session, person: str, *, now: datetime) -> tuple[Reminder, ...]:
    """The reminders that wait for a person, marked as sent; a matter that was asked for twice once."""
    waiting = select(ReminderRow).where(ReminderRow.person == person, ReminderRow.sent_at.is_(None))
    rows = list(session.scalars(waiting.order_by(ReminderRow.asked_at, ReminderRow.key)))
    session.execute(update(ReminderRow).where(ReminderRow.key.in_([row.key for row in rows])).values(sent_at=now))
    first: dict[str, ReminderRow] = {}
    for row in rows:
        first.setdefault(row.about, row)
    return tuple(Reminder(r.key, r.person, r.about, r.text, r.asked_at, r.asked_by) for r in first.values())
