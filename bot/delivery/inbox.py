"""Takes events in: durable before they are acknowledged, once however often they come, many in one commit."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Lock
from typing import Any

from bot.database import Database
from bot.messaging.model import Acceptance, Event
from bot.messaging.store_inbox import first_time, take_in
from bot.process.pools import Pool

LARGEST_BATCH = 200
"""Entries in one commit; what comes beyond waits for the next."""

Entry = Event | str
"""What is put on disk: an event, or the signature alone of a request that is none."""

Waiting = tuple[Entry, asyncio.Future[Any]]


class Inbox:
    """The door's side of the inbox: `accept` returns when the event is on disk, and then it may be acknowledged.

    One thread of `pool` commits while anything waits. What arrives during a commit shares the next one, which begins
    without a word to the event loop: a burst costs a few commits, and a single event waits for nothing. `database`
    commits durably (`bot.database.durable`).
    """

    def __init__(self, database: Database, *, pool: Pool, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._pool = pool
        self._clock = clock
        self._lock = Lock()
        self._waiting: deque[Waiting] = deque()
        self._writing = False
        self._beginning: asyncio.Task[None] | None = None

    async def accept(self, event: Event) -> Acceptance:
        """Take an event in.

        Raises:
            DatabaseError: It could not be stored. Do not acknowledge: the platform sends it again.
        """
        answer: Acceptance = await self._on_disk(event)
        return answer

    async def is_first(self, nonce: str) -> bool:
        """Whether a signed request that is no event comes for the first time (else it is a replay)."""
        return bool(await self._on_disk(nonce))

    async def _on_disk(self, entry: Entry) -> Any:
        taken: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        with self._lock:
            self._waiting.append((entry, taken))
            begin, self._writing = not self._writing, True
        if begin:
            self._beginning = asyncio.create_task(self._begin())
        return await taken

    async def _begin(self) -> None:
        try:
            await self._pool.run(self._write)
        except Exception as error:  # the pool takes nothing: nobody may wait for it
            while batch := self._next():
                _tell(batch, [error] * len(batch))

    def _write(self) -> None:
        """Commit until nothing waits. Runs on the pool's thread."""
        while batch := self._next():
            answers = self._settled([entry for entry, _ in batch])
            batch[0][1].get_loop().call_soon_threadsafe(_tell, batch, answers)

    def _next(self) -> list[Waiting]:
        with self._lock:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), LARGEST_BATCH))]
            self._writing = bool(batch)
            return batch

    def _settled(self, entries: Sequence[Entry]) -> Sequence[object]:
        """An answer to each entry, or the error that kept it from the disk."""
        try:
            return self._commit(entries)
        except Exception as error:
            if len(entries) == 1:
                return [error]
            return [self._settled([one])[0] for one in entries]  # one that cannot be stored takes no other with it

    def _commit(self, entries: Sequence[Entry]) -> list[Acceptance | bool]:
        events, now = [entry for entry in entries if isinstance(entry, Event)], self._clock()
        with self._database.write() as session:
            taken = iter(take_in(session, events, now=now))
            return [next(taken) if isinstance(one, Event) else first_time(session, one, now=now) for one in entries]


def _tell(batch: Sequence[Waiting], answers: Sequence[object]) -> None:
    for (_, taken), answer in zip(batch, answers, strict=True):
        if taken.done():  # whoever waited has gone
            continue
        if isinstance(answer, Exception):
            taken.set_exception(answer)
        else:
            taken.set_result(answer)
