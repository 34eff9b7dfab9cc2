"""A tenant with people and channels for the tests of the Teams door."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import httpx

from bot.chat import Form, Reply
from bot.messaging.model import Acceptance, Accepted, Account, Address, Duplicate, Event, Responder
from bot.platforms.connected import Connected
from bot.platforms.teams.connection import TeamsApp, connect_teams
from tests.stand_ins.teams.people import Client
from tests.stand_ins.teams.service import APP, SERVICE, TEAM, TENANT, TOKEN, Person, TeamsService

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
CHANNEL = "19:gates@thread.tacv2"
PRIVATE = "19:core@thread.tacv2"
SHARED = "19:vendor@thread.tacv2"
GROUP = "19:group@thread.v2"


class Tokens(dict[str, str]):
    """Every command's token is the command itself, here."""

    def get(self, command: str, default: str = "") -> str:  # type: ignore[override]
        return command or default


@dataclass
class Desk:
    """What stands behind the door here: it keeps events and shows the answers it was given, after `delay` seconds."""

    answers: dict[str, Reply | Form] = field(default_factory=dict)
    delay: float = 0.0
    events: list[Event] = field(default_factory=list)
    shown: list[bool] = field(default_factory=list)
    changed: list[Address] = field(default_factory=list)
    references: dict[str, Mapping[str, str]] = field(default_factory=dict)
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
        answer = self.answers.get(getattr(event.payload, "text", "") or getattr(event.payload, "token", ""))
        if answer is not None:
            self.shown.append(await respond(answer, Tokens()))

    async def settle(self) -> None:
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def met(self, at: Address, reference: Mapping[str, str]) -> None:
        self.references[at.place] = reference

    async def place_changed(self, at: Address) -> None:
        self.changed.append(at)

    async def workspace_changed(self, at: Address) -> None:
        self.changed.append(at)

    async def too_fast(self, event: Event) -> None:  # noqa: ARG002
        self.turned_away += 1

    async def search(self, account: Account, text: str) -> Sequence[tuple[str, str]]:  # noqa: ARG002
        return [("churn-uplift: Production readiness", "churn-uplift production")] if text in "churn-uplift" else []

    async def view(self, account: Account, card: str) -> tuple[Reply, Mapping[str, str]] | None:  # noqa: ARG002
        return None

    async def search_documents(self, account: Account, text: str) -> Sequence[tuple[str, str]]:  # noqa: ARG002
        return []


@dataclass
class Stage:
    """The stand-in with the door behind it. `pass_` moves the clock that keys grow old by."""

    teams: TeamsService
    client: Client
    desk: Desk
    connected: Connected
    door: httpx.AsyncClient
    ahead: list[timedelta]

    def pass_(self, time: timedelta) -> None:
        self.ahead[0] += time


def acme() -> TeamsService:
    """A tenant with signers, a guest and somebody of another company."""
    teams = TeamsService()
    teams.add(
        Person("ines", "Ines Duarte", email="ines@acme.example"),
        Person("tomas", "Tomas Weber"),
        Person("aiko", "Aiko Sato"),
        Person("guest", "Guest Guesty", role="guest"),
        Person("other", "Other Company", tenant="another-tenant"),
    )
    teams.place(TEAM, "channel", "ines", "tomas", "aiko")
    for channel in (CHANNEL, PRIVATE, SHARED):
        teams.place(channel, "channel", "ines", "tomas", "aiko")
    teams.channels = {
        TEAM: {"name": None},
        CHANNEL: {"name": "ai-gates", "type": "standard"},
        PRIVATE: {"name": "core", "type": "private"},
        SHARED: {"name": "vendor", "type": "shared"},
    }
    teams.place(GROUP, "groupChat", "ines", "tomas", "aiko")
    for user in ("ines", "tomas", "aiko"):
        teams.personal(user)
    return teams


async def app_token() -> str:
    return TOKEN


@asynccontextmanager
async def stage(*, app: TeamsApp | None = None, host: str = "0.0.0.0") -> AsyncIterator[Stage]:
    """Everything running; Microsoft's addresses lead to the stand-in."""
    teams, desk, ahead = acme(), Desk(), [timedelta()]
    set_up = app or TeamsApp(APP, "secret", TENANT, service=SERVICE)

    async def look(at: Address) -> Mapping[str, str]:
        return desk.references.get(at.place, {})

    async with (
        connect_teams(
            set_up,
            host=host,
            clock=lambda: NOW + ahead[0],
            look=look,
            page="https://gates.example.org",
            transport=httpx.ASGITransport(teams.app()),
            token=app_token,
        ) as connected,
        connected.open_door(desk) as serve,
    ):  # type: ignore[arg-type]
        transport = httpx.ASGITransport(serve)
        async with httpx.AsyncClient(transport=transport, base_url="https://gates.example.org") as door:
            yield Stage(teams, Client(teams, door), desk, connected, door, ahead)
