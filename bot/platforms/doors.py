"""The doors of the chat platforms beside the web page, in the one ASGI application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

Scope = Any
Receive = Any
Send = Any
Asgi = Callable[[Scope, Receive, Send], Any]

OpenDoors = Callable[[], AbstractAsyncContextManager[Mapping[str, Asgi]]]


class Doors:
    """A request for exactly one of the doors' paths goes to that door, everything else to the page.

    So a platform's requests, which come from its own servers and are signed, do not meet the page's checks of host and
    origin. The doors are opened when serving starts and closed when it ends, each with what it keeps running.
    """

    def __init__(self, page: Asgi, open_doors: OpenDoors) -> None:
        self._page = page
        self._open = open_doors
        self._doors: Mapping[str, Asgi] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        door = self._doors.get(scope.get("path", "")) if scope["type"] == "http" else None
        await (door or self._page)(scope, receive, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The page's own lifespan inside that of the doors; the end is told when they are closed."""
        held: list[Mapping[str, object]] = []

        async def holding(message: Mapping[str, object]) -> None:
            if message["type"] == "lifespan.shutdown.complete":
                held.append(message)
            else:
                await send(message)

        started = False
        try:
            async with self._open() as self._doors:
                started = True
                await self._page(scope, receive, holding)
        except Exception as error:
            if started:
                raise
            await receive()
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        for message in held:
            await send(message)
