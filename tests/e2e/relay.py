"""Between the Playground and our door, keeping what both say: the Playground shows the chats of one person alone."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import aiohttp
from aiohttp import web

from bot.platforms.web.serve import listen

Json = dict[str, Any]

HOPS = ("Content-Type", "Authorization")


@dataclass(frozen=True)
class Call:
    """A request of the bot to the Playground, and what it was answered."""

    method: str
    path: str
    body: Json
    status: int
    answer: Json


@dataclass
class Relay:
    """`calls` of the bot, oldest first; `answers` of our door by the id of the activity; `failed` what was refused.

    `chats` are the personal chats by person: the Playground would make another one each time it is asked for one.
    """

    door: str
    http: aiohttp.ClientSession
    address: str = ""
    service: str = ""
    calls: list[Call] = field(default_factory=list)
    answers: dict[str, Json] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    chats: dict[str, str] = field(default_factory=dict)

    def messages(self) -> Iterator[tuple[str, str, Json]]:
        """(conversation, id, newest face) of every message that the bot has posted, in the order of posting."""
        shown: dict[tuple[str, str], Json] = {}
        for call in self.calls:
            place, id, said = _message(call)
            if id:
                shown[place, id] = said
        yield from ((place, id, said) for (place, id), said in shown.items())

    async def to_door(self, request: web.Request) -> web.Response:
        """An activity: the bot shall answer it through us. The page asks with HEAD whether anybody is there."""
        if request.method != "POST":
            return web.Response()
        activity: Json = await request.json()
        self.service = activity["serviceUrl"] if self.address not in activity["serviceUrl"] else self.service
        activity["serviceUrl"] = f"{self.address}/_connector"
        async with self.http.post(self.door, json=activity) as answer:
            raw = await answer.read()
            if answer.status >= 400:
                self.failed.append(f"our door: {activity['type']} {answer.status}")
            if raw and activity.get("id"):
                self.answers[activity["id"]] = json.loads(raw)
            return web.Response(status=answer.status, body=raw, content_type="application/json")

    async def to_playground(self, request: web.Request) -> web.Response:
        """A call of the bot."""
        path = request.raw_path.removeprefix("/_connector")
        raw = await request.read()
        member = _member(request.method, path, raw)
        if member in self.chats:
            return web.json_response({"id": self.chats[member]}, status=201)
        headers = {name: request.headers[name] for name in HOPS if name in request.headers}
        async with self.http.request(request.method, self.service + path, data=raw, headers=headers) as answer:
            said = await answer.read()
            if answer.status >= 400:
                self.failed.append(f"the Playground: {request.method} {path} {answer.status} {said[:200]!r}")
            if member:
                self.chats[member] = _json(said)["id"]
            self.calls.append(Call(request.method, path, _json(raw), answer.status, _json(said)))
            return web.Response(status=answer.status, body=said, content_type="application/json")


def _message(call: Call) -> tuple[str, str, Json]:
    """Conversation, id and content where the call posted or changed a message; an empty id where it did not."""
    pieces = [unquote(piece) for piece in call.path.partition("?")[0].split("/")]
    match call.method, pieces:
        case "POST", [_, "v3", "conversations", place, "activities"] if call.body.get("type") == "message":
            return place, str(call.answer.get("id", "")), call.body
        case "PUT", [_, "v3", "conversations", place, "activities", id]:
            return place, id, call.body
        case "POST", [_, "v3", "conversations"] if call.body.get("isGroup"):
            return call.answer["id"], call.answer["activityId"], call.body["activity"]
    return "", "", {}


def _member(method: str, path: str, raw: bytes) -> str:
    """Whose personal chat is asked for; empty for any other call."""
    wanted = _json(raw) if (method, path) == ("POST", "/v3/conversations") else {}
    return "" if wanted.get("isGroup") else str((wanted.get("members") or [{"id": ""}])[0]["id"])


def _json(raw: bytes) -> Json:
    try:
        said = json.loads(raw)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


@asynccontextmanager
async def relaying(door: str) -> AsyncIterator[Relay]:
    """The relay, listening on loopback."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as http:
        relay = Relay(door, http)
        app = web.Application(client_max_size=2**20)
        app.router.add_route("*", "/api/messages", relay.to_door)
        app.router.add_route("*", "/_connector/{rest:.*}", relay.to_playground)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        with listen("127.0.0.1", 0) as bound:
            relay.address = f"http://127.0.0.1:{bound.getsockname()[1]}"
            await web.SockSite(runner, bound).start()
            try:
                yield relay
            finally:
                await runner.cleanup()
