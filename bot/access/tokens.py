"""API tokens of this installation: made, listed, revoked, and recognised. Every change is a row of the audit log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.access.model import ApiToken, Scope, hash_of, split, written
from bot.access.store import load_token, revoke, save_token
from bot.database import Session
from gates.audit.entry import Entry
from gates.store_audit import append_entry

MADE = "token made"
REVOKED = "token revoked"
DAYS = 90
"""How long a token is good when nothing else is said."""


@dataclass(frozen=True)
class Tokens:
    """The use-cases; `new_secret` gives text that cannot be guessed, `new_id` short text that is not taken."""

    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    new_secret: Callable[[], str]

    def make(
        self, session: Session, name: str, *, scopes: tuple[Scope, ...], by: str, person: str | None, days: int = DAYS
    ) -> tuple[ApiToken, str]:
        """A new token, and its text: the one time that it can be seen."""
        now, secret = self.clock(), self.new_secret()
        token = ApiToken(
            self.new_id(), name, scopes, hash_of(secret), person, by, now, expires_at=now + timedelta(days=days)
        )
        save_token(session, token)
        after = {
            "token": token.id,
            "name": name,
            "scopes": [str(scope) for scope in scopes],
            "until": token.expires_at.isoformat(),
        }
        append_entry(session, Entry(MADE, now, by, "terminal", after=after))
        return token, written(token.id, secret)

    def revoke(self, session: Session, token_id: str, *, by: str) -> bool:
        """End a token at once; False when there is none that is still good."""
        now = self.clock()
        done = revoke(session, token_id, at=now)
        if done:
            append_entry(session, Entry(REVOKED, now, by, "terminal", after={"token": token_id}))
        return done

    def recognise(self, session: Session, text: str) -> ApiToken | None:
        """The token that was sent, if it is one of ours and still good."""
        parts = split(text)
        token = load_token(session, parts[0]) if parts else None
        is_ours = token is not None and parts is not None and token.is_secret(parts[1])
        return token if token and is_ours and token.is_good(self.clock()) else None
