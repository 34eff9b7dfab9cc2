"""The middle on a database of its own, between a platform kept in memory and a scripted conversation."""

from __future__ import annotations

import asyncio
import itertools
import os
import uuid
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from bot.chat import Ask, Button, Buttons, Command, Line, Outcome, Reply
from bot.database import Session, durable, migrate, open_database
from bot.delivery.cards import Cards
from bot.delivery.inbox import Inbox
from bot.delivery.outbox import Outbox
from bot.delivery.turn import Turns
from bot.delivery.worker import Office, Worker
from bot.messaging.model import (
    Acceptance,
    Accepted,
    Account,
    AccountFacts,
    Address,
    CannotAsk,
    Event,
    Letter,
    MessageRef,
    NotThere,
    Payload,
    PlaceFacts,
    Responder,
    Said,
)
from bot.messaging.store_links import Link, save_link
from bot.people.places import Places
from bot.process.pools import Pools, open_pools
from gates.model import Channel, Person, Programme

POSTGRES = os.environ.get("GATEHOUSE_TEST_POSTGRES_URL", "postgresql+psycopg://127.0.0.1:5432/test")
BEGAN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CHANNEL = Address("slack", "T1", "C1")
INES, OMAR, GUEST = (Account("slack", "T1", user) for user in ("U-INES", "U-OMAR", "U-GUEST"))
Result = TypeVar("Result")

PROGRAMME = Programme(
    "Halden",
    people={
        "ines": Person("ines", "Ines Duarte", email="ines@halden.example", groups=("retention",)),
        "omar": Person("omar", "Omar Haddad", email="omar@halden.example"),
        "helena": Person("helena", "Helena Koch"),
    },
    roles={"administrator": ("helena",)},
    channels={"#churn": Channel("#churn", "C1", "private", ("ines", "omar"))},
)


