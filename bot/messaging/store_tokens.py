"""Buttons of posted messages: opaque tokens, minted with the message, resolved when somebody presses."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.chat import Button, Buttons, Form, Reply, Suggestion
from bot.messaging.codec import from_plain
from bot.messaging.model import Live, Ordered, Pressed, Stale
from bot.messaging.store_inbox import ANSWER
from bot.messaging.tables import EventRow, TokenRow

UNKNOWN = "This button is not one of ours, or it is so old that it was forgotten. Ask again to get a new one."
SUPERSEDED = "This has moved on since the button was drawn."
NOT_YOURS = "This button was made for somebody else. Open the matter yourself to get your own."


@dataclass(frozen=True)
class Mint:
    """For whom and where buttons are made: `owner` is the message's key, `account` the only one who may press."""

    owner: str
    place: str
    card: str = ""
    account: str | None = None


def mint(session: Session, shown: Reply | Form, mint: Mint, *, now: datetime) -> dict[str, str]:
    """The token of every command and question that can be pressed. The same message keeps its tokens."""
    rows = session.scalars(select(TokenRow).where(TokenRow.owner == mint.owner, TokenRow.stale.is_(None)))
    known = {row.command: row.token for row in rows}
    wanted = dict(_pressable(shown))
    for command in wanted.keys() - known.keys():
        known[command] = secrets.token_urlsafe(18)
        session.add(_row(known[command], command, mint, question=wanted[command], now=now))
    session.flush()
    return {command: known[command] for command in wanted}


def _row(token: str, command: str, mint: Mint, *, question: bool, now: datetime) -> TokenRow:
    return TokenRow(
        token=token,
        owner=mint.owner,
        command=command,
        question=question,
        card=mint.card,
        place=mint.place,
        account=mint.account,
        minted_at=now,
    )


def _pressable(shown: Reply | Form) -> Iterator[tuple[str, bool]]:
    """Commands and questions, each with whether it is a question."""
    if isinstance(shown, Form):
        yield shown.command, False
        yield from ((button.command, False) for button in shown.others)
    for part in (*shown.parts, *(shown.private if isinstance(shown, Reply) else ())):
        if isinstance(part, Buttons):
            yield from ((button.command, False) for button in part.buttons if isinstance(button, Button))
        elif isinstance(part, Suggestion):
            yield part.text, True


def resolve(session: Session, token: str, *, account: str) -> Live | Stale:
    """What a token stands for, when the owner of this account presses it."""
    row = session.get(TokenRow, token)
    if row is None:
        return Stale(UNKNOWN)
    if row.stale:
        return Stale(row.stale, row.card)
    if row.account and row.account != account:
        return Stale(NOT_YOURS, row.card)
    return Live(row.command, row.card, row.question, _fields_again(session, row))


def _fields_again(session: Session, row: TokenRow) -> Mapping[str, str]:
    """What came with an order beside its words, for a button of its answer that gives the same order again."""
    event = session.scalar(select(EventRow).where(EventRow.key == row.owner.removesuffix(ANSWER)))
    match from_plain(object, event.payload) if event and event.payload else None:
        case Ordered(text, fields) if text == row.command:
            return fields
        case Pressed(token):
            pressed = session.get(TokenRow, token)
            return _fields_again(session, pressed) if pressed and pressed.command == row.command else {}
    return {}


def retire(session: Session, owner: str, *, keep: Mapping[str, str], reason: str = SUPERSEDED) -> None:
    """The message was drawn anew: buttons that are not on it any more stand no more."""
    old = update(TokenRow).where(TokenRow.owner == owner, TokenRow.token.not_in(list(keep.values())))
    session.execute(old.where(TokenRow.stale.is_(None)).values(stale=reason))


def expire_tokens(session: Session, *, before: datetime) -> None:
    """Forget buttons that stood on no card for long; those of cards stay."""
    session.execute(delete(TokenRow).where(TokenRow.minted_at < before, TokenRow.card == ""))
