"""Counts web requests for the metrics page: by what was asked and how it ended, never by who or about what."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGES = ("board", "queue", "gate", "portfolio", "spend", "audit", "order", "sign-in", "sign-out", "static")
CALLS = ("ask", "order", "sign-in", "evidence", "verdict")

Count = Callable[[str, int, float], None]
"""Told of each request: what was asked, the status, seconds."""


class Counting:
    """Stands around everything else, so that refusals of the guard are counted as well."""

    def __init__(self, app: ASGIApp, *, count: Count) -> None:
        self._app = app
        self._count = count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), [500]

        async def seen(message: Message) -> None:
            if message["type"] == "http.response.start":
                status[0] = int(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, seen)
        finally:
            self._count(kind_of(str(scope.get("path", ""))), status[0], time.perf_counter() - began)


def kind_of(path: str) -> str:
    """What is asked, of a few kinds: a path as sent would let strangers fill the metrics."""
    first, _, rest = path.strip("/").partition("/")
    if first == "api":
        call = rest.partition("/")[0]
        return f"api {call}" if call in CALLS else "other"
    return first if first in PAGES else "chat" if path == "/" else "other"


def metrics_route(metrics: Callable[[], bytes]) -> Route:
    """The metrics page in Prometheus' text format."""

    async def shown(_: Request) -> Response:
        told = await asyncio.to_thread(metrics)  # some of it is read from the database
        return Response(told, media_type="text/plain; version=0.0.4; charset=utf-8")

    return Route("/metrics", shown)
