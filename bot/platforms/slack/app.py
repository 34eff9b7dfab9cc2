"""The door of slack_bolt: signatures, HTTP and Socket Mode; what comes through is handed on as plain JSON."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse

from bot.platforms.doors import Asgi
from bot.platforms.slack.door import SlackDoor
from bot.platforms.slack.web_api import SlackApi

BODY_LIMIT = 1024 * 1024
"""Bytes. A view of the largest size, with what was typed into it, stays below half of it."""

USUAL = 2
"""Socket Mode connections of a process: Slack renews each every few hours, and events go on by the other. An app may
have ten, so five processes."""


def slack_app(door: SlackDoor, *, signing_secret: str) -> AsyncApp:
    """Bolt with one middleware: signatures are Bolt's work, everything after them ours."""
    return AsyncApp(
        signing_secret=signing_secret or "unused in Socket Mode",
        authorize=_nobody,
        before_authorize=_Door(door),
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
    )


class _Door(AsyncMiddleware):
    """Stands right behind the signature check; no call to Slack comes before the inbox."""

    def __init__(self, door: SlackDoor) -> None:
        self._door = door

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002 (the signature is Bolt's)
        next: Callable[[], Awaitable[BoltResponse]],
    ) -> BoltResponse | None:
        if req.body.get("type") == "url_verification":
            return await next()
        nonce = req.headers.get("x-slack-signature", [""])[0] if req.mode == "http" else ""
        taken = await self._door.take(req.body, nonce=nonce)
        if taken.body is None:
            return BoltResponse(status=taken.status)
        kind: dict[str, str | Sequence[str]] = {"content-type": "application/json"}
        return BoltResponse(status=taken.status, body=json.dumps(taken.body), headers=kind)


async def _nobody(**_: object) -> Any:
    """Bolt asks who it is for the verification of the URL only, and needs no answer."""
    return None


def slack_asgi(app: AsyncApp) -> Asgi:
    """Bolt as an ASGI application for POST requests of a bounded size."""

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        body = await _body(receive)
        if body is None or scope["method"] != "POST":
            await _send(send, BoltResponse(status=413 if body is None else 405))
            return
        headers: dict[str, str | Sequence[str]] = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        try:
            request = AsyncBoltRequest(body=body.decode("utf-8"), headers=headers)
        except (ValueError, AttributeError, TypeError, KeyError):  # Bolt reads it before it looks at the signature
            await _send(send, BoltResponse(status=400))
            return
        await _send(send, await app.async_dispatch(request))

    return serve


async def _body(receive: Any) -> bytes | None:
    """The body, None when it is larger than anything Slack sends."""
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        if size > BODY_LIMIT:
            return None
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


async def _send(send: Any, response: BoltResponse) -> None:
    body = (response.body or "").encode()
    headers = [(b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    kind = response.headers.get("content-type", ["text/plain;charset=utf-8"])[0]
    headers.append((b"content-type", kind.encode("latin-1")))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def socket_mode(app: AsyncApp, api: SlackApi, *, token: str, connections: int = USUAL) -> AsyncIterator[None]:
    """Connected while the block lasts; Slack gives each event to one of the connections."""
    handlers = [AsyncSocketModeHandler(app, token, web_client=api.client) for _ in range(connections)]
    try:
        for handler in handlers:
            await handler.connect_async()  # type: ignore[no-untyped-call]
        yield
    finally:
        for handler in handlers:
            await handler.close_async()  # type: ignore[no-untyped-call]
