"""The use-cases of links on this installation: its programme, its audit log, its walk-throughs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.database import Session
from bot.links import Register
from gates.audit.entry import Entry
from gates.model import Programme
from gates.store_audit import append_entry
from gates.store_review import drop_walkthroughs_of

LINKED = "account linked"


def open_register(
    programme: Callable[[], Programme | None], *, clock: Callable[[], datetime], surface: str = "terminal"
) -> Register:
    """Links whose every change is an entry of the audit log, in the same transaction."""

    def record(
        session: Session,
        *,
        by: str,
        before: Mapping[str, str] | None,
        after: Mapping[str, str] | None,
        reason: str,
    ) -> None:
        append_entry(session, Entry(LINKED, clock(), by, surface, reason=reason, before=before, after=after))

    return Register(programme, record, drop_walkthroughs_of)
