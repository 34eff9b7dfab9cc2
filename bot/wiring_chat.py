"""The composition root of the chat platforms: what is connected, with the middle between them and the rooms."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

from bot.chat import Reply
from bot.conversation.asking import Rooms
from bot.conversing import Conversing
from bot.database import Database, DatabaseError, durable
from bot.delivery.cards import Cards
from bot.delivery.inbox import Inbox
from bot.delivery.outbox import Outbox
from bot.delivery.reception import Reception
from bot.delivery.turn import Turns
from bot.delivery.worker import Office, Worker
from bot.messaging.model import Account, Address, Messenger, Platform
from bot.messaging.store_places import reference_of
from bot.people.places import Places, place_named
from bot.platforms.connected import Connected
from bot.platforms.doors import Asgi, OpenDoors
from bot.process.pools import Pools, open_pools
from bot.search import Search
from bot.viewing import Viewing
from bot.wiring import Installation
from bot.wiring_schedule import on_time
from bot.wiring_web import invitations
from gates.model import Programme

CHECKPOINT_EVERY_SECONDS = 5.0
EXPIRE_EVERY_SECONDS = 3600.0


@dataclass(frozen=True)
class _Middle:
    """What lies between the connected platforms and the rooms."""

    here: Installation
    rooms: Rooms
    connected: Sequence[Connected]
    pools: Pools
    disk: Database

    @property
    def workspaces(self) -> Mapping[Platform, str]:
        return {one.platform: one.workspace for one in self.connected}

    @property
    def messengers(self) -> Mapping[Platform, Messenger]:
        return {one.platform: one.messenger for one in self.connected}

    def programme(self) -> Programme | None:
        return self.rooms.ledger().programme

    def conversing(self) -> Conversing:
        here = self.here
        return Conversing(self.rooms, here.database.read, here.clock, here.audit_key(), self.resolve)

    def viewing(self, places: Places) -> Viewing:
        return Viewing(self.conversing(), self.disk, places, self.pools["background"], self.here.clock)

    def resolve(self, channel: str) -> str | None:
        return place_named(channel, programme=self.programme(), workspaces=self.workspaces)


def chat_doors(
    here: Installation, rooms: Rooms, *, connected_as: Callable[[Mapping[Platform, str]], object] = lambda _: None
) -> OpenDoors:
    """The doors of all platforms that this installation has tokens for; none at all is fine."""

    @asynccontextmanager
    async def open_doors() -> AsyncIterator[Mapping[str, Asgi]]:
        async with AsyncExitStack() as stack:
            pools = open_pools(here.way)
            stack.callback(pools.close)
            connected = [one async for one in _connections(here, pools, stack)]
            middle = _Middle(here, rooms, connected, pools, durable(here.database))
            connected_as(middle.workspaces)
            await stack.enter_async_context(_on_time(middle))
            if not connected:
                yield {}
                return
            reception = await stack.enter_async_context(_at_work(middle))
            yield {one.path: await stack.enter_async_context(one.open_door(reception)) for one in connected}

    return open_doors


async def _connections(here: Installation, pools: Pools, stack: AsyncExitStack) -> AsyncIterator[Connected]:
    settings = here.settings
    if settings.slack_bot_token.get_secret_value():
        from bot.platforms.slack.connection import SlackTokens, connect_slack

        tokens = SlackTokens(
            bot=settings.slack_bot_token.get_secret_value(),
            signing_secret=settings.slack_signing_secret.get_secret_value(),
            app=settings.slack_app_token.get_secret_value(),
            url=settings.slack_api_url,
        )
        yield await stack.enter_async_context(connect_slack(tokens, clock=here.clock, page=settings.public_url))
    if settings.teams_app_id or settings.teams_tenant_id or settings.teams_local:
        yield await stack.enter_async_context(_teams(here, pools))


def _teams(here: Installation, pools: Pools) -> AbstractAsyncContextManager[Connected]:
    """Teams, whose SDK is loaded only where it is set up."""
    from bot.platforms.teams.connection import TeamsApp, connect_teams

    settings = here.settings
    app = TeamsApp(
        app=settings.teams_app_id,
        password=settings.teams_app_password.get_secret_value(),
        tenant=settings.teams_tenant_id,
        local=settings.teams_local,
    )

    def kept(at: Address) -> Mapping[str, str]:
        with here.database.read() as session:
            return reference_of(session, at)

    async def look(at: Address) -> Mapping[str, str]:
        return await pools["background"].work(partial(kept, at))

    return connect_teams(app, host=settings.http_host, clock=here.clock, look=look, page=settings.public_url)


@asynccontextmanager
async def _at_work(middle: _Middle) -> AsyncIterator[Reception]:
    """The worker at work while the block lasts; at its end it finishes what it has begun."""
    places, worker = _worker(middle)
    inbox = Inbox(middle.disk, pool=middle.pools["door"], clock=middle.here.clock)
    search, pools = _search(middle), middle.pools

    async def gates(account: Account, text: str) -> Sequence[tuple[str, str]]:
        return await pools["sign_off"].run(partial(search.gates, account, text))

    async def documents(account: Account, text: str) -> Sequence[tuple[str, str]]:
        return await pools["question"].run(partial(search.documents, account, text))

    viewing = middle.viewing(places)

    async def views(account: Account, card: str) -> tuple[Reply, Mapping[str, str]] | None:
        return await pools["sign_off"].run(partial(viewing.view, account, card))

    reception = Reception(inbox, worker, places, search=gates, documents=documents, views=views)
    stop = asyncio.Event()
    tasks = [asyncio.create_task(work) for work in (worker.run(stop), _expire(worker, stop), _sign_heads(middle, stop))]
    try:
        yield reception
    finally:
        await reception.close()
        stop.set()
        await asyncio.gather(*tasks, return_exceptions=True)


def _on_time(middle: _Middle) -> AbstractAsyncContextManager[None]:
    """Digests and reminders, also where no platform is connected: they are kept for the web page then, or mailed."""
    return on_time(
        middle.here,
        middle.rooms,
        middle.conversing(),
        database=middle.disk,
        workspaces=middle.workspaces,
        pool=middle.pools["digest"],
    )


def _worker(middle: _Middle) -> tuple[Places, Worker]:
    here, background = middle.here, middle.pools["background"]
    conversing = middle.conversing()
    directories = {one.platform: one.directory for one in middle.connected}
    places = Places(here.database, directories, pool=background, clock=here.clock)
    viewed = middle.viewing(places).viewed
    outbox = Outbox(
        middle.disk, middle.messengers, pool=background, clock=here.clock, jitter=random.random, viewed=viewed
    )
    cards = Cards(
        middle.disk,
        middle.messengers,
        draw=conversing.draw,
        places=places,
        programme=middle.programme,
        pool=background,
        clock=here.clock,
        viewed=viewed,
    )
    ways = invitations(here, middle.programme)
    invite = ways.invite if ways else None
    turns = Turns(middle.disk, conversing, middle.programme, here.clock, middle.workspaces, invite=invite)
    office = Office(middle.disk, turns, outbox, cards, places, middle.pools, middle.messengers, here.clock)
    return places, Worker(office)


def _search(middle: _Middle) -> Search:
    here, rooms = middle.here, middle.rooms
    return Search(rooms.ledger, rooms.documents.search, here.database, here.clock)


async def _sign_heads(middle: _Middle, stop: asyncio.Event) -> None:
    """The head of the audit log goes into the checkpoint file soon after what moved it was committed."""
    here = middle.here
    note = partial(here.checkpoints().note_head, here.database)
    while not stop.is_set():
        try:
            await middle.pools["background"].run(note)
        except (OSError, DatabaseError):
            logging.getLogger(__name__).exception("the head of the audit log could not be signed; it is tried again")
        with suppress(TimeoutError):
            async with asyncio.timeout(CHECKPOINT_EVERY_SECONDS):
                await stop.wait()


async def _expire(worker: Worker, stop: asyncio.Event) -> None:
    """Texts and signatures that are too old go, once an hour."""
    while not stop.is_set():
        await worker.expire()
        with suppress(TimeoutError):
            async with asyncio.timeout(EXPIRE_EVERY_SECONDS):
                await stop.wait()
