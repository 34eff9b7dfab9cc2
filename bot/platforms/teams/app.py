"""The door of botbuilder: its adapter runs the turn of an activity that is proved to come from Teams.

All that Gatehouse reads and writes of Teams is plain JSON. The Bot Framework SDK is archived upstream; its successor
drops in here: `TeamsAdapter` runs a turn, `app_token` fetches the token that answers are sent with.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from typing import Any

from botbuilder.core import InvokeResponse, TurnContext  # type: ignore[import-untyped]
from botbuilder.core.cloud_adapter_base import CloudAdapterBase  # type: ignore[import-untyped]
from botbuilder.schema import Activity, ActivityTypes  # type: ignore[import-untyped]
from botframework.connector.auth import ClaimsIdentity, MicrosoftAppCredentials  # type: ignore[import-untyped]
from botframework.connector.auth.authenticate_request_result import (  # type: ignore[import-untyped]
    AuthenticateRequestResult,
)

from bot.platforms.doors import Asgi
from bot.platforms.teams.connector import Connector, Token
from bot.platforms.teams.door import Answered, TeamsDoor
from bot.platforms.teams.trust import Distrusted, Trust, is_service_url

BODY_LIMIT = 512 * 1024
"""Bytes. Teams sends messages of at most some 28 KB of text and cards' inputs far below that."""


class TeamsAdapter(CloudAdapterBase):  # type: ignore[misc]
    """The SDK's turn without its own check of tokens (ours is stricter) and without its client (ours is plain JSON)."""

    def __init__(self, connector: Connector, *, app: str) -> None:
        super().__init__(_NoSignIn())
        self._app = app
        self._connector = connector

    async def run_turn(self, body: dict[str, Any], *, door: TeamsDoor) -> Answered:
        """Runs the turn of an activity that was checked.

        Raises:
            ValueError: The SDK cannot read it.
        """
        answered = Answered()

        async def turn(context: TurnContext) -> None:
            nonlocal answered
            answered = await door.take(body)
            if answered.body is not None:
                said = InvokeResponse(status=answered.status, body=answered.body)
                await context.send_activity(Activity(type=ActivityTypes.invoke_response, value=said))

        ended = await self.process_activity(self._checked(), _activity(body), turn)
        if ended is None or ended.status == HTTPStatus.NOT_IMPLEMENTED:
            return answered
        return Answered(int(ended.status), ended.body)

    def _checked(self) -> AuthenticateRequestResult:
        checked = AuthenticateRequestResult()
        checked.claims_identity = ClaimsIdentity({"aud": self._app}, True)
        checked.connector_factory = _Ours(self._connector)
        return checked


class _NoSignIn:
    """We let nobody sign in through the Bot Framework."""

    async def create_user_token_client(self, _identity: ClaimsIdentity) -> None:
        return None


class _Ours:
    """The adapter wants a client for every turn: it gets the one that answers go out by."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    async def create(self, _service_url: str, _audience: str) -> Connector:
        return self._connector


def _activity(body: dict[str, Any]) -> Activity:
    try:
        activity = Activity().deserialize(body)
    except Exception as error:  # the SDK's serialiser raises what it likes
        raise ValueError(f"no activity: {type(error).__name__}") from error
    activity.delivery_mode = None  # replies that are expected in the response come as messages all the same
    return activity


def app_token(*, app: str, password: str, tenant: str, pool: ThreadPoolExecutor) -> Token:
    """The token that messages are sent with; the SDK keeps it until it runs out and blocks while it fetches one."""
    credentials = MicrosoftAppCredentials(app, password, channel_auth_tenant=tenant)

    async def token() -> str:
        return str(await asyncio.get_running_loop().run_in_executor(pool, credentials.get_access_token))

    return token


def teams_asgi(adapter: TeamsAdapter, door: TeamsDoor, trust: Trust | None) -> Asgi:
    """An ASGI application for activities. `trust` is None in local mode: then only loopback is served and answered."""

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] != "POST":
            await _send(send, Answered(405))
            return
        raw = await _body(receive)
        if raw is None:
            await _send(send, Answered(413))
            return
        header = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        turn = partial(adapter.run_turn, door=door)
        await _send(send, await _served(raw, header.decode("latin-1"), trust, turn))

    return serve


async def _served(raw: bytes, header: str, trust: Trust | None, run_turn: Callable[[dict[str, Any]], Any]) -> Answered:
    body = _json(raw)
    service = str(body.get("serviceUrl") or "") if body else ""
    if trust is not None:
        checked = await trust.check(header, service_url=service, channel=str((body or {}).get("channelId") or ""))
        if isinstance(checked, Distrusted):
            return Answered(checked.status)
    if body is None:
        return Answered(400)
    if not is_service_url(service, local=trust is None):
        return Answered(403)
    try:
        answered: Answered = await run_turn(body)
    except ValueError:
        return Answered(400)
    return answered


def _json(raw: bytes) -> dict[str, Any] | None:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


async def _body(receive: Any) -> bytes | None:
    """The body, None when it is larger than anything Teams sends."""
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        if size > BODY_LIMIT:
            return None
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


async def _send(send: Any, answered: Answered) -> None:
    body = json.dumps(answered.body).encode() if answered.body is not None else b""
    headers = [
        (b"content-length", str(len(body)).encode()),
        (b"content-type", b"application/json"),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": answered.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
