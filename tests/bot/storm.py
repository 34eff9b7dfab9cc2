"""One process of the storm: takes events in as a platform sends them, works them off, and is killed by its parent.

The platform is a file of posted messages, beside a file of acknowledged deliveries. What was not acknowledged is sent
again by the next process, as Slack and Teams do.
"""

# ruff: noqa: ARG002 (a stand-in takes what its port gives it)
from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from bot.chat import Ask, Command, Line, Outcome, Reply
from bot.database import Session
from bot.messaging.model import (
    Account,
    AccountFacts,
    Address,
    CannotAsk,
    Event,
    Letter,
    MessageRef,
    NotThere,
    PlaceFacts,
    Said,
    Throttled,
    Unreachable,
)
from bot.process.pools import open_pools
from tests.bot.middle import Middle

FASTER = 30
"""The storm's clock runs so much faster, so that two minutes without a platform take four seconds."""

CHANNELS, PEOPLE = 200, 40
DOWN_FROM, DOWN_FOR = 60.0, 120.0
"""Seconds of the storm's clock, in its first process."""


@dataclass(frozen=True)
class Plan:
    """What a storm is made of; equal in every process of it."""

    url: str
    folder: Path
    events: int
    history: bool
    seed: int

    @property
    def deliveries(self) -> list[tuple[str, Event]]:
        """Every event one to three times, out of order, each delivery with a name of its own."""
        chance = random.Random(self.seed)
        sent = [(f"{n}/{copy}", event_of(n)) for n in range(self.events) for copy in range(chance.choice((1, 1, 2, 3)))]
        for at in range(len(sent)):  # a delivery is late by up to some hundred others
            other = min(len(sent) - 1, at + chance.randrange(300))
            sent[at], sent[other] = sent[other], sent[at]
        return sent


def event_of(number: int) -> Event:
    """Half of the events are orders, which change the ledger; half are questions."""
    at = Address("slack", "T1", f"C{number % CHANNELS}", thread=str(number))
    words = f"hold {number}" if number % 2 else f"what about {number}?"
    return Event(f"slack:T1:{at.channel}:{number}", at, Account("slack", "T1", f"U{number % PEOPLE}"), Said(words))


class SharedClock:
    """The storm's time, the same in every process of it."""

    def __init__(self, folder: Path) -> None:
        self._began = float((folder / "began").read_text())

    @property
    def seconds(self) -> float:
        return (time.time() - self._began) * FASTER

    def __call__(self) -> datetime:
        return datetime(2026, 11, 20, tzinfo=UTC) + timedelta(seconds=self.seconds)


class FilePlatform:
    """Posted messages as lines of a file: each is there once `os.write` has returned, whatever happens then."""

    def __init__(self, plan: Plan, clock: SharedClock) -> None:
        self._plan, self._clock = plan, clock
        self._file = os.open(plan.folder / "posted", os.O_APPEND | os.O_CREAT | os.O_WRONLY)
        self._chance = random.Random()

    async def post(self, letter: Letter) -> MessageRef:
        self._trouble()
        os.write(self._file, f"{letter.key}\n".encode())
        if self._chance.random() < 0.02:
            raise Unreachable("the answer was lost")
        return MessageRef(letter.to, letter.key)

    async def update(self, ref: MessageRef, letter: Letter) -> None:
        self._trouble()

    async def find(self, letter: Letter) -> MessageRef | NotThere | CannotAsk:
        if not self._plan.history:
            return CannotAsk()
        self._trouble()
        there = letter.key in (self._plan.folder / "posted").read_text().splitlines()
        return MessageRef(letter.to, letter.key) if there else NotThere()

    async def open_direct(self, account: Account) -> Address:
        return Address("slack", "T1", f"D{account.user}")

    async def draft(self, letter: Letter, ref: MessageRef | None) -> MessageRef:
        raise AssertionError("nothing is drafted in a storm")

    async def place(self, at: Address) -> PlaceFacts:
        return PlaceFacts("private", self._clock(), frozenset({"U1"}))

    async def account(self, account: Account) -> AccountFacts:
        return AccountFacts("member", self._clock())

    def _trouble(self) -> None:
        if DOWN_FROM < self._clock.seconds < DOWN_FROM + DOWN_FOR:
            raise Unreachable("connection refused", arrived=False)
        if self._chance.random() < 0.01:
            raise Throttled(5)


class Ledger:
    """A conversation whose orders leave a row each, so that they can be counted."""

    def is_order(self, words: str) -> bool:
        return words.startswith("hold")

    def answer(self, ask: Ask, _show: object) -> Reply:
        return Reply((Line(ask.text),))

    def carry_out(self, command: Command, session: Session) -> Outcome:
        session.execute(text("INSERT INTO storm_effects (key) VALUES (:key)"), {"key": command.key})
        return Outcome(Reply((Line(command.text),)))

    def draw(self, card: str, *, place: str | None, person: str | None) -> Reply | None:
        raise AssertionError("nothing is drawn in a storm")


async def live(plan: Plan) -> None:
    """Send what is not acknowledged, and work until all is done (or until killed)."""
    clock = SharedClock(plan.folder)
    platform = FilePlatform(plan, clock)
    middle = Middle(plan.url, clock=clock, platform=platform, script=Ledger(), pools=open_pools())  # type: ignore[arg-type]
    stop = asyncio.Event()
    worker = asyncio.create_task(middle.worker.run(stop))
    (plan.folder / f"at-work-{os.getpid()}").touch()
    await _send(plan, middle)
    while _unfinished(middle):
        await asyncio.sleep(0.2)
    stop.set()
    await worker
    (plan.folder / "finished").touch()


async def _send(plan: Plan, middle: Middle) -> None:
    acknowledged = set((plan.folder / "acknowledged").read_text().split())
    file = os.open(plan.folder / "acknowledged", os.O_APPEND | os.O_WRONLY)
    waiting = iter([one for one in plan.deliveries if one[0] not in acknowledged])

    async def sender() -> None:
        for name, event in waiting:
            accepted = await middle.inbox.accept(event)
            os.write(file, f"{name}\n".encode())
            number = getattr(accepted, "id", 0)
            if type(accepted).__name__ == "Accepted":
                await middle.worker.serve(number, event)

    await asyncio.gather(*(sender() for _ in range(40)))


def _unfinished(middle: Middle) -> bool:
    with middle.database.read() as session:
        waiting = session.scalar(text("SELECT count(*) FROM bot_events WHERE state = 'waiting'"))
        return bool(waiting or session.scalar(text("SELECT count(*) FROM bot_outbox WHERE state = 'open'")))


def main(words: list[str]) -> None:
    url, folder, events, history, seed = words
    asyncio.run(live(Plan(url, Path(folder), int(events), history == "history", int(seed))))


if __name__ == "__main__":
    main(sys.argv[1:])
