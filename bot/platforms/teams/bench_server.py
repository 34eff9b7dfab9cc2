"""What Teams' acknowledgement is measured on: our door with its durable inbox, beside a bare turn of the SDK.

The bare side believes everybody and does nothing; ours checks the token of every request, keeps the event on disk and
shows the typing sign. A sink takes what goes to Teams.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.database import durable, migrate, open_database
from bot.delivery.inbox import Inbox
from bot.messaging.model import Address
from bot.platforms.bench_desk import InboxOnly, empty_page
from bot.platforms.doors import Asgi, Doors
from bot.platforms.teams.app import TeamsAdapter, teams_asgi
from bot.platforms.teams.connector import Connector
from bot.platforms.teams.door import Answered, TeamsDoor
from bot.platforms.teams.membership import TeamsDirectory
from bot.platforms.teams.messenger import TeamsMessenger
from bot.platforms.teams.met import Met
from bot.platforms.teams.trust import ISSUER, METADATA, Keys, Trust
from bot.platforms.web.serve import serve
from bot.process.pools import open_pools
from bot.process.runtime import settle_for_serving

BARE, OURS, TOKEN = "/bare", "/api/messages", "/token"
"""`TOKEN` gives the bearer that the bench's own requests carry; its key lives as long as this process."""

APP, TENANT = "11111111-2222-3333-4444-555555555555", "99999999-8888-7777-6666-555555555555"
SERVICE = "https://smba.trafficmanager.net/bench/"
KEY, HOUR = "bench", 3600


class BareDoor(TeamsDoor):
    """The least a bot does with the SDK: a turn that comes to nothing."""

    async def take(self, body: Mapping[str, Any]) -> Answered:  # noqa: ARG002
        return Answered()


def signed_token(key: rsa.RSAPrivateKey) -> str:
    """A token as the Bot Framework gives Teams for this app; like Teams' own it is used for many requests."""
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": APP, "serviceurl": SERVICE, "nbf": now - 60, "exp": now + HOUR}
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": KEY})


def sink(key: rsa.RSAPrivateKey) -> httpx.MockTransport:
    """Microsoft's side: the key that tokens are checked with, and a service that takes whatever it is sent."""
    public = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    keys = {"keys": [{**public, "kid": KEY, "endorsements": ["msteams"]}]}

    def answer(request: httpx.Request) -> httpx.Response:
        if str(request.url) == METADATA:
            return httpx.Response(200, json={"jwks_uri": "https://login.botframework.com/keys"})
        return httpx.Response(200, json=keys) if request.url.path == "/keys" else httpx.Response(201, json={"id": "1"})

    return httpx.MockTransport(answer)


async def app_token() -> str:
    return "of the bench"


async def nowhere(_: Address) -> Mapping[str, str]:
    return {}


def run(port: int, url: str) -> None:
    """Serve both until stopped."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def now() -> datetime:
        return datetime.now(UTC)

    @asynccontextmanager
    async def doors() -> AsyncIterator[Mapping[str, Asgi]]:
        database, pools = open_database(url), open_pools()
        migrate(database)
        async with httpx.AsyncClient(transport=sink(key)) as client:
            inbox = Inbox(durable(database), pool=pools["door"], clock=now)
            connector, met = Connector(client, app_token), Met(nowhere, service=SERVICE)
            messenger = TeamsMessenger(connector, met, bot=f"28:{APP}", tenant=TENANT)
            directory = TeamsDirectory(connector, messenger, met, tenant=TENANT, clock=now)
            adapter, behind = TeamsAdapter(connector, app=APP), (TENANT, InboxOnly(inbox), messenger, directory, met)
            settle_for_serving()  # as the product's own process is set
            yield {
                OURS: teams_asgi(adapter, TeamsDoor(*behind), Trust(Keys(client, clock=now), APP)),
                BARE: teams_asgi(adapter, BareDoor(*behind), None),
                TOKEN: _told({"token": signed_token(key)}),
            }
        pools.close()

    serve(Doors(empty_page, doors), host="127.0.0.1", port=port)


def _told(said: Mapping[str, str]) -> Asgi:
    async def tell(_scope: Any, _receive: Any, send: Any) -> None:
        body = json.dumps(said).encode()
        headers = [(b"content-length", str(len(body)).encode()), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return tell


if __name__ == "__main__":
    run(int(sys.argv[1]), sys.argv[2])
