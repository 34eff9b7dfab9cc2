"""The meter on SQLite: a few statements in one writing transaction; the database is in this process and lets one in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, or_, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from inference.budget import Account
from inference.reservation import Charge, NewCall, Over
from inference.tables import AccountRow, CallRow


def reserve(session: Session, call: NewCall, *, accounts: Sequence[Account]) -> Over | None:
    """As `inference.store.reserve`, in the caller's transaction."""
    taken: list[Account] = []
    for account in accounts:
        if not _take(session, account, call):
            for other in taken:
                _give(session, other.key, call.tokens, call.micros, 0, 0)
            return Over(account)
        taken.append(account)
    session.execute(_NEW_CALL, _row_of(call, accounts))
    return None


def settle(session: Session, call_id: str, charge: Charge) -> bool:
    """As `inference.store.settle`, in the caller's transaction."""
    found = session.execute(_END, {"call_id": call_id, "ending": charge.ending, **_figures(charge)}).one_or_none()
    if found is None:
        return False
    for key in sorted(found.accounts):
        _give(session, key, found.tokens_reserved, found.micros_reserved, charge.tokens, charge.micros)
    return True


def _take(session: Session, account: Account, call: NewCall) -> bool:
    if not call.fits(account):  # the first row of an account is inserted without a look at its limits
        return False
    row = {
        "key": account.key,
        "tokens_reserved": call.tokens,
        "micros_reserved": call.micros,
        "tokens_limit": account.tokens,
        "micros_limit": account.micros,
    }
    return session.execute(_TAKE, row).one_or_none() is not None


def _give(session: Session, key: str, tokens: int, micros: int, spent_tokens: int, spent_micros: int) -> None:
    session.execute(_GIVE, {"account": key, "t": tokens, "m": micros, "spent_t": spent_tokens, "spent_m": spent_micros})


def _row_of(call: NewCall, accounts: Sequence[Account]) -> dict[str, object]:
    payer = call.payer
    return {
        "id": call.id,
        "at": call.at,
        "until": call.until,
        "state": "open",
        "person": payer.person,
        "channel": payer.channel,
        "project": payer.project,
        "programme": payer.programme,
        "request_class": call.request_class,
        "prompt": call.prompt,
        "model": call.model,
        "accounts": [account.key for account in accounts],
        "tokens_reserved": call.tokens,
        "micros_reserved": call.micros,
    }


def _figures(charge: Charge) -> dict[str, int]:
    return {
        "of_prompt": charge.prompt_tokens,
        "of_answer": charge.completion_tokens,
        "of_cache": charge.cached_tokens,
        "cost": charge.micros,
    }


_ACCOUNTS = cast(Table, AccountRow.__table__)
_CALLS = cast(Table, CallRow.__table__)
"""Plain tables: the rows are counted up where they lie, and never read into objects."""


def _taking() -> ReturningInsert[Any]:
    statement = sqlite.insert(_ACCOUNTS)
    new = statement.excluded
    tokens = _ACCOUNTS.c.tokens_spent + _ACCOUNTS.c.tokens_reserved + new.tokens_reserved
    micros = _ACCOUNTS.c.micros_spent + _ACCOUNTS.c.micros_reserved + new.micros_reserved
    return statement.on_conflict_do_update(
        index_elements=[_ACCOUNTS.c.key],
        set_={
            "tokens_reserved": _ACCOUNTS.c.tokens_reserved + new.tokens_reserved,
            "micros_reserved": _ACCOUNTS.c.micros_reserved + new.micros_reserved,
            "tokens_limit": new.tokens_limit,
            "micros_limit": new.micros_limit,
        },
        where=or_(new.tokens_limit.is_(None), tokens <= new.tokens_limit)
        & or_(new.micros_limit.is_(None), micros <= new.micros_limit),
    ).returning(_ACCOUNTS.c.key)


_TAKE = _taking()

_GIVE = (
    update(_ACCOUNTS)
    .where(_ACCOUNTS.c.key == bindparam("account"))
    .values(
        tokens_reserved=_ACCOUNTS.c.tokens_reserved - bindparam("t"),
        micros_reserved=_ACCOUNTS.c.micros_reserved - bindparam("m"),
        tokens_spent=_ACCOUNTS.c.tokens_spent + bindparam("spent_t"),
        micros_spent=_ACCOUNTS.c.micros_spent + bindparam("spent_m"),
    )
)

_NEW_CALL = insert(_CALLS)

_END = (
    update(_CALLS)
    .where(_CALLS.c.id == bindparam("call_id"), _CALLS.c.state == "open")
    .values(
        state=bindparam("ending"),
        prompt_tokens=bindparam("of_prompt"),
        completion_tokens=bindparam("of_answer"),
        cached_tokens=bindparam("of_cache"),
        micros=bindparam("cost"),
    )
    .returning(_CALLS.c.accounts, _CALLS.c.tokens_reserved, _CALLS.c.micros_reserved)
)
