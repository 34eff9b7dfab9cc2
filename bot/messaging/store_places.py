"""What platforms said of places and accounts, kept for minutes; and how to write to a place again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.messaging.model import Account, AccountFacts, AccountKind, Address, Event, PlaceFacts, PlaceKind
from bot.messaging.store_insert import insert_new
from bot.messaging.tables import AccountRow, PlaceRow


def place_facts(session: Session, place: str) -> PlaceFacts | None:
    """What is known of a place; None when the platform must be asked."""
    row = session.get(PlaceRow, place)
    if row is None or row.as_of is None:
        return None
    members = None if row.members is None else frozenset(row.members)
    return PlaceFacts(cast(PlaceKind, row.kind), row.as_of, members, row.name)


def place_drops(session: Session, place: str) -> int:
    """How often the facts of a place were dropped: read before the platform is asked, compared when they are kept."""
    row = session.get(PlaceRow, place)
    return row.drops if row else 0


def keep_place(session: Session, place: str, facts: PlaceFacts, *, drops: int) -> None:
    """Keep what the platform said, unless something happened there since it was asked."""
    _ensure_place(session, place)
    members = None if facts.members is None else sorted(facts.members)
    said = {"kind": facts.kind, "members": members, "name": facts.name, "as_of": facts.as_of}
    session.execute(update(PlaceRow).where(PlaceRow.place == place, PlaceRow.drops == drops).values(said))


def drop_place(session: Session, place: str) -> None:
    """Somebody joined or left, or the place was archived, shared or converted: what was known is old."""
    _ensure_place(session, place)
    session.execute(update(PlaceRow).where(PlaceRow.place == place).values(as_of=None, drops=PlaceRow.drops + 1))


def drop_workspace(session: Session, prefix: str) -> None:
    """Somebody joined or left the workspace ("slack:T0ACME:"): who reads any of its places is old."""
    there = PlaceRow.place.startswith(prefix, autoescape=True)
    session.execute(update(PlaceRow).where(there).values(as_of=None, drops=PlaceRow.drops + 1))


def _ensure_place(session: Session, place: str) -> None:
    insert_new(session, PlaceRow, [{"place": place, "name": "", "kind": "unknown", "drops": 0}], key=PlaceRow.place)


def keep_references(session: Session, events: Sequence[Event]) -> None:
    """Keep how to write to the places of these events again."""
    for place, reference in {event.at.place: event.reference for event in events}.items():
        keep_reference(session, Address.read(place), reference=dict(reference))


def keep_reference(session: Session, at: Address, *, reference: dict[str, str]) -> None:
    """Keep how to write to a place again (Teams: its conversation reference)."""
    _ensure_place(session, at.place)
    session.execute(update(PlaceRow).where(PlaceRow.place == at.place).values(reference=reference))


def reference_of(session: Session, at: Address) -> dict[str, str]:
    """What `keep_reference` kept last, empty when nothing."""
    row = session.get(PlaceRow, at.place)
    return dict(row.reference) if row and row.reference else {}


def teams_known(session: Session) -> list[dict[str, str]]:
    """References of the Teams teams that the bot was met in, one for each team."""
    kept = session.scalars(select(PlaceRow.reference).where(PlaceRow.place.startswith("teams:")))
    return list({row["team"]: dict(row) for row in kept if row and row.get("team")}.values())


def account_facts(session: Session, account: Account) -> AccountFacts | None:
    """What is known of an account; None when the platform must be asked."""
    row = session.get(AccountRow, account.text)
    if row is None or row.as_of is None:
        return None
    return AccountFacts(cast(AccountKind, row.kind), row.as_of, row.email, row.name)


def account_drops(session: Session, account: Account) -> int:
    """As `place_drops`."""
    row = session.get(AccountRow, account.text)
    return row.drops if row else 0


def keep_account(session: Session, account: Account, facts: AccountFacts, *, drops: int) -> None:
    """Keep what the platform said, unless the account changed since it was asked."""
    _ensure_account(session, account)
    mine = update(AccountRow).where(AccountRow.account == account.text, AccountRow.drops == drops)
    session.execute(mine.values(kind=facts.kind, email=facts.email, name=facts.name, as_of=facts.as_of))


def drop_account(session: Session, account: Account) -> None:
    """The account changed (deactivated, made a guest, renamed)."""
    _ensure_account(session, account)
    mine = update(AccountRow).where(AccountRow.account == account.text)
    session.execute(mine.values(as_of=None, drops=AccountRow.drops + 1))


def keep_direct(session: Session, account: Account, at: Address) -> None:
    """Where the owner of this account reads alone."""
    _ensure_account(session, account)
    session.execute(update(AccountRow).where(AccountRow.account == account.text).values(direct=at.place))


def direct_of(session: Session, account: Account) -> Address | None:
    """Where the owner of this account reads alone, when that is known."""
    row = session.get(AccountRow, account.text)
    return Address.read(row.direct) if row and row.direct else None


def _ensure_account(session: Session, account: Account) -> None:
    new = {"account": account.text, "kind": "unknown", "email": "", "name": "", "drops": 0}
    insert_new(session, AccountRow, [new], key=AccountRow.account)
