"""Cards that are drawn for people one by one: for whom, and what each of them sees."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.chat import Reply
from bot.conversing import Conversing
from bot.database import Database, DatabaseError
from bot.messaging.model import Account, Letter, Platform, View
from bot.messaging.store_links import people_behind
from bot.messaging.store_places import place_facts
from bot.messaging.store_tokens import Mint, mint
from bot.people.links import Known, person_behind
from bot.people.places import Places
from bot.process.pools import Pool

ONE_BY_ONE: frozenset[Platform] = frozenset({"teams"})
"""Platforms that can show one message differently to each of its readers."""


@dataclass(frozen=True)
class Viewing:
    """Views of the cards of `conversing`; `database` keeps the tokens of their buttons."""

    conversing: Conversing
    database: Database
    places: Places
    pool: Pool
    clock: Callable[[], datetime]

    async def viewed(self, letter: Letter, card: str) -> Letter:
        """The letter to a place with those for whom its card may be drawn: who can sign first, then other readers."""
        if letter.to.platform not in ONE_BY_ONE:
            return letter
        try:
            await self.places.look_up(letter.to)
            return await self.pool.work(partial(self._with_viewers, letter, card))
        except DatabaseError:
            return letter  # the card that all can see is not held up by it

    def _with_viewers(self, letter: Letter, card: str) -> Letter:
        voters = self.conversing.voters(card, place=letter.to.place)
        with self.database.read() as session:
            people = people_behind(session, f"{letter.to.platform}:{letter.to.workspace}:")
            facts = place_facts(session, letter.to.place)
        readers = facts.members if facts and facts.members else frozenset[str]()
        linked = [user for user in people if user in readers]
        viewers = sorted(linked, key=lambda user: (_turn(people[user], voters), user))
        return replace(letter, view=View(card, tuple(viewers))) if viewers else letter

    def view(self, account: Account, card: str) -> tuple[Reply, Mapping[str, str]] | None:
        """What one person sees, with its buttons' tokens; None for whoever is not known or may not know of it.

        Which card is asked for comes from outside: what may be seen of it is decided by who the person is.
        """
        now = self.clock()
        with self.database.read() as session:
            who = person_behind(session, account, programme=self.conversing.rooms.ledger().programme, now=now)
        reply = self.conversing.draw(card, place=None, person=who.person) if isinstance(who, Known) else None
        if reply is None:
            return None
        with self.database.write() as session:
            made = Mint(f"view:{card}:{account.text}", "", card, account.text)
            return reply, mint(session, reply, made, now=now)


def _turn(person: str, voters: Collection[str]) -> int:
    return 0 if person in voters else 1
