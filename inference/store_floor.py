"""The least a durable write costs on this database: one row, committed. What the meter is measured against."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from inference.tables import AccountRow

_ACCOUNTS = cast(Table, AccountRow.__table__)


def write_one_row(session: Session, key: str) -> None:
    """Insert an account that nobody draws on."""
    session.execute(insert(_ACCOUNTS), {"key": key})
