"""Works accepted events off: at once where somebody waits, and by a loop that heals what was broken off."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.chat import Form, Reply
from bot.database import Database
from bot.delivery.cards import Cards
from bot.delivery.drafts import Drafts
from bot.delivery.outbox import Outbox
from bot.delivery.turn import Settled, Turns
from bot.failure import log_broken
from bot.messaging.model import Event, Letter, Messenger, Platform, Responder, Said
from bot.messaging.store_inbox import ANSWER, Claimed, claim, claim_one, expire_events
from bot.messaging.store_outbox import Outgoing, claim_key, expire_messages, mark_later, mark_sent
from bot.messaging.store_places import reference_of
from bot.messaging.store_tokens import Mint, expire_tokens, mint
from bot.people.places import Places
from bot.process.pools import Busy, Pool, Pools, RequestClass

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
"""Longer than the longest answer takes; an event whose worker died is taken up again this much later."""

LEFT_TO_SERVE = timedelta(seconds=2)
"""So long an accepted event is left to the process that took it in: only that can show the answer at once."""

LIVE_SECONDS = 2.5
"""A form that cannot be shown within this time becomes a message with a button: the platform's own limit is 3 s."""

TEXTS_KEPT = timedelta(days=30)
SIGNATURES_KEPT = timedelta(minutes=15)
"""Three times the window in which a signed request is taken at all."""

IDLE_SECONDS = 0.5
AT_ONCE = 20


