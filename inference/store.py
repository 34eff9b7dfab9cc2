"""The model meter in SQL: reserve before a call, settle after it, sweep what nobody settled.

Every account is taken by one statement that adds only where the sum stays within the limit, and the accounts of a call
are taken in the order of their keys: two calls never wait for each other in a circle, and no two of them can both take
what is left. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import Table, bindparam, insert, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from inference.budget import Account
from inference.model import Payer, RequestClass
from inference.tables import AccountRow, CallRow

Transact = Callable[[], AbstractContextManager[Session]]
"""Opens a writing transaction that commits when its block ends well."""

Ending = Literal["settled", "charged", "refunded", "orphaned"]


@dataclass(frozen=True)
class NewCall:
    """A call to be reserved. `tokens` and `micros` are the most it can cost; `until` is when it counts as an orphan."""

    id: str
    at: datetime
    until: datetime
    payer: Payer
    request_class: RequestClass
    prompt: str
    model: str
    tokens: int
    micros: int


@dataclass(frozen=True)
class Over:
    """The account that has not enough left."""

    account: Account


@dataclass(frozen=True)
class Charge:
    """What a call is charged in the end."""

    ending: Ending
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    micros: int = 0

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


def reserve(session: Session, call: NewCall, *, accounts: Sequence[Account]) -> Over | None:
    """Take the call's tokens and money out of all its accounts, or out of none."""
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
    """End an open call: what was reserved is given back, what is charged is spent. False if it had ended already.

    PostgreSQL does not wait for its disk here. A settlement that a crash takes leaves the call open, and the sweep
    charges its whole reservation: too much, never too little. Nor can a reservation that took what was given back
    outlive it: every later commit that is waited for takes this one to disk with it.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_WITHOUT_WAITING)
    found = session.execute(_END, {"call_id": call_id, "ending": charge.ending, **_figures(charge)}).one_or_none()
    if found is None:
        return False
    for key in sorted(found.accounts):
        _give(session, key, found.tokens_reserved, found.micros_reserved, charge.tokens, charge.micros)
    return True


def orphans(session: Session, *, now: datetime) -> dict[str, Charge]:
    """Calls that nobody has settled in time, each with its charge.

    That is the whole reservation: the server may have answered.

    Settle each in a transaction of its own: settling locks the call first and its accounts after it, and two calls in
    one transaction would take accounts out of order.
    """
    found = session.execute(_ORPHANS, {"now": now}).all()
    return {id_: Charge("orphaned", prompt_tokens=tokens, micros=micros) for id_, tokens, micros in found}


def _take(session: Session, account: Account, call: NewCall) -> bool:
    fits = (account.tokens is None or call.tokens <= account.tokens) and (
        account.micros is None or call.micros <= account.micros
    )
    if not fits:  # the first row of an account is inserted without a look at its limits
        return False
    row = {
        "key": account.key,
        "tokens_reserved": call.tokens,
        "micros_reserved": call.micros,
        "tokens_limit": account.tokens,
        "micros_limit": account.micros,
    }
    return session.execute(_TAKE[session.get_bind().dialect.name], row).one_or_none() is not None


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


def _taking(statement: sqlite.Insert | postgresql.Insert) -> ReturningInsert[Any]:
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


_TAKE = {"sqlite": _taking(sqlite.insert(_ACCOUNTS)), "postgresql": _taking(postgresql.insert(_ACCOUNTS))}

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

_WITHOUT_WAITING = text("SET LOCAL synchronous_commit TO OFF")

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

_ORPHANS = (
    select(_CALLS.c.id, _CALLS.c.tokens_reserved, _CALLS.c.micros_reserved)
    .where(_CALLS.c.state == "open", _CALLS.c.until < bindparam("now"))
    .order_by(_CALLS.c.id)
)
