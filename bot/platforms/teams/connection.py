"""One Teams tenant connected: the app's credentials, what is believed, and the door at its path."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import httpx

from bot.delivery.reception import Reception
from bot.platforms.connected import Connected
from bot.platforms.doors import Asgi
from bot.platforms.pace import Pace
from bot.platforms.teams.app import TeamsAdapter, app_token, teams_asgi
from bot.platforms.teams.connector import DEFAULT_SERVICE, Connector, Token
from bot.platforms.teams.door import TeamsDoor
from bot.platforms.teams.membership import TeamsDirectory
from bot.platforms.teams.messenger import TeamsMessenger
from bot.platforms.teams.met import Look, Met
from bot.platforms.teams.trust import LOOPBACK, METADATA, Keys, Trust

PATH = "/api/messages"

PERSON_BURST, PERSON_PER_SECOND = 20, 0.5
CHANNEL_BURST, CHANNEL_PER_SECOND = 100, 5.0
"""As for Slack."""


class TeamsError(Exception):
    """Teams cannot be connected as it is set up; the message says what to set."""


@dataclass(frozen=True)
class TeamsApp:
    """What an installation has of Teams. `local` serves a test client on loopback, without proof of who asks."""

    app: str
    password: str
    tenant: str
    local: bool = False
    metadata: str = METADATA
    service: str = DEFAULT_SERVICE

    @property
    def bot(self) -> str:
        """The bot's id in conversations."""
        return f"28:{self.app}"


def check_app(app: TeamsApp, *, host: str) -> None:
    """Refuses a set-up that would believe anybody.

    Raises:
        TeamsError: Something is missing, or local mode is to be reached from elsewhere.
    """
    if app.local:
        if host not in LOOPBACK:
            raise TeamsError(
                f"GATEHOUSE_TEAMS_LOCAL believes everybody, so it wants GATEHOUSE_HTTP_HOST on loopback, not {host!r}."
            )
        return
    wanted = {"TEAMS_APP_ID": app.app, "TEAMS_APP_PASSWORD": app.password, "TEAMS_TENANT_ID": app.tenant}
    if missing := [name for name, value in wanted.items() if not value]:
        raise TeamsError(f"Teams needs {', '.join(missing)}: gatehouse connect teams says where they are found.")


@asynccontextmanager
async def connect_teams(
    app: TeamsApp,
    *,
    host: str,
    clock: Callable[[], datetime],
    look: Look,
    page: str,
    transport: httpx.AsyncBaseTransport | None = None,
    token: Token | None = None,
) -> AsyncIterator[Connected]:
    """The tenant of the app. `host` is where we listen, `look` finds the kept reference of a place.

    `transport` and `token` are Microsoft's own unless a test has others.

    Raises:
        TeamsError: The set-up is not complete, or not safe.
    """
    check_app(app, host=host)
    pool = ThreadPoolExecutor(1, thread_name_prefix="teams-token")
    try:
        async with httpx.AsyncClient(transport=transport) as client:
            connector = Connector(client, token or _token(app, pool), local=app.local)
            met = Met(look, service=app.service)
            messenger = TeamsMessenger(connector, met, bot=app.bot, tenant=app.tenant, page=page)
            directory = TeamsDirectory(connector, messenger, met, tenant=app.tenant, clock=clock)
            trust = None if app.local else Trust(Keys(client, clock=clock, metadata=app.metadata), app.app)

            @asynccontextmanager
            async def open_door(desk: Reception) -> AsyncIterator[Asgi]:
                door = TeamsDoor(app.tenant, desk, messenger, directory, met, page, *_paces())
                yield teams_asgi(TeamsAdapter(connector, app=app.app), door, trust)

            yield Connected("teams", app.tenant, messenger, directory, PATH, open_door)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _paces() -> tuple[Pace, Pace]:
    person = Pace(burst=PERSON_BURST, per_second=PERSON_PER_SECOND, clock=time.monotonic)
    return person, Pace(burst=CHANNEL_BURST, per_second=CHANNEL_PER_SECOND, clock=time.monotonic)


def _token(app: TeamsApp, pool: ThreadPoolExecutor) -> Token:
    if app.local:
        return _no_token
    return app_token(app=app.app, password=app.password, tenant=app.tenant, pool=pool)


async def _no_token() -> str:
    return ""
