"""Stands behind every platform's door: takes events in, has their turns taken, and hears who comes and goes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.chat import Reply
from bot.delivery.inbox import Inbox
from bot.delivery.worker import Worker
from bot.messaging.model import Acceptance, Accepted, Account, Address, Event, Responder
from bot.people.places import Places

Search = Callable[[Account, str], Awaitable[Sequence[tuple[str, str]]]]


Views = Callable[[Account, str], Awaitable[tuple[Reply, Mapping[str, str]] | None]]


class Reception:
    """What a door needs of the middle. `search` finds gates for letters typed into a menu, `documents` documents;
    `views` draws a card for one person.
    """

    def __init__(
        self, inbox: Inbox, worker: Worker, places: Places, *, search: Search, documents: Search, views: Views
    ) -> None:
        self._inbox = inbox
        self._worker = worker
        self._places = places
        self._search = search
        self._documents = documents
        self._views = views
        self._turns: set[asyncio.Task[None]] = set()
        self.turned_away = 0
        """Events that came faster than may be, for metrics."""

    async def accept(self, event: Event, respond: Responder) -> Acceptance:
        """Puts the event on disk, and begins its turn when it is new; what comes of it is shown by `respond` or sent.

        Raises:
            DatabaseError: It could not be stored: do not acknowledge.
        """
        accepted = await self._inbox.accept(event)
        if isinstance(accepted, Accepted):
            turn = asyncio.create_task(self._worker.serve(accepted.id, event, respond))
            self._turns.add(turn)
            turn.add_done_callback(self._turns.discard)
        return accepted

    async def is_first(self, nonce: str) -> bool:
        """Whether a signed request that is no event comes for the first time."""
        return await self._inbox.is_first(nonce)

    async def met(self, at: Address, reference: Mapping[str, str]) -> None:
        """The bot came to a place: how to write there unasked is kept."""
        await self._places.keep_reference(at, reference)

    async def place_changed(self, at: Address) -> None:
        """Somebody joined or left there, or the place was archived, shared or converted."""
        await self._places.forget(at)

    async def workspace_changed(self, at: Address) -> None:
        """Somebody joined or left the workspace: its public places have other readers now."""
        await self._places.forget_workspace(at.platform, at.workspace)

    async def account_changed(self, account: Account) -> None:
        """An account was deactivated, made a guest or changed; it may read fewer places than before."""
        await self._places.forget_account(account)
        await self._places.forget_workspace(account.platform, account.workspace)

    async def search(self, account: Account, text: str) -> Sequence[tuple[str, str]]:
        """Gates and projects that this account may know of: (what to show, how it is called)."""
        await self._places.look_up_account(account)
        return await self._search(account, text)

    async def search_documents(self, account: Account, text: str) -> Sequence[tuple[str, str]]:
        """Documents that this account may read: (title, path)."""
        await self._places.look_up_account(account)
        return await self._documents(account, text)

    async def view(self, account: Account, card: str) -> tuple[Reply, Mapping[str, str]] | None:
        """A card as this account may see it, with the tokens of its buttons; None when there is nothing for it."""
        await self._places.look_up_account(account)
        return await self._views(account, card)

    async def too_fast(self, event: Event) -> None:
        """Somebody comes faster than may be; his event was not taken in."""
        del event
        self.turned_away += 1

    async def close(self) -> None:
        """Wait for the turns that are under way."""
        await asyncio.gather(*self._turns, return_exceptions=True)
