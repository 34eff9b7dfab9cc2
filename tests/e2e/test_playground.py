"""Conversations of Teams against Microsoft's Agents Playground, which draws and sends as Teams does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
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
from tests.e2e.playground import GROUP, PERSONAL, TENANT, Playground, installed, playing

pytestmark = pytest.mark.e2e

PEOPLE = ("Ada Moss", "Bo Lind", "Cy Park", "Di Roth", "Ed Vale", "New Person")

Story = Callable[[Playground], Coroutine[None, None, None]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    with pytest.MonkeyPatch.context() as patched:
        house = House.build(tmp_path_factory.mktemp("lighthouse-e2e"), models, patched)
        house.write(LIGHTHOUSE)
        house.sync()
    return house.home


def play(home: Path, folder: Path, story: Story) -> None:
    program = installed()
    if program is None:
        pytest.skip("there is no npm here")

    async def run() -> None:
        async with AsyncExitStack() as stack:
            endpoint = await stack.enter_async_context(serving(home))
            made = await stack.enter_async_context(playing(program, folder, endpoint=endpoint, people=PEOPLE))
            await story(made)

    asyncio.run(run())


@asynccontextmanager
async def serving(home: Path) -> AsyncIterator[str]:
    """Our door on loopback in local mode, people linked."""
    settings = Settings(home=home, teams_local=True, teams_tenant_id=TENANT, teams_app_id="")
    here = open_installation(settings)
    now = here.clock()
    with here.database.write() as session:
        for name in PEOPLE[:5]:
            person = name.lower().replace(" ", ".")
            save_link(session, Link(Account("teams", TENANT, person), person, "ed.vale", now, "bo.lind", now))
    async with AsyncExitStack() as stack:
        rooms = stack.enter_context(open_rooms(here))
        doors = await stack.enter_async_context(chat_doors(here, rooms)())
        bound = stack.enter_context(listen("127.0.0.1", 0))
        config = uvicorn.Config(doors["/api/messages"], log_config=None, access_log=False, lifespan="off")
        running = uvicorn.Server(config)
        task = asyncio.create_task(running.serve(sockets=[bound]))
        while not running.started:
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/api/messages"
        running.should_exit = True
        await task


def test_a_question_in_the_personal_chat_is_answered_with_a_card(built: Path, tmp_path: Path) -> None:
    async def story(on: Playground) -> None:
        await on.says(PERSONAL, "what is blocking the launch of beam?")
        await on.until(lambda told: "Risk owner signs" in told and "AdaptiveCard" in told, what="the answer")

    play(built, tmp_path, story)


def test_a_mention_in_a_group_chat_is_answered_for_its_readers(built: Path, tmp_path: Path) -> None:
    async def story(on: Playground) -> None:
        await on.says(GROUP, "status of beam?", mention=True)
        await on.until(lambda told: "AdaptiveCard" in told, what="the answer")

    play(built, tmp_path, story)


def test_a_gate_is_submitted_by_a_card_that_changes_in_place(built: Path, tmp_path: Path) -> None:
    async def story(on: Playground) -> None:
        await on.says(PERSONAL, "submit beam launch")
        await on.until(lambda told: "Action.Execute" in told and "Open" in told, what="the way to the form")
        await on.presses("Open")
        await on.until(lambda told: "Input.Text" in told, what="the form in the place of the card")
        await on.presses("Ask for sign-off")
        await on.until(lambda told: "Launch is submitted" in told, what="the receipt")

    play(built, tmp_path, story)
