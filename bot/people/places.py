"""Readers of chat places: asked of the platform, believed for five minutes, dropped when somebody comes or goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.audience import FRESH_FOR, Readers, Unreadable, audience_in, names_of
from bot.database import Database, Session
from bot.messaging.model import Account, AccountFacts, Address, Directory, PlaceFacts, Platform
from bot.messaging.store_links import people_behind
from bot.messaging.store_places import (
    account_drops,
    account_facts,
    drop_account,
    drop_place,
    drop_workspace,
    keep_account,
    keep_place,
    keep_reference,
    place_drops,
    place_facts,
)
from bot.process.pools import Pool
from gates.model import Channel, Programme
from rag.model import Audience


class Places:
    """Keeps what platforms say of places and accounts fresh enough to be acted on."""

    def __init__(
        self,
        database: Database,
        directories: Mapping[Platform, Directory],
        *,
        pool: Pool,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._directories = directories
        self._pool = pool
        self._clock = clock

    async def look_up(self, at: Address, sender: Account | None = None) -> None:
        """Ask the platform who reads there (and what the sender's account is), where that is not known freshly.

        What cannot be found out stays unknown, and unknown is refused by whoever needs it.
        """
        age = await self._pool.work(lambda: self._place_missing(at))
        directory = self._directories.get(at.platform)
        if directory is not None and age is not None:
            asked = self._clock()  # facts are as old as the question to the platform, not as its answer
            facts = replace(await directory.place(at), as_of=asked)
            await self._pool.work(lambda: self._write(lambda session: keep_place(session, at.place, facts, drops=age)))
        if sender is not None:
            await self.look_up_account(sender)

    async def look_up_account(self, account: Account) -> None:
        """Ask the platform what an account is, where that is not known freshly."""
        age = await self._pool.work(lambda: self._account_missing(account))
        directory = self._directories.get(account.platform)
        if directory is not None and age is not None:
            asked = self._clock()
            known = replace(await directory.account(account), as_of=asked)
            await self._pool.work(lambda: self._write(lambda session: keep_account(session, account, known, drops=age)))

    async def keep_reference(self, at: Address, reference: Mapping[str, str]) -> None:
        """Keep how to write there unasked (Teams: its conversation reference)."""
        await self._pool.work(
            lambda: self._write(lambda session: keep_reference(session, at, reference=dict(reference)))
        )

    async def forget(self, at: Address) -> None:
        """Somebody joined or left there, or the place was archived, shared or converted."""
        await self._pool.work(lambda: self._write(lambda session: drop_place(session, at.place)))

    async def forget_workspace(self, platform: Platform, workspace: str) -> None:
        """Somebody joined or left the workspace: its public places have other readers now."""
        prefix = f"{platform}:{workspace}:"
        await self._pool.work(lambda: self._write(lambda session: drop_workspace(session, prefix)))

    async def forget_account(self, account: Account) -> None:
        """An account was deactivated, made a guest or changed its address."""
        await self._pool.work(lambda: self._write(lambda session: drop_account(session, account)))

    def _place_missing(self, at: Address) -> int | None:
        """None when what is known of a place is fresh, else how often it was dropped so far."""
        with self._database.read() as session:
            known = place_facts(session, at.place)
            return place_drops(session, at.place) if self._is_old(known) else None

    def _account_missing(self, account: Account) -> int | None:
        with self._database.read() as session:
            known = account_facts(session, account)
            return account_drops(session, account) if self._is_old(known) else None

    def _is_old(self, known: PlaceFacts | AccountFacts | None) -> bool:
        """A turn that begins now must still find it fresh at its end."""
        return known is None or known.as_of < self._clock() - FRESH_FOR / 2

    def _write(self, change: Callable[[Session], None]) -> None:
        with self._database.write() as session:
            change(session)


def readers_of(session: Session, at: Address, *, programme: Programme | None) -> Readers | None:
    """Who reads a place, by their names in the programme; None when the platform has to be asked."""
    facts = place_facts(session, at.place)
    if facts is None:
        return None
    name = _name(facts, at, programme)
    if facts.members is None:
        return Readers(facts.kind, facts.as_of, name)
    people = people_behind(session, f"{at.platform}:{at.workspace}:")
    known = {user: person for user, person in people.items() if programme and person in programme.people}
    names = (names_of(programme, known[m]) if programme and m in known else frozenset[str]() for m in facts.members)
    return Readers(facts.kind, facts.as_of, name, tuple(names))


def audience_at(session: Session, at: Address, *, programme: Programme | None, now: datetime) -> Audience | Unreadable:
    """Who would read what is said there now, or why nothing may be said there."""
    return audience_in(readers_of(session, at, programme=programme), now=now)


def _name(facts: PlaceFacts, at: Address, programme: Programme | None) -> str:
    channels = programme.channels.values() if programme else ()
    planned = next((channel.name for channel in channels if channel.id == at.channel), "")
    shown = {"direct": "you alone", "group": "this group"}.get(facts.kind, "this channel")
    return planned or facts.name or shown


def place_named(place: str, *, programme: Programme | None, workspaces: Mapping[Platform, str]) -> str | None:
    """The place's text for a channel of programme.yaml, by its id; None when no connected workspace has it."""
    channels = programme.channels.values() if programme else ()
    wanted = place.casefold().removeprefix("#")
    for channel in channels:
        if wanted in (channel.name.casefold().removeprefix("#"), channel.id.casefold()):
            platform = _platform(channel)
            workspace = workspaces.get(platform)
            return f"{platform}:{workspace}:{channel.id}" if workspace else None
    return None


def _platform(channel: Channel) -> Platform:
    """Slack's channel ids are capitals and digits, those of Teams look like "19:...@thread.tacv2"."""
    return "teams" if ":" in channel.id or "@" in channel.id else "slack"
