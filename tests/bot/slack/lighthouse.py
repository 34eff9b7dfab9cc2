"""The whole product behind the stand-in: real records, real ledger, real middle, real door."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from bot.messaging.model import Account
from bot.messaging.store_links import Link, save_link
from bot.settings import Settings
from bot.wiring import Installation, open_installation, open_rooms
from bot.wiring_chat import chat_doors
from tests.bot.slack.conftest import poster
from tests.stand_ins.slack.people import Client, labels, read_aloud
from tests.stand_ins.slack.sender import HttpLine, Sender, SocketLine
from tests.stand_ins.slack.server import SlackServer, slack_running
from tests.stand_ins.slack.workspace import BOT, TEAM, Json, Workspace

BEAM = "C1"
OPEN = "C2"
VENDOR = "C3"
PEOPLE = {"UADA": "ada.moss", "UBO": "bo.lind", "UCY": "cy.park", "UDI": "di.roth", "UED": "ed.vale"}
STRANGER = "UNEW"


@dataclass
class Lighthouse:
    """Everything at work. `pass_` moves the clock that leases and the coalescing of updates go by."""

    server: SlackServer
    client: Client
    here: Installation
    ahead: list[timedelta] = field(default_factory=lambda: [timedelta()])

    @property
    def slack(self) -> Workspace:
        return self.server.slack

    def pass_(self, seconds: float) -> None:
        self.ahead[0] += timedelta(seconds=seconds)

    async def until(self, happened: Callable[[], object], *, what: str = "") -> None:
        """Waits for something to be seen in Slack."""
        for _ in range(1_000):
            if happened():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"it did not happen: {what}\n{self.transcript()}")

    def said(self, channel: str) -> str:
        """All the bot has said there."""
        return "\n".join(read_aloud(message.get("blocks", [])) for message in self.slack.posted(channel))

    def alone(self, user: str) -> str:
        return self.said(f"D{user}") if f"D{user}" in self.slack.channels else ""

    def card(self, channel: str, label: str) -> Json:
        """The newest message there that has this button."""
        return next(m for m in reversed(self.slack.posted(channel)) if label in labels(m))

    def screen(self, user: str) -> str:
        view = self.client.view_of(user)
        return f"{view['title']['text']}\n{read_aloud(view['blocks'])}"

    def transcript(self) -> str:
        shown = [f"--- {name}\n{self.said(name)}" for name in self.slack.channels if self.slack.posted(name)]
        return "\n".join([*shown, f"refusals {self.slack.refusals}", f"ephemeral {self.slack.ephemeral}"])


def workspace() -> Workspace:
    slack = Workspace(time.time)
    slack.add_user(BOT, "gatehouse", bot=True)
    for user, person in PEOPLE.items():
        slack.add_user(user, person.replace(".", " ").title())
    slack.add_user(STRANGER, "New Person")
    slack.add_user("UOUT", "Vendor Person", team="T2")
    slack.add_channel(BEAM, "beam", [BOT, "UADA", "UBO", "UED"], kind="private")
    slack.add_channel(OPEN, "general", [BOT, *PEOPLE, STRANGER])
    slack.add_channel(VENDOR, "with-vendor", [BOT, "UADA", "UOUT"], shared=True)
    for user in (*PEOPLE, STRANGER):
        slack.direct(user)
    return slack


@asynccontextmanager
async def lighthouse_at_work(home: Path, *, socket: bool = False, **more: object) -> AsyncIterator[Lighthouse]:
    """The installation in `home`, with `more` settings, connected to a workspace whose people are linked."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(slack_running(workspace()))
        slack = server.slack
        settings = Settings(
            home=home,
            slack_bot_token=slack.bot_token,
            slack_signing_secret=slack.signing_secret,
            slack_app_token=slack.app_token if socket else "",
            slack_api_url=f"{server.url}/api",
            **more,  # type: ignore[arg-type]
        )
        ahead = [timedelta()]
        here = replace(open_installation(settings), clock=lambda: datetime.now(UTC) + ahead[0])
        link_everybody(here)
        rooms = stack.enter_context(open_rooms(here))
        doors = await stack.enter_async_context(chat_doors(here, rooms)())
        door = httpx.AsyncClient(transport=httpx.ASGITransport(doors["/slack/events"]), base_url="http://gates")
        await stack.enter_async_context(door)
        while socket and not server.sockets:
            await asyncio.sleep(0.01)
        line = SocketLine(server) if socket else HttpLine(slack, poster(door), time.time)
        yield Lighthouse(server, Client(server, Sender(line)), here, ahead)


def link_everybody(here: Installation) -> None:
    now = here.clock()
    with here.database.write() as session:
        for user, person in PEOPLE.items():
            save_link(session, Link(Account("slack", TEAM, user), person, "ed.vale", now, "bo.lind", now))
