"""The model meter in SQL: reserve before a call, settle after it, sweep what nobody settled.

On both databases the accounts of a call are taken in the order of their keys, each only where the sum stays within its
limit, all or none: two calls never wait for each other in a circle, and no two of them can both take what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from inference import store_postgres, store_sqlite
from inference.budget import Account
from inference.reservation import Charge, NewCall, Over
from inference.tables import CallRow

Transact = Callable[[], AbstractContextManager[Session]]
"""Opens a session whose work is committed when its block has ended well, or earlier, statement by statement."""


@dataclass(frozen=True)
class Commits:
    """Two ways to commit: on disk when it returns, and soon.

    What is committed soon may go with the power, together with all that came after it, never out of order: whatever is
    committed to disk later takes it along.
    """

    on_disk: Transact
    soon: Transact


def reserve(session: Session, call: NewCall, *, accounts: Sequence[Account]) -> Over | None:
    """Take the call's tokens and money out of all its accounts, or out of none. To be committed on disk."""
    if _is_postgres(session):
        return store_postgres.reserve(session, call, accounts=accounts)
    return store_sqlite.reserve(session, call, accounts=accounts)


def settle(session: Session, call_id: str, charge: Charge) -> bool:
    """End an open call: what was reserved is given back, what is charged is spent. False if it had ended already.

    Committing soon is enough. A settlement that a crash takes leaves the call open, and the sweep charges its whole
    reservation: too much, never too little. Nor can a reservation that took what was given back outlive it.
    """
    if _is_postgres(session):
        return store_postgres.settle(session, call_id, charge)
    return store_sqlite.settle(session, call_id, charge)


def orphans(session: Session, *, now: datetime) -> dict[str, Charge]:
    """Calls that nobody has settled in time, each with its charge.

    That is the whole reservation: the server may have answered.

    Settle each in a transaction of its own: settling locks the call first and its accounts after it, and two calls in
    one transaction would take accounts out of order.
    """
    found = session.execute(_ORPHANS, {"now": now}).all()
    return {id_: Charge("orphaned", prompt_tokens=tokens, micros=micros) for id_, tokens, micros in found}


def _is_postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


_CALLS = cast(Table, CallRow.__table__)

_ORPHANS = (
    select(_CALLS.c.id, _CALLS.c.tokens_reserved, _CALLS.c.micros_reserved)
    .where(_CALLS.c.state == "open", _CALLS.c.until < bindparam("now"))
    .order_by(_CALLS.c.id)
)
