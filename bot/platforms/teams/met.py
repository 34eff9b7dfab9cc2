"""What doors have seen of places and people: how to write to them and where they can be asked about."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping

from bot.messaging.model import Account, Address
from bot.platforms.teams.connector import DEFAULT_SERVICE

Look = Callable[[Address], Awaitable[Mapping[str, str]]]

KEPT = 5_000


class Met:
    """Seen lately by this process; `look` finds what the database keeps of a place."""

    def __init__(self, look: Look, *, service: str = DEFAULT_SERVICE) -> None:
        self._look = look
        self._references: OrderedDict[str, Mapping[str, str]] = OrderedDict()
        self._people: OrderedDict[str, tuple[Address, str]] = OrderedDict()
        self._ids: OrderedDict[str, str] = OrderedDict()
        self.service = service
        """The address of the tenant's service as the newest activity told it."""

    def note(self, at: Address, reference: Mapping[str, str], *, sender: Account | None = None, user: str = "") -> None:
        """An activity came from there; `user` is what Teams calls its sender."""
        self._references[at.place] = reference
        self.note_service(reference.get("service_url", ""))
        if sender is not None:
            self._people[sender.user] = (at, user or sender.user)
        for kept in (self._references, self._people):
            while len(kept) > KEPT:
                kept.popitem(last=False)

    def note_id(self, user: str, called: str) -> None:
        """A roster says what Teams itself calls somebody."""
        self._ids[user] = called
        while len(self._ids) > KEPT:
            self._ids.popitem(last=False)

    def called(self, users: Iterable[str]) -> list[str]:
        """What Teams calls these people, as far as rosters have told it."""
        return [self._ids[user] for user in users if user in self._ids]

    def note_service(self, url: str) -> None:
        """An activity named the address of the tenant's service; an empty one names none."""
        self.service = url or self.service

    async def reference(self, at: Address) -> Mapping[str, str]:
        """How to write to a place; empty where nobody has met the bot yet."""
        seen = self._references.get(at.place)
        if seen is None:
            seen = await self._look(at)
        return seen

    def found_at(self, account: Account) -> tuple[Address, str] | None:
        """A place where this person was lately, and what Teams calls him there."""
        return self._people.get(account.user)
