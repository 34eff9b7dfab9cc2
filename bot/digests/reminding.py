"""Reminders: noted when they are asked for or fall due, sent bundled, at most one message a person and hour."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.chat import Button, Buttons, Heading, Item, Items, Line, Part, Post, Reply, ToPerson
from bot.database import Session
from bot.delivery.sends import Sending, send_to_others
from bot.digests.desk import DigestDesk
from bot.messaging.store_due import Due, put_due
from bot.subscriptions.store import snoozed_by
from bot.subscriptions.store_reminders import Reminder, last_reminded, note_reminder, take_waiting
from gates.digest.timers import due_steps
from gates.order import GateKey
from gates.signoff.model import GateLedger

APART = timedelta(hours=1)


def remind(session: Session, reminder: Reminder, *, now: datetime) -> bool:
    """Note a reminder; it goes out now, or with others an hour after the last. False when it was noted before."""
    if not note_reminder(session, reminder):
        return False
    last = last_reminded(session, reminder.person)
    at = max(now, last + APART) if last else now
    hour = at.astimezone(UTC).isoformat(timespec="minutes")
    put_due(session, [Due(f"bundle:{reminder.person}:{hour}", "bundle", at, {"person": reminder.person})])
    return True


def remind_all(session: Session, *, desk: DigestDesk, ledgers: Mapping[GateKey, GateLedger], now: datetime) -> None:
    """Note what timers ask for: each step once, for those who may know of the gate and have not snoozed it."""
    for report in desk.reports:
        for step in due_steps(report, ledgers, programme=desk.programme, now=desk.sight.now):
            quiet = snoozed_by(session, step.to, about=step.about, today=desk.today)
            for person in step.to:
                note = desk.note_for(person, step.about)
                if note is not None and person not in quiet:
                    text = note.text if step.timer.action == "remind" else f"Escalated to you: {note.text}"
                    found = Reminder(f"{step.key}/{person}", person, step.about, text, now)
                    remind(session, found, now=now)


def bundle(session: Session, *, person: str, key: str, sending: Sending) -> None:
    """Send everything that waits for a person as one message."""
    waiting = take_waiting(session, person, now=sending.now)
    if waiting:
        post = Post(ToPerson(person), reminders_reply(waiting, sending))
        send_to_others(session, sending, key=key, sends=[post])


def reminders_reply(waiting: tuple[Reminder, ...], sending: Sending) -> Reply:
    """The message: each matter once, who asked, and what can be done about the first."""
    items = tuple(Item(one.text, _asked(one, sending)) for one in waiting)
    parts: list[Part] = [Heading("Reminder" if len(items) == 1 else f"{len(items)} reminders"), Items(items)]
    project, _, rest = waiting[0].about.partition("/")
    gate = rest.partition("/")[0]
    opening = f"show {project} {gate}" if gate else f"status {project}"
    buttons = (Button("Open", opening, "primary"), Button("Snooze", f"snooze {waiting[0].about}"))
    parts += [Buttons(buttons), Line("Snoozing a matter silences its reminders too.", quiet=True)]
    return Reply(tuple(parts))


def _asked(reminder: Reminder, sending: Sending) -> str:
    if reminder.asked_by is None:
        return ""
    name = sending.programme.name_of(reminder.asked_by) if sending.programme else reminder.asked_by
    return f"asked by {name}"
