"""One-time ways to the page where an account is confirmed: made for one account, used once, good for a while."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.messaging.model import Account
from bot.messaging.store_tokens import retire
from bot.messaging.tables import TokenRow

GOOD_FOR = timedelta(minutes=10)
"""Long enough to sign in, too short for a link that turns up in somebody else's hands later."""

COMMAND = "link"
USED = "used"


def invite(session: Session, account: Account, *, now: datetime) -> str:
    """The token of a new invitation for this account; earlier ones stand no more."""
    owner, token = _owner(account.text), secrets.token_urlsafe(18)
    retire(session, owner, keep={})
    session.add(TokenRow(token=token, owner=owner, command=COMMAND, place="", account=account.text, minted_at=now))
    session.flush()
    return token


def invited(session: Session, token: str, *, now: datetime) -> Account | None:
    """Whose invitation this is; None for one that was used, replaced, is too old or none of ours.

    On PostgreSQL the row is locked, so that of two who use it at once the second finds it used.
    """
    row = session.get(TokenRow, token, populate_existing=True, with_for_update=True)
    if row is None or row.account is None or row.owner != _owner(row.account):
        return None
    return Account.read(row.account) if row.stale is None and now - row.minted_at <= GOOD_FOR else None


def use_up(session: Session, account: Account) -> None:
    """No invitation of this account stands any more."""
    retire(session, _owner(account.text), keep={}, reason=USED)


def _owner(account: str) -> str:
    return f"link/{account}"