@dataclass(frozen=True)
class Office:
    """What the worker works with. `database` commits durably."""

    database: Database
    turns: Turns
    outbox: Outbox
    cards: Cards
    places: Places
    pools: Pools
    messengers: Mapping[Platform, Messenger]
    clock: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class Worker:
    """One process's worker. Several processes may work at one database: an event is claimed by one of them."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._under_way: set[asyncio.Task[None]] = set()
        self._mine: set[int] = set()  # events this process works on: however slow it is, it begins none of them again

    async def serve(self, accepted: int, event: Event, respond: Responder | None = None) -> None:
        """Take the turn of an event that was accepted just now; `respond` shows the answer to whoever waits."""
        pool = self._pool(event)
        try:
            with pool.place():
                claimed = await pool.work(partial(self._claim_one, accepted))
                if claimed is not None:
                    await self._work(claimed, respond)
        except Busy:
            return  # it stays in the inbox, and the loop takes it

    async def run(self, stop: asyncio.Event) -> None:
        """Work off what waits, deliver and redraw until told to stop."""
        office, quiet = self._office, asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(_again_and_again(self._begin, quiet, stop))
            group.create_task(_again_and_again(office.outbox.dispatch, office.outbox.news, stop))
            group.create_task(_again_and_again(office.cards.redraw, quiet, stop))

    async def work_off(self) -> int:
        """Take the turns of what waits and nobody works on, and see them through; answers how many."""
        claimed = await self._office.pools["background"].run(partial(self._claim, AT_ONCE, frozenset(self._mine)))
        await asyncio.gather(*(self._work(one, None) for one in claimed))
        return len(claimed)

    async def expire(self) -> None:
        """Forget texts, signatures and buttons that are too old."""
        try:
            await self._office.pools["background"].run(self._expire)
        except Exception as error:
            log_broken(log, error, "old texts could not be forgotten; it is tried again")

    async def _begin(self) -> int:
        """As `work_off`, without waiting for the slow ones."""
        room = AT_ONCE - len(self._under_way)
        if room <= 0:
            return 0
        claimed = await self._office.pools["background"].run(partial(self._claim, room, frozenset(self._mine)))
        for one in claimed:
            task = asyncio.create_task(self._work(one, None))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return len(claimed)

    async def _work(self, claimed: Claimed, respond: Responder | None) -> None:
        office, event = self._office, claimed.event
        self._mine.add(claimed.id)
        try:
            await office.places.look_up(event.at, event.sender)
            drafts = await self._drafts(event)
            show = drafts.offer if drafts else _unseen
            settled = await self._pool(event).work(partial(office.turns.take, claimed, show))
            if isinstance(settled, Settled):
                await self._show(settled, drafts, respond)
        except Exception as error:
            log_broken(log, error, "event %s was broken off; it is taken up again", claimed.id)
        finally:
            self._mine.discard(claimed.id)
        office.outbox.news.set()

    async def _drafts(self, event: Event) -> Drafts | None:
        messenger = self._office.messengers.get(event.at.platform)
        if messenger is None or _class_of(event, self._office.turns) != "question":
            return None
        reference = await self._pool(event).work(partial(self._reference, event))
        letter = Letter(f"{event.key}{ANSWER}", event.at, Reply(()), reference=reference)
        return Drafts(messenger, letter, sleep=self._office.sleep)

    async def _show(self, settled: Settled, drafts: Drafts | None, respond: Responder | None) -> None:
        """Show the answer at once and note it as sent; what cannot be shown is left to the outbox."""
        shower = respond if settled.live else drafts.finish if drafts and drafts.begun else None
        if shower is None:
            return
        pool = self._pool(settled.event)
        ready = await pool.work(partial(self._take_answer, settled))
        if ready is None:
            return
        outgoing, tokens = ready
        answer = settled.answer if settled.live else outgoing.reply
        shown = await _in_time(shower(answer, tokens))
        message = drafts.ref.id if drafts and drafts.ref else ""
        await pool.work(partial(self._mark, settled, outgoing, message if shown else None))

    def _take_answer(self, settled: Settled) -> tuple[Outgoing, Mapping[str, str]] | None:
        now = self._office.clock()
        with self._office.database.write() as session:
            outgoing = claim_key(session, settled.key, now=now, lease=LEASE)
            if outgoing is None:
                return None
            form = isinstance(settled.answer, Form)
            owner = f"{settled.key}/form" if form else settled.key
            made = Mint(owner, settled.event.at.place, account=outgoing.account)
            return outgoing, mint(session, settled.answer, made, now=now)

    def _mark(self, settled: Settled, outgoing: Outgoing, message: str | None) -> None:
        """Note what became of showing it: `message` is None when it was not shown, empty when it left no message."""
        now = self._office.clock()
        with self._office.database.write() as session:
            if message is not None:
                mark_sent(session, outgoing, place=settled.event.at.place, message=message, now=now)
            else:
                told = "It could not be shown at once."
                mark_later(session, outgoing, at=now, error=told, doubtful=outgoing.doubtful)

    def _reference(self, event: Event) -> dict[str, str]:
        with self._office.database.read() as session:
            return reference_of(session, event.at)

    def _claim(self, limit: int, besides: frozenset[int]) -> list[Claimed]:
        now = self._office.clock()
        with self._office.database.write() as session:
            return claim(session, now=now, lease=LEASE, limit=limit, waited=LEFT_TO_SERVE, besides=besides)

    def _claim_one(self, number: int) -> Claimed | None:
        with self._office.database.write() as session:
            return claim_one(session, number, now=self._office.clock(), lease=LEASE)

    def _expire(self) -> None:
        now = self._office.clock()
        with self._office.database.write() as session:
            expire_events(session, before=now - TEXTS_KEPT, nonces_before=now - SIGNATURES_KEPT)
            expire_messages(session, before=now - TEXTS_KEPT)
            expire_tokens(session, before=now - TEXTS_KEPT)

    def _pool(self, event: Event) -> Pool:
        return self._office.pools[_class_of(event, self._office.turns)]


def _class_of(event: Event, turns: Turns) -> RequestClass:
    """Orders go with the sign-offs, so that they wait behind no question."""
    asks = isinstance(event.payload, Said) and not turns.conversation.is_order(event.payload.text)
    return "question" if asks else "sign_off"


async def _again_and_again(work: Callable[[], Awaitable[int]], news: asyncio.Event, stop: asyncio.Event) -> None:
    """Work until told to stop; with nothing to do wait for news, or a moment."""
    while not stop.is_set():
        news.clear()
        try:
            busy = await work()
        except Exception as error:
            log_broken(log, error, "a round of work failed; it is tried again")
            busy = 0
        if not busy:
            with suppress(TimeoutError):
                async with asyncio.timeout(IDLE_SECONDS):
                    await news.wait()


async def _in_time(response: Awaitable[bool]) -> bool:
    try:
        async with asyncio.timeout(LIVE_SECONDS):
            return await response
    except TimeoutError:
        return False


def _unseen(_reply: Reply) -> None:
    return
