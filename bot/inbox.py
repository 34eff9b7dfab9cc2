"""Takes events in: durable before they are acknowledged, once however often they come, many in one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from bot.database import Database
from bot.messaging.model import Acceptance, Event
from bot.messaging.store_inbox import first_time, take_in
from bot.pools import Pool

LARGEST_BATCH = 200
"""Events in one commit; what comes beyond waits for the next."""


class Inbox:
    """The door's side of the inbox: `accept` returns when the event is on disk, and then it may be acknowledged.

    Events that arrive while a commit is under way share the next one, so that a burst costs a few commits and a single
    event waits for nothing. `database` commits durably (`bot.database.durable`).
    """

    def __init__(self, database: Database, *, pool: Pool, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._pool = pool
        self._clock = clock
        self._waiting: list[tuple[Event, asyncio.Future[Acceptance]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def accept(self, event: Event) -> Acceptance:
        """Take an event in.

        Raises:
            DatabaseError: It could not be stored. Do not acknowledge: the platform sends it again.
        """
        taken: asyncio.Future[Acceptance] = asyncio.get_running_loop().create_future()
        self._waiting.append((event, taken))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await taken

    async def is_first(self, nonce: str) -> bool:
        """Whether a signed request that is no event comes for the first time (else it is a replay)."""
        return await self._pool.run(partial(self._note, nonce))

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
                await self._settle(batch)
        finally:
            self._writing = None

    async def _settle(self, batch: list[tuple[Event, asyncio.Future[Acceptance]]]) -> None:
        try:
            answers = await self._pool.run(partial(self._commit, [event for event, _ in batch]))
        except Exception as error:
            if len(batch) > 1:  # one that cannot be stored must not take the others with it
                for one in batch:
                    await self._settle([one])
            elif not batch[0][1].done():
                batch[0][1].set_exception(error)
            return
        for (_, taken), answer in zip(batch, answers, strict=True):
            if not taken.done():
                taken.set_result(answer)

    def _commit(self, events: Sequence[Event]) -> list[Acceptance]:
        with self._database.write() as session:
            return take_in(session, events, now=self._clock())

    def _note(self, nonce: str) -> bool:
        with self._database.write() as session:
            return first_time(session, nonce, now=self._clock())
