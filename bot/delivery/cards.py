"""Draws posted cards anew when what they show has moved, each for those who read it where it stands."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from bot.audience import AudienceError
from bot.chat import Reply
from bot.database import Database, Session
from bot.delivery.outbox import Viewed, as_it_is
from bot.failure import log_broken
from bot.messaging.model import (
    Account,
    Address,
    DeliveryError,
    Letter,
    MessageRef,
    Messenger,
    Platform,
    Rejected,
    Throttled,
)
from bot.messaging.store_cards import Redraw, claim_redraws, forget_card, mark_drawn, mark_redraw_later
from bot.messaging.store_places import reference_of
from bot.messaging.store_tokens import Mint, mint, retire
from bot.people.links import Known, person_behind
from bot.people.places import Places
from bot.process.pools import Pool
from gates.model import Programme

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
AT_ONCE = 20
LONGEST_WAIT = 300.0
PATIENCE = 20
"""Times a card is tried that its readers may not see: more than an hour, past any failure to list them."""


class Draw(Protocol):
    """A card as it is now for the readers of `place`, or for `person` alone; None when it is no more."""

    def __call__(self, card: str, *, place: str | None, person: str | None) -> Reply | None: ...


class Cards:
    """Brings posted cards up to date. Updates never notify, and several changes become one."""

    def __init__(
        self,
        database: Database,
        messengers: Mapping[Platform, Messenger],
        *,
        draw: Draw,
        places: Places,
        programme: Callable[[], Programme | None],
        pool: Pool,
        clock: Callable[[], datetime],
        viewed: Viewed = as_it_is,
    ) -> None:
        self._database = database
        self._messengers = messengers
        self._draw = draw
        self._places = places
        self._programme = programme
        self._pool = pool
        self._clock = clock
        self._viewed = viewed

    async def redraw(self) -> int:
        """Draw what is behind and due; answers how many cards were worked on."""
        wanted = await self._pool.work(self._claim)
        await asyncio.gather(*(self._update(one) for one in wanted))
        return len(wanted)

    def _claim(self) -> list[Redraw]:
        with self._database.write() as session:
            return claim_redraws(session, now=self._clock(), lease=LEASE, limit=AT_ONCE)

    async def _update(self, wanted: Redraw) -> None:
        at = Address.read(wanted.place, thread=wanted.thread)
        messenger = self._messengers.get(at.platform)
        try:
            await self._places.look_up(at, Account.read(wanted.account) if wanted.account else None)
            letter = await self._pool.work(partial(self._letter, wanted, at))
            if letter is None or messenger is None:
                await self._pool.work(partial(self._not_shown, wanted))
                return
            if not wanted.account:
                letter = await self._viewed(letter, wanted.card)
            await messenger.update(MessageRef(at, wanted.message), letter)
        except DeliveryError as error:
            await self._pool.work(partial(self._failed, wanted, error))
        except AudienceError:
            await self._pool.work(partial(self._later, wanted, _wait(wanted.attempts)))
        except Exception as error:
            log_broken(log, error, "card %s could not be drawn", wanted.id)
            await self._pool.work(partial(self._later, wanted, _wait(wanted.attempts)))
        else:
            await self._pool.work(partial(self._drawn, wanted, letter))

    def _letter(self, wanted: Redraw, at: Address) -> Letter | None:
        now = self._clock()
        with self._database.read() as session:
            person = self._person(session, wanted, now)
        reply = self._draw(wanted.card, place=None if wanted.account else wanted.place, person=person)
        if reply is None:
            return None
        with self._database.write() as session:
            made = Mint(wanted.owner, wanted.place, wanted.card, wanted.account)
            tokens = mint(session, reply, made, now=now)
            return Letter(wanted.owner, at, reply, tokens, reference_of(session, at))

    def _person(self, session: Session, wanted: Redraw, now: datetime) -> str | None:
        if wanted.account is None:
            return None
        who = person_behind(session, Account.read(wanted.account), programme=self._programme(), now=now)
        return who.person if isinstance(who, Known) else None

    def _drawn(self, wanted: Redraw, letter: Letter) -> None:
        with self._database.write() as session:
            if mark_drawn(session, wanted, now=self._clock()):
                retire(session, wanted.owner, keep=letter.tokens)

    def _failed(self, wanted: Redraw, error: DeliveryError) -> None:
        if isinstance(error, Rejected):
            with self._database.write() as session:
                forget_card(session, wanted, reason=str(error))
            return
        self._later(wanted, error.seconds if isinstance(error, Throttled) else _wait(wanted.attempts))

    def _not_shown(self, wanted: Redraw) -> None:
        """Its readers may not see it just now, or nobody can tell who they are; for good after `PATIENCE` times."""
        if wanted.attempts < PATIENCE:
            return self._later(wanted, _wait(wanted.attempts))
        with self._database.write() as session:
            forget_card(session, wanted, reason="Its readers may not see it any more.")
        return None

    def _later(self, wanted: Redraw, seconds: float) -> None:
        with self._database.write() as session:
            mark_redraw_later(session, wanted, at=self._clock() + timedelta(seconds=seconds))


def _wait(attempts: int) -> float:
    return min(LONGEST_WAIT, 2.0 ** min(attempts, 10))
