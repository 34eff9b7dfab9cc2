"""Delivers what was written down: in order by place, again after failures, once where the platform can be asked."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.database import Database, Session
from bot.failure import log_broken
from bot.messaging.model import (
    Account,
    Address,
    CannotAsk,
    DeliveryError,
    Letter,
    MessageRef,
    Messenger,
    NotThere,
    Platform,
    Rejected,
    Throttled,
    Unreachable,
)
from bot.messaging.store_cards import remember_card
from bot.messaging.store_outbox import Outgoing, claim_outgoing, count_repeat, mark_dead, mark_later, mark_sent
from bot.messaging.store_places import direct_of, keep_direct, reference_of
from bot.messaging.store_tokens import Mint, mint
from bot.process.pools import Pool

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
"""Longer than a messenger waits for its platform; after a crash the message is taken up again this much later."""

POST_WITHIN = timedelta(seconds=20)
"""A platform that has not answered by then is given up for this time; the claim lasts longer than that."""

GIVE_UP_AFTER = timedelta(hours=24)
FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
AT_ONCE = 20
"""Messages under way at a time, each to another place."""


Viewed = Callable[[Letter, str], Awaitable[Letter]]
"""A letter that shows a card, with those for whom it may be drawn one by one."""


async def as_it_is(letter: Letter, _card: str) -> Letter:
    """The same card for everybody."""
    return letter


@dataclass(frozen=True)
class Sealed:
    """A claimed message with what is needed to post it. `at` is None while the person's own place is not known."""

    outgoing: Outgoing
    at: Address | None
    tokens: Mapping[str, str]
    reference: Mapping[str, str]


@dataclass(frozen=True)
class Counts:
    """What one round of delivery came to."""

    sent: int = 0
    later: int = 0
    dead: int = 0


