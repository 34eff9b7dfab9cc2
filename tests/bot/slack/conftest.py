"""A workspace with people and channels for the tests of the Slack door."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

import httpx
import pytest

from bot.chat import Form, Reply
from bot.messaging.model import Acceptance, Accepted, Account, Address, Duplicate, Event, Responder
from bot.platforms.pace import Pace
from bot.platforms.slack.app import USUAL, slack_app, slack_asgi, socket_mode
from bot.platforms.slack.door import SlackDoor
from bot.platforms.slack.web_api import SlackApi, open_slack_api
from tests.stand_ins.slack.people import Client
from tests.stand_ins.slack.sender import HttpLine, Sender, SocketLine
from tests.stand_ins.slack.server import SlackServer, slack_running
from tests.stand_ins.slack.workspace import BOT, Workspace

CHANNEL = "C1"
PRIVATE = "C2"
SHARED = "C3"


@dataclass
class Desk:
    """What stands behind the door here: it keeps events and shows the answers it was given, after `delay` seconds."""

    answers: dict[str, Reply | Form] = field(default_factory=dict)
    delay: float = 0.0
    events: list[Event] = field(default_factory=list)
    shown: list[bool] = field(default_factory=list)
    changed: list[Address | Account] = field(default_factory=list)
    turned_away: int = 0
    broken: bool = False
    _seen: dict[str, int] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _ids: count[int] = field(default_factory=lambda: count(1))

    async def accept(self, event: Event, respond: Responder) -> Acceptance:
        if self.broken:
            raise OSError("no disk")
        if event.key in self._seen:
            return Duplicate(self._seen[event.key])
        self._seen[event.key] = next(self._ids)
        self.events.append(event)
        task = asyncio.create_task(self._work(event, respond))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return Accepted(self._seen[event.key])

    async def _work(self, event: Event, respond: Responder) -> None:
        await asyncio.sleep(self.delay)
        payload = event.payload
        answer = self.answers.get(getattr(payload, "text", "") or getattr(payload, "token", ""))
        if answer is not None:
            self.shown.append(await respond(answer, Tokens()))

    async def settle(self) -> None:
        """Until nothing is being worked on."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def place_changed(self, at: Address) -> None:
        self.changed.append(at)

    async def account_changed(self, account: Account) -> None:
        self.changed.append(account)

    async def workspace_changed(self, at: Address) -> None:
        self.changed.append(at)

    async def is_first(self, nonce: str) -> bool:  # noqa: ARG002
        return True

    async def too_fast(self, event: Event) -> None:  # noqa: ARG002
        self.turned_away += 1

    async def search(self, account: Account, text: str) -> Sequence[tuple[str, str]]:  # noqa: ARG002
        return [("churn-uplift: Production readiness", "churn-uplift production")] if text in "churn-uplift" else []


class Tokens(dict[str, str]):
    """Every command's token is the command itself, here."""

    def __missing__(self, command: str) -> str:
        return command

    def get(self, command: str, default: str = "") -> str:  # type: ignore[override]
        return command or default


@dataclass
class Stage:
    """The stand-in with the door behind it."""

    server: SlackServer
    client: Client
    desk: Desk
    api: SlackApi
    door: httpx.AsyncClient

    @property
    def slack(self) -> Workspace:
        return self.server.slack


def acme(clock: Callable[[], float] = time.time) -> Workspace:
    """A workspace with three signers, a guest, somebody who left, and somebody of another company."""
    slack = Workspace(clock)
    slack.add_user(BOT, "gatehouse", bot=True)
    for user, name in (("U1", "Ines Duarte"), ("U2", "Tomas Weber"), ("U3", "Aiko Sato"), ("U4", "Maya Lindqvist")):
        slack.add_user(user, name)
    slack.add_user("U7", "Guest Guesty", restricted=True)
    slack.add_user("U8", "Gone Person", deactivated=True)
    slack.add_user("U9", "Other Company", team="T2")
    slack.add_channel(CHANNEL, "ai-gates", [BOT, "U1", "U2", "U3", "U4"])
    slack.add_channel(PRIVATE, "churn-core", [BOT, "U1", "U2"], kind="private")
    slack.add_channel(SHARED, "with-vendor", [BOT, "U1", "U9"], shared=True)
    for user in ("U1", "U2", "U3", "U4"):
        slack.direct(user)
    return slack


@asynccontextmanager
async def stage(
    *,
    socket: bool = False,
    patience: float = 3.0,
    person: Pace | None = None,
    channel: Pace | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncIterator[Stage]:
    """Everything running: events by HTTP or through Socket Mode."""
    slack, desk = acme(), Desk()
    async with slack_running(slack) as server, open_slack_api(slack.bot_token, url=f"{server.url}/api") as api:
        app = slack_app(
            SlackDoor(api, desk, person=person, channel=channel, clock=clock), signing_secret=slack.signing_secret
        )
        transport = httpx.ASGITransport(slack_asgi(app))
        async with httpx.AsyncClient(transport=transport, base_url="http://gatehouse.example.org") as door:
            line = SocketLine(server) if socket else HttpLine(slack, poster(door), time.time)
            made = Stage(server, Client(server, Sender(line, patience=patience)), desk, api, door)
            if not socket:
                yield made
                return
            async with socket_mode(app, api, token=slack.app_token):
                while len(server.sockets) < USUAL:
                    await asyncio.sleep(0.01)
                yield made


def poster(door: httpx.AsyncClient) -> Callable[[str, bytes, dict[str, str]], object]:
    async def post(path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        answer = await door.post(path, content=body, headers=headers)
        return answer.status_code, answer.content

    return post


@pytest.fixture(params=["http", "socket"])
def by_socket(request: pytest.FixtureRequest) -> bool:
    """Both ways in which Slack delivers."""
    return bool(request.param == "socket")
