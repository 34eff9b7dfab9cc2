"""Keeps and finds what belongs to digests. Takes a session and never commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import cast

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, aliased

from bot.chat import Reply
from bot.messaging.codec import from_plain, to_plain
from bot.messaging.store_insert import insert_new
from bot.subscriptions.model import SentDigest, Subscription
from bot.subscriptions.tables import DigestRow, GlimpseRow, SnoozeRow, SubscriptionRow
from gates.codec import from_plain as value_from
from gates.codec import to_plain as plain_of
from gates.digest.glimpse import Glimpse

KEPT_FOR = timedelta(days=90)
"""How long the words of a digest stay in the archive."""


def subscriptions(session: Session) -> list[Subscription]:
    """Every reader's settings, by reader."""
    return [_subscription(row) for row in session.scalars(select(SubscriptionRow).order_by(SubscriptionRow.reader))]


def subscription_of(session: Session, reader: str) -> Subscription | None:
    row = session.get(SubscriptionRow, reader)
    return _subscription(row) if row else None


def keep_subscription(session: Session, kept: Subscription) -> None:
    row = session.get(SubscriptionRow, kept.reader) or SubscriptionRow(reader=kept.reader)
    row.since, row.settings = kept.since, _settings(kept)
    session.add(row)
    session.flush()


def _settings(kept: Subscription) -> dict[str, object]:
    """What differs from the defaults, so that a changed default reaches everybody who left it alone."""
    plain = cast(dict[str, object], plain_of(kept))
    return {name: value for name, value in plain.items() if name not in ("reader", "since")}


def _subscription(row: SubscriptionRow) -> Subscription:
    return value_from(Subscription, {"reader": row.reader, "since": row.since.isoformat(), **row.settings})


# --- what was sent --------------------------------------------------------------------


def keep_digest(
    session: Session, *, reader: str, day: date, due_at: datetime, sent_at: datetime, outcome: str,
    marks: Mapping[str, str], reply: Reply | None,
) -> bool:  # fmt: skip
    """Note that a digest went out or was skipped; False when that date had one already."""
    row = {
        "key": key_of(reader, day), "reader": reader, "day": day, "due_at": due_at, "sent_at": sent_at,
        "outcome": outcome, "marks": dict(marks), "reply": to_plain(reply) if reply else None,
    }  # fmt: skip
    return bool(insert_new(session, DigestRow, [row], key=DigestRow.key))


def last_sent(session: Session, reader: str) -> tuple[date, Mapping[str, str]] | None:
    """The day of the last digest that was delivered, and what it showed."""
    sent = select(DigestRow.day, DigestRow.marks).where(DigestRow.reader == reader, DigestRow.outcome != "stale")
    row = session.execute(sent.order_by(DigestRow.day.desc()).limit(1)).first()
    return (row[0], row[1]) if row else None


def skipped_since(session: Session, reader: str, day: date | None) -> list[date]:
    """The days since the last delivered digest whose digest was skipped."""
    stale = select(DigestRow.day).where(DigestRow.reader == reader, DigestRow.outcome == "stale")
    wanted = stale.where(DigestRow.day > day) if day else stale
    return list(session.scalars(wanted.order_by(DigestRow.day)))


def archive(session: Session, reader: str, *, limit: int = 60) -> list[tuple[date, str]]:
    """The days of a reader's last digests and how they came, the newest first."""
    wanted = select(DigestRow.day, DigestRow.outcome).where(DigestRow.reader == reader)
    return [(row[0], row[1]) for row in session.execute(wanted.order_by(DigestRow.day.desc()).limit(limit))]


def sent_on(session: Session, reader: str, day: date) -> SentDigest | None:
    """A reader's digest of a day, while its words are kept; None where none was sent."""
    row = session.get(DigestRow, key_of(reader, day))
    return SentDigest(row.day, row.outcome, row.marks, from_plain(Reply, row.reply)) if row and row.reply else None


def key_of(reader: str, day: date) -> str:
    """The name of a digest for all time."""
    return f"{reader}:{day.isoformat()}"


def digest_named(session: Session, key: str) -> Reply | None:
    """The words of a digest by its key ("ines.duarte:2026-11-20"), while they are kept."""
    row = session.get(DigestRow, key)
    return from_plain(Reply, row.reply) if row and row.reply else None


def keep_glimpses(session: Session, shown: Mapping[str, Glimpse], *, on: date) -> None:
    """Keep what was shown, by mark; what is known already is only marked as used."""
    known = set(session.scalars(select(GlimpseRow.mark).where(GlimpseRow.mark.in_(list(shown)))))
    new = [{"mark": m, "shown": plain_of(g), "used_on": on} for m, g in shown.items() if m not in known]
    if new:
        insert_new(session, GlimpseRow, new, key=GlimpseRow.mark)
    if known:
        session.execute(
            update(GlimpseRow).where(GlimpseRow.mark.in_(known), GlimpseRow.used_on < on).values(used_on=on)
        )


def glimpse_named(session: Session, mark: str) -> Glimpse | None:
    row = session.get(GlimpseRow, mark)
    return value_from(Glimpse, row.shown) if row else None


def expire_digests(session: Session, *, today: date) -> None:
    """The words of old digests go, with what they showed, and glimpses that no recent digest showed.

    What a reader was shown last stays, however long ago: his next digest is compared with it.
    """
    old = today - KEPT_FOR
    later = aliased(DigestRow)
    newer = select(later.key).where(later.reader == DigestRow.reader, later.day > DigestRow.day)
    newer = newer.where(later.outcome != "stale")
    words = update(DigestRow).where(DigestRow.day < old, DigestRow.reply.is_not(None)).values(reply=None)
    shown = update(DigestRow).where(DigestRow.day.between(old - KEPT_FOR, old), newer.exists()).values(marks={})
    for statement in (words, shown):
        session.execute(statement.execution_options(synchronize_session=False))
    session.execute(delete(GlimpseRow).where(GlimpseRow.used_on < today - 2 * KEPT_FOR))


# --- snoozing -------------------------------------------------------------------------


def snooze(session: Session, person: str, *, about: str, until: date) -> None:
    row = session.get(SnoozeRow, (person, about)) or SnoozeRow(person=person, about=about)
    row.until = until
    session.add(row)
    session.flush()


def snoozed(session: Session, person: str, *, today: date) -> dict[str, date]:
    """What a person does not want to hear of today, and until when."""
    rows = session.scalars(select(SnoozeRow).where(SnoozeRow.person == person, SnoozeRow.until > today))
    return {row.about: row.until for row in rows}


def snoozed_by(session: Session, people: Iterable[str], *, about: str, today: date) -> set[str]:
    """Who of these people snoozed a matter: they are not reminded of it either."""
    wanted = select(SnoozeRow.person).where(SnoozeRow.person.in_(list(people)), SnoozeRow.about == about)
    return set(session.scalars(wanted.where(SnoozeRow.until > today)))
