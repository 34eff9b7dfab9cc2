"""Does what is due, once: by one process at a time, across restarts, replicas and clocks that jump."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.chat import Tick
from bot.database import Database, Session
from bot.delivery.turn import repeated
from bot.failure import log_broken
from bot.messaging.store_due import Due, Lease, due_now, holds, mark_done, mark_failed, put_due, take_lease
from bot.process.pools import Pool

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
    """What a tick did; `elsewhere` when another process does it, `more` when as much again may be due already."""

    done: int = 0
    failed: int = 0
    elsewhere: bool = False
    more: bool = False


@dataclass(frozen=True)
class Schedule:
    """Due work by its kind. `holder` names this process; `database` commits durably.

    A piece of work is marked done in the transaction that keeps its effect, under a lease that nobody has taken over:
    so the effect comes once, whoever ticks however often. `recurring` is what is due at a moment again and again, each
    time under a key of its own; after a standstill only the newest is made up for. `together` are kinds of work for a
    `reader` that has no effect before its commit: what is due of one kind for different readers shares a transaction.
    """

    database: Database
    works: Mapping[str, Work]
    holder: str
    sleep: Callable[[float], None]
    recurring: Callable[[datetime], Sequence[Due]] = lambda _: ()
    together: frozenset[str] = frozenset()

    def tick(self, tick: Tick) -> Ticked:
        """Do everything that is due at `tick.now`."""
        taken = repeated(self.database, partial(self._take, now=tick.now), sleep=self.sleep)
        if taken is None:
            return Ticked(elsewhere=True)
        lease, works = taken
        ends = Counter(end for batch in self._batches(works) for end in self._do(batch, lease, tick.now))
        return Ticked(ends["done"], ends["failed"], more=len(works) == AT_A_TIME)

    def _take(self, session: Session, *, now: datetime) -> tuple[Lease, tuple[Due, ...]] | None:
        lease = take_lease(session, "schedule", holder=self.holder, now=now, lasts=LEASE_LASTS)
        if lease is None:
            return None
        put_due(session, self.recurring(now))
        return lease, due_now(session, kinds=tuple(self.works), now=now, limit=AT_A_TIME)

    def _batches(self, works: Sequence[Due]) -> Iterator[list[Due]]:
        """Work in its order, as it is committed; two works for one reader stay apart, as one may read the other's."""
        batch: list[Due] = []
        for due in works:
            if batch and not (due.kind in self.together and _is_beside(due, batch)):
                yield batch
                batch = []
            batch.append(due)
        if batch:
            yield batch

    def _do(self, batch: Sequence[Due], lease: Lease, now: datetime) -> list[str]:
        """How each work of a batch ended: done, failed, or elsewhere."""
        commits = [(due, commit) for due in batch if (commit := self._worked_out(due, now)) is not None]
        failed = ["failed"] * (len(batch) - len(commits))
        try:
            return failed + repeated(self.database, partial(_once, commits, lease, now), sleep=self.sleep)
        except Exception as error:
            if len(commits) > 1:  # one of them cannot be kept: each alone, so that the others are
                return failed + [end for due, _ in commits for end in self._do([due], lease, now)]
            for due, _ in commits:
                self._failed(due, error, now)
            return ["failed"] * len(batch)

    def _worked_out(self, due: Due, now: datetime) -> Commit | None:
        try:
            return self.works[due.kind](due, now)
        except Exception as error:
            self._failed(due, error, now)
            return None

    def _failed(self, due: Due, error: Exception, now: datetime) -> None:
        log_broken(log, error, "%s could not be done", due.key)
        tries = due.attempts + 1
        again = now + FIRST_WAIT * 2**due.attempts if tries < MOST_TRIES else None
        with self.database.write() as session:
            mark_failed(session, due, error=type(error).__name__, again_at=again)


def _is_beside(due: Due, batch: Sequence[Due]) -> bool:
    """Whether nothing of a batch is for the same reader, or of another kind."""
    return all(due.kind == other.kind and due.about["reader"] != other.about["reader"] for other in batch)


def _once(commits: Sequence[tuple[Due, Commit]], lease: Lease, now: datetime, session: Session) -> list[str]:
    held = holds(session, lease)
    return [_kept(due, commit, lease, now, session) if held else "elsewhere" for due, commit in commits]


def _kept(due: Due, commit: Commit, lease: Lease, now: datetime, session: Session) -> str:
    if not mark_done(session, due.key, fence=lease.fence, now=now):
        return "elsewhere"
    commit(session)
    return "done"


async def keep_ticking(schedule: Schedule, stop: asyncio.Event, *, pool: Pool, clock: Callable[[], datetime]) -> None:
    """Tick every few seconds until told to stop; at once again while more is due than fits in a tick."""
    while not stop.is_set():
        try:
            ticked = await pool.run(lambda: schedule.tick(Tick(clock())))
        except Exception as error:
            log_broken(log, error, "a tick failed; the next one comes")
            ticked = Ticked()
        if ticked.more and ticked.done:
            continue
        with suppress(TimeoutError):
            async with asyncio.timeout(EVERY_SECONDS):
                await stop.wait()
