"""Teams' REST service and the Bot Framework's keys, as one ASGI application that keeps what it is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import unquote

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.platforms.web.serve import listen
from tests.stand_ins.teams.keys import SigningKey

Json = dict[str, Any]

TENANT = "0a1b2c3d-0000-4000-8000-00000000acme"
APP = "11112222-3333-4444-5555-666677778888"
BOT = f"28:{APP}"
SERVICE = "https://smba.trafficmanager.net/emea/"
TOKEN = "token-of-the-app"
TEAM = "19:team-general@thread.tacv2"
MOST_BYTES = 100_000


@dataclass
class Person:
    """Somebody; `role` and `tenant` as a roster tells them."""

    user: str
    name: str
    role: str = "user"
    tenant: str = TENANT
    email: str = ""

    @property
    def teams_id(self) -> str:
        return f"29:{self.user}"

    def member(self) -> Json:
        return {
            "id": self.teams_id,
            "aadObjectId": self.user,
            "name": self.name,
            "email": self.email,
            "userPrincipalName": self.email,
            "tenantId": self.tenant,
            "userRole": self.role,
        }


@dataclass
class Conversation:
    """A chat or a team; `messages` by id, the newest face of each."""

    id: str
    kind: str
    people: list[str]
    messages: dict[str, Json] = field(default_factory=dict)
    typing: list[Json] = field(default_factory=list)


@dataclass
class TeamsService:
    """One tenant. `failing` is what it answers to everything while it is set; `installed` who has the app."""

    people: dict[str, Person] = field(default_factory=dict)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    channels: dict[str, Json] = field(default_factory=dict)
    not_installed: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    failing: int = 0
    key: SigningKey = field(default_factory=SigningKey)
    keys_asked: int = 0
    keys_gone: bool = False
    token: str = f"Bearer {TOKEN}"
    url: str = SERVICE
    ids: count[int] = field(default_factory=lambda: count(1_000))

    def app(self) -> Starlette:
        base = "/{region}/v3"
        one = base + "/conversations/{conversation}"
        return Starlette(
            routes=[
                Route("/v1/.well-known/openidconfiguration", self._metadata),
                Route("/v1/.well-known/keys", self._keys),
                Route(base + "/conversations", self._open, methods=["POST"]),
                Route(one + "/activities", self._say, methods=["POST"]),
                Route(one + "/activities/{activity}", self._change, methods=["PUT"]),
                Route(one + "/pagedmembers", self._members),
                Route(one + "/members/{member}", self._member),
                Route(base + "/teams/{team}/conversations", self._channels),
            ]
        )

    def add(self, *people: Person) -> None:
        self.people |= {person.user: person for person in people}

    def place(self, id: str, kind: str, *people: str) -> Conversation:
        self.conversations[id] = Conversation(id, kind, list(people))
        return self.conversations[id]

    def personal(self, user: str) -> Conversation:
        return self.conversations.get(f"a:{user}") or self.place(f"a:{user}", "personal", user)

    # --- keys -----------------------------------------------------------------------

    async def _metadata(self, request: Request) -> Response:
        if self.keys_gone:
            return JSONResponse({}, 500)
        return JSONResponse({"jwks_uri": f"{request.url.scheme}://{request.url.netloc}/v1/.well-known/keys"})

    async def _keys(self, _: Request) -> Response:
        self.keys_asked += 1
        return JSONResponse({"keys": [self.key.public()]})

    # --- conversations --------------------------------------------------------------

    def _refusal(self, request: Request) -> Response | None:
        if request.headers.get("authorization", "") != self.token:
            return self._no(401, "BadToken")
        if self.failing:
            return JSONResponse({}, self.failing, headers={"retry-after": "7"})
        return None

    def _no(self, status: int, code: str) -> Response:
        self.refused.append(f"{status} {code}")
        return JSONResponse({"error": {"code": code}}, status)

    async def _open(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        body = await request.json()
        if body.get("isGroup"):
            return self._begin(body)
        user = str(body["members"][0]["id"]).removeprefix("29:")
        if body["tenantId"] != TENANT or user not in self.people or user in self.not_installed:
            return self._no(403, "ForbiddenOperationException")
        return JSONResponse({"id": self.personal(user).id}, 201)

    def _begin(self, body: Json) -> Response:
        """A thread in a channel, with the message that it begins with."""
        found, id = self.conversations.get(body["channelData"]["channel"]["id"]), str(next(self.ids))
        if found is None or body["tenantId"] != TENANT:
            return self._no(404, "ConversationNotFound")
        found.messages[id] = {**body["activity"], "thread": id}
        return JSONResponse({"id": f"{found.id};messageid={id}", "activityId": id}, 201)

    async def _say(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        found = self._conversation(request)
        raw = await request.body()
        if found is None or found.id in self.not_installed:
            return self._no(404, "ConversationNotFound")
        if len(raw.decode().encode("utf-16-le")) > MOST_BYTES:
            return self._no(413, "MessageSizeTooBig")
        body, id = json.loads(raw), str(next(self.ids))
        stream = next((e for e in body.get("entities") or () if e.get("type") == "streaminfo"), None)
        if body["type"] == "typing":
            if stream and found.kind != "personal":
                return self._no(400, "BadRequest")
            found.typing.append(body)
            return JSONResponse({"id": (stream or {}).get("streamId") or id}, 201)
        message_id = stream["streamId"] if stream else id
        found.messages[message_id] = {**body, "thread": self._thread(request)}
        return JSONResponse({"id": message_id}, 201)

    async def _change(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        found, id = self._conversation(request), request.path_params["activity"]
        if found is None or id not in found.messages:
            return self._no(404, "ActivityNotFoundInConversation")
        found.messages[id] = {**await request.json(), "thread": found.messages[id]["thread"]}
        return JSONResponse({"id": id})

    async def _members(self, request: Request) -> Response:
        """Two a page, so that pages are asked for."""
        if refusal := self._refusal(request):
            return refusal
        found = self._conversation(request)
        if found is None:
            return self._no(404, "ConversationNotFound")
        at = int(request.query_params.get("continuationToken", "0"))
        members = [self.people[user].member() for user in found.people[at : at + 2]]
        more = at + 2 < len(found.people)
        return JSONResponse({"members": members, **({"continuationToken": str(at + 2)} if more else {})})

    async def _member(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        found, user = self._conversation(request), unquote(request.path_params["member"]).removeprefix("29:")
        if found is None or user not in found.people:
            return self._no(404, "MemberNotFoundInConversation")
        return JSONResponse(self.people[user].member())

    async def _channels(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        return JSONResponse({"conversations": [{"id": id, **said} for id, said in self.channels.items()]})

    def _conversation(self, request: Request) -> Conversation | None:
        name = unquote(request.path_params["conversation"]).partition(";")[0]
        return self.conversations.get(name)

    @staticmethod
    def _thread(request: Request) -> str:
        return unquote(request.path_params["conversation"]).partition(";messageid=")[2]


@asynccontextmanager
async def teams_running(teams: TeamsService) -> AsyncIterator[TeamsService]:
    """The stand-in, listening on loopback, for local mode: it wants no token and gives none."""
    teams.token = ""
    with listen("127.0.0.1", 0) as bound:
        teams.url = f"http://127.0.0.1:{bound.getsockname()[1]}/emea/"
        config = uvicorn.Config(
            teams.app(), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
        )
        running = uvicorn.Server(config)
        task = asyncio.create_task(running.serve(sockets=[bound]))
        while not running.started:
            await asyncio.sleep(0.005)
        try:
            yield teams
        finally:
            running.should_exit = True
            await task


def card_of(message: Mapping[str, Any]) -> Json:
    """The card of a message."""
    card: Json = message["attachments"][0]["content"]
    return card
