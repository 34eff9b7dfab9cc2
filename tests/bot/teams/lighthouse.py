"""The whole product behind the stand-in of Teams: real records, real ledger, real middle, real door."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from bot.messaging.model import Account
from bot.messaging.store_links import Link, save_link
from bot.settings import Settings
from bot.wiring import Installation, open_installation, open_rooms
from bot.wiring_chat import chat_doors
from tests.bot.conformance.teams import action, nodes, read_aloud
from tests.stand_ins.teams.people import PATH, Client
from tests.stand_ins.teams.service import TEAM, TENANT, Person, TeamsService, card_of, teams_running

Json = dict[str, Any]

GROUP = "19:beam@thread.v2"
CHANNEL = "19:lights@thread.tacv2"
VENDOR = "19:vendor@thread.tacv2"
PEOPLE = ("ada.moss", "bo.lind", "cy.park", "di.roth", "ed.vale")
STRANGER = "new.person"


@dataclass
class Lighthouse:
    """Everything at work. `pass_` moves the clock that leases and the coalescing of updates go by."""

    teams: TeamsService
    client: Client
    here: Installation
    ahead: list[timedelta] = field(default_factory=lambda: [timedelta()])

    def pass_(self, seconds: float) -> None:
        self.ahead[0] += timedelta(seconds=seconds)

    async def until(self, happened: Callable[[], object], *, what: str = "") -> None:
        """Waits for something to be seen in Teams."""
        for _ in range(6_000):  # a minute and more: a loaded machine is no failure
            if happened():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"it did not happen: {what}\n{self.transcript()}")

    def posted(self, place: str) -> list[tuple[str, Json]]:
        """Messages there with their ids, oldest first."""
        return list(self.teams.conversations[place].messages.items())

    def said(self, place: str) -> str:
        return "\n".join(read_aloud(card_of(message)) for _, message in self.posted(place))

    def alone(self, user: str) -> str:
        return self.said(f"a:{user}")

    def card(self, place: str, label: str) -> tuple[str, Json]:
        """Id and data of the newest button of this label there."""
        for id, message in reversed(self.posted(place)):
            if any(one.get("title") == label for one in nodes(card_of(message))):
                data: Json = action(card_of(message), label)["data"]
                return id, data
        raise AssertionError(f"no {label!r} in {place}\n{self.transcript()}")

    async def press(self, user: str, place: str, label: str, **typed: str) -> Json:
        """Presses the newest button of this label; the card that the response shows, or its message."""
        id, data = self.card(place, label)
        answer = await self.client.presses(user, place, id, data, **typed)
        assert answer.status_code == 200, answer.text
        response: Json = answer.json()
        assert response["statusCode"] == 200
        return response

    def transcript(self) -> str:
        shown = [f"--- {name}\n{self.said(name)}" for name, c in self.teams.conversations.items() if c.messages]
        return "\n".join([*shown, f"refused {self.teams.refused}"])


def tenant() -> TeamsService:
    teams = TeamsService()
    teams.add(*(Person(user, user.replace(".", " ").title()) for user in (*PEOPLE, STRANGER)))
    teams.add(Person("vendor", "Vendor Person", tenant="another-tenant"))
    teams.place(GROUP, "groupChat", "ada.moss", "bo.lind", "ed.vale")
    teams.place(TEAM, "channel", *PEOPLE, STRANGER)
    teams.place(CHANNEL, "channel", *PEOPLE, STRANGER)
    teams.place(VENDOR, "channel", "ada.moss", "vendor")
    teams.channels = {
        TEAM: {"name": None},
        CHANNEL: {"name": "lights", "type": "standard"},
        VENDOR: {"name": "vendor", "type": "shared"},
    }
    for user in (*PEOPLE, STRANGER):
        teams.personal(user)
    return teams


@asynccontextmanager
async def lighthouse_at_work(home: Path) -> AsyncIterator[Lighthouse]:
    """The installation in `home`, connected in local mode to a tenant whose people are linked."""
    async with AsyncExitStack() as stack:
        teams = await stack.enter_async_context(teams_running(tenant()))
        settings = Settings(home=home, teams_local=True, teams_tenant_id=TENANT, teams_app_id="")
        ahead = [timedelta()]
        here = replace(open_installation(settings), clock=lambda: datetime.now(UTC) + ahead[0])
        link_everybody(here)
        rooms = stack.enter_context(open_rooms(here))
        doors = await stack.enter_async_context(chat_doors(here, rooms)())
        door = httpx.AsyncClient(transport=httpx.ASGITransport(doors[PATH]), base_url="http://gates")
        await stack.enter_async_context(door)
        yield Lighthouse(teams, Client(teams, door), here, ahead)


def link_everybody(here: Installation) -> None:
    now = here.clock()
    with here.database.write() as session:
        for user in PEOPLE:
            save_link(session, Link(Account("teams", TENANT, user), user, "ed.vale", now, "bo.lind", now))
