"""Whose account is whose, as rows: proposed, confirmed, ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.messaging.model import Account
from bot.messaging.tables import LinkRow


@dataclass(frozen=True)
class Link:
    """An account and whom it is said to belong to. Without `confirmed_at` it is a proposal and gives no rights."""

    account: Account
    person: str
    proposed_by: str
    proposed_at: datetime
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None


def link_of(session: Session, account: Account) -> Link | None:
    """The link of an account, confirmed or proposed."""
    row = session.get(LinkRow, account.text, populate_existing=True)
    return _link(row) if row else None


def links_of(session: Session, person: str) -> tuple[Link, ...]:
    """The confirmed links of a person, the newest first."""
    wanted = select(LinkRow).where(LinkRow.person == person, LinkRow.confirmed_at.is_not(None))
    return tuple(_link(row) for row in session.scalars(wanted.order_by(LinkRow.confirmed_at.desc())))


def all_links(session: Session) -> tuple[Link, ...]:
    """Every link and proposal."""
    return tuple(_link(row) for row in session.scalars(select(LinkRow).order_by(LinkRow.account)))


def people_behind(session: Session, prefix: str) -> dict[str, str]:
    """Person by user id, for the confirmed accounts of a workspace ("slack:T0ACME:")."""
    confirmed = select(LinkRow).where(
        LinkRow.confirmed_at.is_not(None), LinkRow.account.startswith(prefix, autoescape=True)
    )
    return {row.account.removeprefix(prefix): row.person for row in session.scalars(confirmed)}


def save_link(session: Session, link: Link) -> None:
    """Write a link in place of what the account had before."""
    session.merge(
        LinkRow(
            account=link.account.text,
            person=link.person,
            proposed_by=link.proposed_by,
            proposed_at=link.proposed_at,
            confirmed_by=link.confirmed_by,
            confirmed_at=link.confirmed_at,
        )
    )
    session.flush()


def remove_link(session: Session, account: Account) -> None:
    """The account belongs to nobody any more."""
    session.execute(delete(LinkRow).where(LinkRow.account == account.text))


def _link(row: LinkRow) -> Link:
    account = Account.read(row.account)
    return Link(account, row.person, row.proposed_by, row.proposed_at, row.confirmed_by, row.confirmed_at)