@contextmanager
def database_on(engine: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database: a file, or a schema of its own on the test server."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'gatehouse.db'}"
        return
    schema, server = f"middle_{uuid.uuid4().hex[:12]}", create_engine(POSTGRES, connect_args={"connect_timeout": 2})
    try:
        with server.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
    except OperationalError as error:
        pytest.skip(f"no PostgreSQL to test on: {str(error.orig).splitlines()[0]}")
    yield f"{POSTGRES}{'&' if '?' in POSTGRES else '?'}options=-csearch_path%3D{schema}"
    with server.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    server.dispose()


class Clock:
    """Time that passes when told."""

    def __init__(self) -> None:
        self.now = BEGAN

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Posted:
    """A message as it stands on the platform."""

    ref: MessageRef
    letter: Letter
    edits: int = 0

    @property
    def said(self) -> str:
        return said(self.letter.reply)


class Platform:
    """A chat platform: keeps messages, fails when told, tells who reads where."""

    def __init__(self, clock: Clock, *, history: bool = True) -> None:
        self.clock = clock
        self.history = history
        self.messages: dict[str, Posted] = {}
        self.fails: list[Exception] = []
        self.after: list[BaseException] = []
        self.unfindable: list[Exception] = []
        self.members: frozenset[str] | None = frozenset({INES.user, OMAR.user})
        self.kind = "private"
        self.accounts = {GUEST.user: "guest"}
        self.emails = {INES.user: "ines@halden.example"}
        self.asked = 0
        self._ids = itertools.count(1)

    async def post(self, letter: Letter) -> MessageRef:
        if self.fails:
            raise self.fails.pop(0)
        ref = MessageRef(letter.to, f"m{next(self._ids)}")
        self.messages[ref.id] = Posted(ref, letter)
        if self.after:
            raise self.after.pop(0)
        return ref

    async def update(self, ref: MessageRef, letter: Letter) -> None:
        if self.fails:
            raise self.fails.pop(0)
        posted = self.messages[ref.id]
        posted.letter, posted.edits = letter, posted.edits + 1

    async def find(self, letter: Letter) -> MessageRef | NotThere | CannotAsk:
        if self.unfindable:
            raise self.unfindable.pop(0)
        if not self.history:
            return CannotAsk()
        return next((p.ref for p in self.messages.values() if p.letter.key == letter.key), NotThere())

    async def open_direct(self, account: Account) -> Address:
        return Address("slack", account.workspace, f"D-{account.user}")

    async def draft(self, letter: Letter, ref: MessageRef | None) -> MessageRef:
        if ref is None:
            return await self.post(letter)
        await self.update(ref, letter)
        return ref

    async def place(self, at: Address) -> PlaceFacts:
        self.asked += 1
        if at.channel.startswith("D-"):
            return PlaceFacts("direct", self.clock(), frozenset({at.channel.removeprefix("D-")}))
        return PlaceFacts(self.kind, self.clock(), self.members, "#churn")  # type: ignore[arg-type]

    async def account(self, account: Account) -> AccountFacts:
        email = self.emails.get(account.user, "")
        return AccountFacts(self.accounts.get(account.user, "member"), self.clock(), email)  # type: ignore[arg-type]

    def in_(self, at: Address = CHANNEL) -> list[Posted]:
        return [p for p in self.messages.values() if p.ref.at.channel == at.channel]

    def alone(self, account: Account) -> list[Posted]:
        return self.in_(Address("slack", "T1", f"D-{account.user}"))


@dataclass
class Script:
    """A conversation that answers as the test says and keeps what it was given."""

    asks: list[Ask] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    answer_with: Callable[[Ask, Callable[[Reply], None]], Reply] = lambda ask, _: reply(f"about {ask.text}")
    outcome: Callable[[Command, Session], Outcome] = lambda command, _: Outcome(reply(f"did {command.text}"))
    cards: Callable[[str, str | None, str | None], Reply | None] = lambda card, _place, _person: reply(f"now {card}")

    def is_order(self, text: str) -> bool:
        return text.split()[0] in ("hold", "lift", "submit", "link")

    def answer(self, ask: Ask, show: Callable[[Reply], None]) -> Reply:
        self.asks.append(ask)
        return self.answer_with(ask, show)

    def carry_out(self, command: Command, session: Session) -> Outcome:
        self.commands.append(command)
        return self.outcome(command, session)

    def draw(self, card: str, *, place: str | None, person: str | None) -> Reply | None:
        return self.cards(card, place, person)


class Middle:
    """Inbox, turns, outbox and cards of one process."""

    def __init__(self, url: str, *, clock: Clock, platform: Platform, script: Script, pools: Pools) -> None:
        self.database = open_database(url)
        migrate(self.database)
        self.clock, self.platform, self.script = clock, platform, script
        self.disk = durable(self.database)
        common = {"pool": pools["background"], "clock": clock}
        self.inbox = Inbox(self.disk, pool=pools["door"], clock=clock)
        self.places = Places(self.database, {"slack": platform}, **common)  # type: ignore[arg-type]
        self.outbox = Outbox(self.disk, {"slack": platform}, jitter=lambda: 0.5, **common)  # type: ignore[arg-type]
        self.cards = Cards(
            self.disk, {"slack": platform}, draw=script.draw, places=self.places, programme=lambda: PROGRAMME, **common
        )  # type: ignore[arg-type]
        self.turns = Turns(self.disk, script, lambda: PROGRAMME, clock, {"slack": "T1"}, sleep=lambda _: None)
        self.worker = Worker(
            Office(
                self.disk, self.turns, self.outbox, self.cards, self.places, pools, {"slack": platform}, clock, _at_once
            )
        )

    async def take(self, event: Event, respond: Responder | None = None) -> Acceptance:
        """As a platform's door does: accept, then have the turn taken, then let messages out."""
        accepted = await self.inbox.accept(event)
        if isinstance(accepted, Accepted):
            await self.worker.serve(accepted.id, event, respond)
            await self.settle()
        return accepted

    async def settle(self) -> None:
        """Deliver what is due now."""
        while (await self.outbox.deliver()).sent:
            pass

    def link(self, account: Account, person: str) -> None:
        with self.database.write() as session:
            save_link(session, Link(account, person, "helena", BEGAN, "helena", BEGAN))

    def close(self) -> None:
        self.database.engine.dispose()
        self.disk.engine.dispose()


async def _at_once(_seconds: float) -> None:
    await asyncio.sleep(0)


@pytest.fixture(params=["sqlite", "postgresql"])
def middle(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Middle]:
    """A fresh middle on each engine, with Ines and Omar linked."""
    clock, pools = Clock(), open_pools()
    with database_on(request.param, tmp_path) as url:
        made = Middle(url, clock=clock, platform=Platform(clock), script=Script(), pools=pools)
        made.link(INES, "ines")
        made.link(OMAR, "omar")
        yield made
        made.close()
    pools.close()


def again(middle: Middle, *, script: Script | None = None) -> Middle:
    """Another process on the same database and platform: a restart, or a replica."""
    url = middle.database.engine.url.render_as_string(hide_password=False)
    return Middle(url, clock=middle.clock, platform=middle.platform, script=script or middle.script, pools=open_pools())


def said(reply: Reply) -> str:
    return " ".join(part.text for part in reply.parts if isinstance(part, Line))


def reply(*lines: str, private: str = "", buttons: tuple[str, ...] = ()) -> Reply:
    pressed = (Buttons(tuple(Button(command, command) for command in buttons)),) if buttons else ()
    return Reply((*map(Line, lines), *pressed), (Line(private),) if private else ())


def mention(words: str, *, by: Account = INES, ts: str = "1", thread: str | None = None, **more: Any) -> Event:
    at = replace(CHANNEL, thread=ts if thread is None else thread)
    return Event(f"slack:T1:C1:{ts}", at, by, Said(words), **more)


def act(payload: Payload, *, by: Account = INES, trigger: str = "t1") -> Event:
    return Event(f"slack:{trigger}", CHANNEL, by, payload)


def run(story: Coroutine[Any, Any, Result]) -> Result:
    return asyncio.run(story)


def crash(middle: Middle) -> None:
    """What a process was doing is broken off; leases run out after a minute."""
    with suppress(RuntimeError):
        middle.clock.pass_(seconds=61)
