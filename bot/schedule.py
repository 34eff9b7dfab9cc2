"""Does what is due, once: by one process at a time, across restarts, replicas and clocks that jump."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.chat import Tick
from bot.database import Database, Session
from bot.failure import log_broken
from bot.messaging.store_due import Due, Lease, due_now, holds, mark_done, mark_failed, put_due, take_lease
from bot.pools import Pool
from bot.turn import repeated

log = logging.getLogger(__name__)

LEASE_LASTS = timedelta(seconds=60)
"""A process that stopped ticking is followed by another one this much later."""

AT_A_TIME = 100
MOST_TRIES = 8
FIRST_WAIT = timedelta(seconds=30)
EVERY_SECONDS = 10.0

Commit = Callable[[Session], None]
"""Writes down what the work came to: messages into the outbox, what falls due next."""

Work = Callable[[Due, datetime], Commit]
"""Works something out that was due, at the moment given, without a transaction; `Due.at` says how late it is."""


@dataclass(frozen=True)
class Ticked:
    """What a tick did; `elsewhere` when another process does it."""

    done: int = 0
    failed: int = 0
    elsewhere: bool = False


@dataclass(frozen=True)
class Schedule:
    """Due work by its kind. `holder` names this process; `database` commits durably.

    A piece of work is marked done in the transaction that keeps its effect, under a lease that nobody has taken over:
    so the effect comes once, whoever ticks however often. `recurring` is what is due at a moment again and again, each
    time under a key of its own; after a standstill only the newest is made up for.
    """

    database: Database
    works: Mapping[str, Work]
    holder: str
    sleep: Callable[[float], None]
    recurring: Callable[[datetime], Sequence[Due]] = lambda _: ()

    def tick(self, tick: Tick) -> Ticked:
        """Do everything that is due at `tick.now`."""
        lease = self._lease(tick.now)
        if lease is None:
            return Ticked(elsewhere=True)
        if found := self.recurring(tick.now):
            repeated(self.database, partial(put_due, works=found), sleep=self.sleep)
        with self.database.read() as session:
            works = due_now(session, kinds=tuple(self.works), now=tick.now, limit=AT_A_TIME)
        ends = [self._do(due, lease, tick.now) for due in works]
        return Ticked(ends.count("done"), ends.count("failed"))

    def _lease(self, now: datetime) -> Lease | None:
        def take(session: Session) -> Lease | None:
            return take_lease(session, "schedule", holder=self.holder, now=now, lasts=LEASE_LASTS)

        return repeated(self.database, take, sleep=self.sleep)

    def _do(self, due: Due, lease: Lease, now: datetime) -> str:
        try:
            commit = self.works[due.kind](due, now)
            return repeated(self.database, partial(_once, due, lease, now, commit), sleep=self.sleep)
        except Exception as error:
            log_broken(log, error, "%s could not be done", due.key)
            self._failed(due, error, now)
            return "failed"

    def _failed(self, due: Due, error: Exception, now: datetime) -> None:
        tries = due.attempts + 1
        again = now + FIRST_WAIT * 2**due.attempts if tries < MOST_TRIES else None
        with self.database.write() as session:
            mark_failed(session, due, error=type(error).__name__, again_at=again)


def _once(due: Due, lease: Lease, now: datetime, commit: Commit, session: Session) -> str:
    if not holds(session, lease) or not mark_done(session, due.key, fence=lease.fence, now=now):
        return "elsewhere"
    commit(session)
    return "done"


async def keep_ticking(schedule: Schedule, stop: asyncio.Event, *, pool: Pool, clock: Callable[[], datetime]) -> None:
    """Tick every few seconds until told to stop."""
    while not stop.is_set():
        try:
            await pool.run(lambda: schedule.tick(Tick(clock())))
        except Exception as error:
            log_broken(log, error, "a tick failed; the next one comes")
        with suppress(TimeoutError):
            async with asyncio.timeout(EVERY_SECONDS):
                await stop.wait()
