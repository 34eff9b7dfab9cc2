"""People of the tenant as clients: they write, press, search; each request signed as Teams signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

from tests.stand_ins.teams.service import APP, BOT, SERVICE, TEAM, TENANT, TeamsService

Json = dict[str, Any]
PATH = "/api/messages"


@dataclass
class Client:
    """Sends activities to the door and answers what the door said."""

    teams: TeamsService
    door: httpx.AsyncClient
    ids: count[int] = field(default_factory=lambda: count(1))

    def activity(self, user: str, place: str, **said: object) -> Json:
        """What Teams tells of something this person did; a channel's place may name its thread."""
        found = self.teams.conversations[place.partition(";")[0]]
        data: Json = {"tenant": {"id": TENANT}}
        if found.kind == "channel":
            data |= {"team": {"id": TEAM}, "channel": {"id": found.id}}
        number = next(self.ids)
        return {
            "type": "message",
            "id": f"act-{number}",
            "timestamp": f"2026-11-20T09:00:00.{number:03d}Z",
            "channelId": "msteams",
            "serviceUrl": self.teams.url,
            "from": {
                "id": self.teams.people[user].teams_id,
                "name": self.teams.people[user].name,
                "aadObjectId": user,
            },
            "recipient": {"id": BOT, "name": "Gatehouse"},
            "conversation": {"id": place, "conversationType": found.kind, "tenantId": TENANT},
            "channelData": data,
            **said,
        }

    async def send(self, body: Mapping[str, Any], *, token: str | None = None) -> httpx.Response:
        bearer = token if token is not None else self.teams.key.token(app=APP, service=SERVICE)
        return await self.door.post(PATH, json=body, headers={"authorization": f"Bearer {bearer}".encode("latin-1")})

    async def says(self, user: str, place: str, text: str, *, mention: bool = True) -> httpx.Response:
        """A message; in front of others a mention, unless it is none."""
        personal = self.teams.conversations[place.partition(";")[0]].kind == "personal"
        if personal or not mention:
            return await self.send(self.activity(user, place, text=text))
        entity = {"type": "mention", "text": "<at>Gatehouse</at>", "mentioned": {"id": BOT, "name": "Gatehouse"}}
        said = self.activity(user, place, text=f"<at>Gatehouse</at> {text}", entities=[entity])
        thread = place if ";" in place else f"{place};messageid={said['id']}"
        if self.teams.conversations[place.partition(";")[0]].kind == "channel":
            said["conversation"]["id"] = thread
        return await self.send(said)

    async def presses(
        self, user: str, place: str, message: str, data: Mapping[str, Any], **typed: str
    ) -> httpx.Response:
        """A universal action with what stands in the card's inputs."""
        fields = {f"in.{name}": value for name, value in typed.items()}
        value = {"action": {"type": "Action.Execute", "verb": "press", "data": {**data, **fields}}}
        return await self.send(
            self.activity(
                user, place, type="invoke", name="adaptiveCard/action", value=value, replyToId=message, text=None
            )
        )

    async def submits(
        self, user: str, place: str, message: str, data: Mapping[str, Any], **typed: str
    ) -> httpx.Response:
        """The same from a client that knows no universal actions: a message with a value."""
        fields = {f"in.{name}": value for name, value in typed.items()}
        return await self.send(self.activity(user, place, value={**data, **fields}, replyToId=message, text=None))

    async def searches(self, user: str, text: str, *, what: str = "gates") -> httpx.Response:
        value = {"commandId": what, "parameters": [{"name": "query", "value": text}]}
        place = self.teams.personal(user).id
        return await self.send(self.activity(user, place, type="invoke", name="composeExtension/query", value=value))

    async def installs(self, place: str) -> httpx.Response:
        """The app is added to a team or a chat."""
        user = self.teams.conversations[place].people[0]
        return await self.send(self.activity(user, place, type="installationUpdate", action="add", text=None))

    async def joins(self, place: str, user: str) -> httpx.Response:
        """Somebody is added there."""
        found = self.teams.conversations[place]
        found.people.append(user)
        added = [{"id": self.teams.people[user].teams_id, "aadObjectId": user}]
        said = self.activity(found.people[0], place, type="conversationUpdate", membersAdded=added, text=None)
        return await self.send(said)
