"""API tokens: what a pipeline may do with one, and how it is written. Pure."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Action = Literal["evidence", "verdict"]
ACTIONS: tuple[Action, ...] = get_args(Action)
ANY = "*"
PREFIX = "ght"


class ScopeError(Exception):
    """A scope cannot be read; the message says how one is written."""


@dataclass(frozen=True)
class Scope:
    """One action on one gate; `*` stands for every gate of a project, or every project."""

    action: Action
    project: str
    gate: str

    def allows(self, action: Action, *, project: str, gate: str) -> bool:
        return self.action == action and self.project in (ANY, project) and self.gate in (ANY, gate)

    def __str__(self) -> str:
        return f"{self.action}:{self.project}/{self.gate}"


@dataclass(frozen=True)
class ApiToken:
    """A token as it is kept: never the secret, only its SHA-256. `person` is who answers for what it reports."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    secret_hash: str
    person: str | None
    made_by: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at

    def is_secret(self, said: str) -> bool:
        return hmac.compare_digest(hash_of(said), self.secret_hash)

    def allows(self, action: Action, *, project: str, gate: str) -> bool:
        return any(scope.allows(action, project=project, gate=gate) for scope in self.scopes)


def read_scope(text: str) -> Scope:
    """A scope as typed: `evidence:churn-uplift/production`, `verdict:churn-uplift/*`.

    Raises:
        ScopeError: It is not written so.
    """
    named, _, where = text.strip().partition(":")
    project, _, gate = where.partition("/")
    action = next((known for known in ACTIONS if known == named), None)
    if action is None or not project or not gate or "/" in gate:
        known = " or ".join(ACTIONS)
        raise ScopeError(f"{text!r} is no scope. Written: ACTION:PROJECT/GATE, ACTION being {known}, * for every one.")
    return Scope(action, project, gate)


def written(token_id: str, secret: str) -> str:
    """The token as the pipeline sends it."""
    return f"{PREFIX}_{token_id}_{secret}"


def split(text: str) -> tuple[str, str] | None:
    """Id and secret of a token as sent; None when it is not one of ours."""
    prefix, _, rest = text.partition("_")
    token_id, _, secret = rest.partition("_")
    return (token_id, secret) if prefix == PREFIX and token_id and secret else None


def hash_of(secret: str) -> str:
    """Secrets are 256 random bits: a plain hash cannot be turned round."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
