"""The whole product behind the Playground: real records, real ledger, real door in local mode."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn

from bot.messaging.model import Account
from bot.messaging.store_links import Link, save_link
from bot.platforms.web.serve import listen
from bot.settings import Settings
from bot.wiring import open_installation, open_rooms
from bot.wiring_chat import chat_doors
from tests.bot.front_door import House
from tests.bot.signing import LIGHTHOUSE
from tests.e2e.playground import CHANNEL, TENANT, Playground, installed, person_of, playing

PEOPLE = ("Ada Moss", "Bo Lind", "Cy Park", "Di Roth", "Ed Vale", "New Person")
"""The last one is in the tenant and not in the programme. The Playground wants six."""

Pass = Callable[[float], None]
Story = Callable[[Playground, Pass], Coroutine[None, None, None]]
Play = Callable[[Story], None]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    """Lighthouse with both risk owners to sign, so that with the sponsor it takes three people."""
    with pytest.MonkeyPatch.context() as patched:
        house = House.build(tmp_path_factory.mktemp("lighthouse-e2e"), models, patched)
        text = {name: said.replace("id: C1", f'id: "{CHANNEL}"') for name, said in LIGHTHOUSE.items()}
        project = "projects/beam/project.yaml"
        text[project] = text[project].replace("role: model_risk_owner, quorum: 1", "role: model_risk_owner, quorum: 2")
        house.write(text)
        house.sync()
    return house.home


@pytest.fixture
def play(built: Path, tmp_path: Path) -> Play:
    """Plays a story; at its end nothing may have been refused on either side."""
    programs = installed()
    if programs is None:
        pytest.skip("npm is not there or cannot install Microsoft's Agents Playground")
    home = tmp_path / "home"
    shutil.copytree(built, home, symlinks=True)

    def run(story: Story) -> None:
        async def whole() -> None:
            async with AsyncExitStack() as stack:
                door, pass_ = await stack.enter_async_context(_serving(home))
                on = await stack.enter_async_context(playing(programs, tmp_path, door=door, people=PEOPLE))
                await story(on, pass_)
                assert on.relay.failed == []

        asyncio.run(whole())

    return run


@asynccontextmanager
async def _serving(home: Path) -> AsyncIterator[tuple[str, Pass]]:
    """Our door on loopback, people linked; and the hand that moves the clock by which updates are coalesced."""
    ahead = [timedelta()]
    settings = Settings(home=home, teams_local=True, teams_tenant_id=TENANT, teams_app_id="")
    here = replace(open_installation(settings), clock=lambda: datetime.now(UTC) + ahead[0])
    now = here.clock()
    with here.database.write() as session:
        for person in map(person_of, PEOPLE[:5]):
            save_link(session, Link(Account("teams", TENANT, person), person, "ed.vale", now, "bo.lind", now))

    def pass_(seconds: float) -> None:
        ahead[0] += timedelta(seconds=seconds)

    async with AsyncExitStack() as stack:
        rooms = stack.enter_context(open_rooms(here))
        doors = await stack.enter_async_context(chat_doors(here, rooms)())
        bound = stack.enter_context(listen("127.0.0.1", 0))
        config = uvicorn.Config(doors["/api/messages"], log_config=None, access_log=False, lifespan="off")
        running = uvicorn.Server(config)
        task = asyncio.create_task(running.serve(sockets=[bound]))
        while not running.started:
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/api/messages", pass_
        running.should_exit = True
        await task
