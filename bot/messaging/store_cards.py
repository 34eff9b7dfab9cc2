"""Cards that were posted somewhere: remembered, and drawn anew when what they show has moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Update, func, or_, select, update
from sqlalchemy.orm import Session

from bot.messaging.model import MessageRef
from bot.messaging.store_insert import changed
from bot.messaging.tables import CardRow

COALESCE = timedelta(seconds=5)
"""Changes of one card within this time become one update."""


@dataclass(frozen=True)
class Redraw:
    """A posted card that is to be drawn anew for the readers of `place`, or for `account` alone."""

    id: int
    fence: int
    wanted: int
    card: str
    owner: str
    place: str
    thread: str
    message: str
    account: str | None
    attempts: int


def remember_card(
    session: Session, card: str, *, owner: str, ref: MessageRef, account: str | None, now: datetime
) -> None:
    """A message that shows a card was posted; its buttons were minted under `owner`."""
    at = ref.at
    row = CardRow(
        card=card,
        owner=owner,
        place=at.place,
        thread=at.thread,
        message=ref.id,
        account=account,
        not_before=now + COALESCE,
    )
    session.add(row)
    session.flush()


def want_redrawn(session: Session, card: str) -> None:
    """What a card shows has moved: all its messages are to be drawn anew, at once or `COALESCE` after the last time."""
    shown = update(CardRow).where(CardRow.card == card, CardRow.gone.is_(None))
    session.execute(shown.values(wanted=CardRow.wanted + 1))


def claim_redraws(session: Session, *, now: datetime, lease: timedelta, limit: int) -> list[Redraw]:
    """Cards that are behind and due, and that nobody is drawing."""
    free = or_(CardRow.lease_until.is_(None), CardRow.lease_until < now)
    behind = select(CardRow).where(
        CardRow.drawn < CardRow.wanted, CardRow.not_before <= now, CardRow.gone.is_(None), free
    )
    rows = session.scalars(behind.order_by(CardRow.not_before).limit(limit).with_for_update(skip_locked=True))
    return [_claimed(row, now + lease) for row in rows.all()]


def _claimed(row: CardRow, until: datetime) -> Redraw:
    row.fence += 1
    row.attempts += 1
    row.lease_until = until
    return Redraw(
        id=row.id,
        fence=row.fence,
        wanted=row.wanted,
        card=row.card,
        owner=row.owner,
        place=row.place,
        thread=row.thread,
        message=row.message,
        account=row.account,
        attempts=row.attempts,
    )


def mark_drawn(session: Session, drawn: Redraw, *, now: datetime) -> bool:
    """The message shows what was wanted when drawing began; the next change waits `COALESCE`."""
    values = {"drawn": drawn.wanted, "not_before": now + COALESCE, "lease_until": None, "attempts": 0}
    return changed(session, _mine(drawn).values(values))


def mark_redraw_later(session: Session, drawn: Redraw, *, at: datetime) -> bool:
    """It could not be updated just now."""
    return changed(session, _mine(drawn).values(not_before=at, lease_until=None))


def forget_card(session: Session, drawn: Redraw, *, reason: str) -> bool:
    """The message is gone (deleted, place archived): it is not updated any more."""
    return changed(session, _mine(drawn).values(gone=reason, lease_until=None))


def _mine(drawn: Redraw) -> Update:
    return update(CardRow).where(CardRow.id == drawn.id, CardRow.fence == drawn.fence)


def cards_behind(session: Session, *, before: datetime) -> int:
    """Cards that should have been drawn anew before this moment."""
    late = select(func.count()).where(
        CardRow.drawn < CardRow.wanted, CardRow.gone.is_(None), CardRow.not_before < before
    )
    return session.scalar(late) or 0