class Outbox:
    """Sends the rows of the outbox. `jitter` answers a number in [0, 1) for the spread of waiting times."""

    def __init__(
        self,
        database: Database,
        messengers: Mapping[Platform, Messenger],
        *,
        pool: Pool,
        clock: Callable[[], datetime],
        jitter: Callable[[], float],
        viewed: Viewed = as_it_is,
    ) -> None:
        self._database = database
        self._messengers = messengers
        self._pool = pool
        self._clock = clock
        self._jitter = jitter
        self._viewed = viewed
        self._under_way: set[asyncio.Task[str]] = set()
        self.news = asyncio.Event()
        """Set when there may be something to send: `Desk.run` waits for it."""

    async def deliver(self) -> Counts:
        """Send the first message of every place where one is due; answers what came of it."""
        sealed = await self._pool.work(partial(self._claim, AT_ONCE))
        ends = await asyncio.gather(*(self._send(one) for one in sealed))
        return Counts(ends.count("sent"), ends.count("later"), ends.count("dead"))

    async def dispatch(self) -> int:
        """Begin to send what is due without waiting for the slow ones; answers how many messages were begun."""
        room = AT_ONCE - len(self._under_way)
        sealed = await self._pool.work(partial(self._claim, room)) if room > 0 else []
        for one in sealed:
            task = asyncio.create_task(self._send(one))
            self._under_way.add(task)
            task.add_done_callback(self._ended)
        return len(sealed)

    def _ended(self, task: asyncio.Task[str]) -> None:
        self._under_way.discard(task)
        self.news.set()

    def _claim(self, limit: int) -> list[Sealed]:
        now = self._clock()
        with self._database.write() as session:
            claimed = claim_outgoing(session, now=now, lease=LEASE, limit=limit)
            return [self._seal(session, outgoing, now) for outgoing in claimed]

    def _seal(self, session: Session, outgoing: Outgoing, now: datetime) -> Sealed:
        at = _address(session, outgoing)
        made = Mint(outgoing.key, at.place if at else "", outgoing.card, outgoing.account)
        tokens = mint(session, outgoing.reply, made, now=now)
        return Sealed(outgoing, at, tokens, reference_of(session, at) if at else {})

    async def _send(self, sealed: Sealed) -> str:
        outgoing, doubtful = sealed.outgoing, sealed.outgoing.doubtful
        try:
            at = sealed.at or await self._direct(outgoing)
            letter = Letter(outgoing.key, at, outgoing.reply, sealed.tokens, sealed.reference)
            if outgoing.card and not outgoing.account:
                letter = await self._viewed(letter, outgoing.card)
            ref = await self._earlier(letter, outgoing)
            doubtful = False  # what failed before here says nothing about an earlier attempt
            ref = ref or await self._post(letter, outgoing)
        except DeliveryError as error:
            return await self._pool.work(partial(self._failed, outgoing, error, doubtful=doubtful))
        except Exception as defect:
            log_broken(log, defect, "message %s could not be sent", outgoing.id)
            reason = f"It could not be drawn or sent: {type(defect).__name__}."
            return await self._pool.work(partial(self._bury, outgoing, reason))
        return await self._pool.work(partial(self._arrived, outgoing, ref))

    async def _earlier(self, letter: Letter, outgoing: Outgoing) -> MessageRef | None:
        """The message where an earlier attempt left it; where nobody can tell there is none, and that is counted."""
        messenger = self._messenger(letter.to.platform)
        match await messenger.find(letter) if outgoing.doubtful else NotThere():
            case MessageRef() as found:
                await messenger.update(found, letter)  # what stands there may be a draft
                return found
            case CannotAsk():
                await self._pool.work(partial(self._count_repeat, outgoing))
        return None

    async def _post(self, letter: Letter, outgoing: Outgoing) -> MessageRef:
        if self._clock() > outgoing.until - POST_WITHIN:  # somebody else may take it up while this one is posted
            raise Unreachable("This process was too slow to send it in time.", arrived=False)
        try:
            async with asyncio.timeout(POST_WITHIN.total_seconds()):
                return await self._messenger(letter.to.platform).post(letter)
        except TimeoutError as error:
            raise Unreachable("The platform did not answer in time.") from error

    def _count_repeat(self, outgoing: Outgoing) -> None:
        with self._database.write() as session:
            count_repeat(session, outgoing)

    def _messenger(self, platform: Platform) -> Messenger:
        found = self._messengers.get(platform)
        if found is None:
            raise Rejected(f"{platform} is not connected here: gatehouse connect {platform}.")
        return found

    async def _direct(self, outgoing: Outgoing) -> Address:
        account = Account.read(outgoing.account or "")
        at = await self._messenger(account.platform).open_direct(account)
        await self._pool.work(partial(self._keep_direct, account, at))
        return at

    def _keep_direct(self, account: Account, at: Address) -> None:
        with self._database.write() as session:
            keep_direct(session, account, at)

    def _arrived(self, sent: Outgoing, ref: MessageRef) -> str:
        now = self._clock()
        with self._database.write() as session:
            kept = mark_sent(session, sent, place=ref.at.place, message=ref.id, now=now)
            if kept and sent.card:
                remember_card(session, sent.card, owner=sent.key, ref=ref, account=sent.account, now=now)
        return "sent"

    def _failed(self, sent: Outgoing, error: DeliveryError, *, doubtful: bool) -> str:
        """Try it again later, or give it up; `doubtful` when an attempt before this one may have arrived."""
        now = self._clock()
        if isinstance(error, Rejected):
            return self._bury(sent, str(error))
        if now - sent.created_at > GIVE_UP_AFTER:
            return self._bury(sent, f"Given up after {GIVE_UP_AFTER.total_seconds() / 3600:.0f} h. Last: {error}")
        wait = error.seconds if isinstance(error, Throttled) else self._wait(sent.attempts)
        doubtful = doubtful or (isinstance(error, Unreachable) and error.arrived is not False)
        with self._database.write() as session:
            mark_later(session, sent, at=now + timedelta(seconds=wait), error=str(error), doubtful=doubtful)
        return "later"

    def _wait(self, attempts: int) -> float:
        """Twice as long each time, up to `LONGEST_WAIT`, half of it by chance so that not all come back at once."""
        full = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempts - 1, 10))
        return full * (0.5 + self._jitter() / 2)

    def _bury(self, sent: Outgoing, reason: str) -> str:
        with self._database.write() as session:
            mark_dead(session, sent, error=reason)
        return "dead"


def _address(session: Session, outgoing: Outgoing) -> Address | None:
    if outgoing.place is not None:
        return Address.read(outgoing.place, thread=outgoing.thread)
    return direct_of(session, Account.read(outgoing.account or ""))
