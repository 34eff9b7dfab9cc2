"""The stand-in as an HTTP server: token check, rate limit, outages, uploads, response URLs and Socket Mode's door."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.platforms.web.serve import listen
from tests.stand_ins.slack import methods, surfaces
from tests.stand_ins.slack.methods import Refused, checked
from tests.stand_ins.slack.workspace import Json, Workspace

METHODS = methods.METHODS | surfaces.METHODS
CONNECTIONS = 10
RESPONSE_URL_USES = 5
RESPONSE_URL_SECONDS = 30 * 60


@dataclass
class SlackServer:
    """The stand-in at work. `down` answers nothing but 503; `throttle` is how many calls of a method get a 429."""

    slack: Workspace
    url: str = ""
    down: bool = False
    throttle: dict[str, int] = field(default_factory=dict)
    lose_answer: set[str] = field(default_factory=set)
    """Methods whose next call is carried out, but answered by a broken connection."""
    sockets: list[WebSocket] = field(default_factory=list)
    waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)
    _turn: int = 0

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/api/{method}", self._call, methods=["POST", "GET"]),
                Route("/upload/{file}", self._upload, methods=["POST"]),
                Route("/response/{name}", self._respond, methods=["POST"]),
                WebSocketRoute("/socket", self._socket),
            ]
        )

    async def _call(self, request: Request) -> Response:
        method = request.path_params["method"]
        self.slack.calls[method] += 1
        if self.down:
            return JSONResponse({"ok": False, "error": "service_unavailable"}, 503)
        if self.throttle.get(method, 0) > 0:
            self.throttle[method] -= 1
            return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "1"})
        try:
            answer = self._answer(method, request.headers.get("authorization", ""), await _body(request))
        except Refused as refused:
            self.slack.refusals.append((method, refused.error, refused.why))
            said = {"ok": False, "error": refused.error, "response_metadata": {"messages": refused.why}}
            return JSONResponse(said)
        if method in self.lose_answer:
            self.lose_answer.discard(method)
            return Response(status_code=502)
        return JSONResponse({"ok": True, **answer}, headers={"x-oauth-scopes": self.slack.scopes})

    def _answer(self, method: str, authorization: str, body: Json) -> Json:
        token = authorization.removeprefix("Bearer ") or str(body.pop("token", ""))
        wanted = self.slack.app_token if method == "apps.connections.open" else self.slack.bot_token
        if token != wanted:
            raise Refused("invalid_auth" if token else "not_authed")
        if method == "apps.connections.open":
            if len(self.sockets) >= CONNECTIONS:
                raise Refused("too_many_websockets")
            return {"url": self.url.replace("http", "ws") + "/socket"}
        if method not in METHODS:
            raise Refused("unknown_method")
        return METHODS[method](self.slack, {**body, "_root": self.url})

    async def _upload(self, request: Request) -> Response:
        data = await request.body()
        file = request.path_params["file"]
        if file not in self.slack.uploads or not data:
            return Response(status_code=400)
        self.slack.uploads[file] = data
        return Response(f"OK - {len(data)}")

    async def _respond(self, request: Request) -> Response:
        """A response URL: five times, for half an hour."""
        place = self.slack.response_urls.get(request.path_params["name"])
        if place is None or place["used"] >= RESPONSE_URL_USES:
            return JSONResponse({"ok": False, "error": "used_url"}, 404)
        if self.slack.clock() - place["made"] > RESPONSE_URL_SECONDS:
            return JSONResponse({"ok": False, "error": "expired_url"}, 404)
        place["used"] += 1
        body = json.loads(await request.body())
        try:
            checked(body)
        except Refused as refused:
            self.slack.refusals.append(("response_url", refused.error, refused.why))
            return JSONResponse({"ok": False, "error": refused.error}, 400)
        self.slack.ephemeral.append({"channel": place["channel"], "user": place["user"], **body})
        return Response("ok")

    async def _socket(self, socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_json({"type": "hello", "num_connections": len(self.sockets) + 1})
        self.sockets.append(socket)
        try:
            while True:
                said = json.loads(await socket.receive_text())
                waiting = self.waiting.pop(str(said.get("envelope_id")), None)
                if waiting is not None and not waiting.done():
                    waiting.set_result(said.get("payload") or {})
        except WebSocketDisconnect:
            pass
        finally:
            self.sockets.remove(socket)

    def next_socket(self) -> WebSocket:
        """Each event goes to one of the connections, in turn."""
        self._turn += 1
        return self.sockets[self._turn % len(self.sockets)]


@asynccontextmanager
async def slack_running(slack: Workspace) -> AsyncIterator[SlackServer]:
    """The stand-in, listening on loopback."""
    server = SlackServer(slack)
    with listen("127.0.0.1", 0) as bound:
        server.url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        config = uvicorn.Config(
            server.app(), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
        )
        running = uvicorn.Server(config)
        task = asyncio.create_task(running.serve(sockets=[bound]))
        while not running.started:
            await asyncio.sleep(0.005)
        try:
            yield server
        finally:
            running.should_exit = True
            await task


async def _body(request: Request) -> Json:
    if request.headers.get("content-type", "").startswith("application/json"):
        return dict(json.loads(await request.body() or b"{}"))
    form = await request.form()
    return {key: _decoded(str(value)) for key, value in {**request.query_params, **form}.items()}


def _decoded(value: str) -> Any:
    """Form bodies carry structures as JSON."""
    if value[:1] in "[{":
        return json.loads(value)
    return value
