"""Microsoft's Agents Playground from npm: found or installed, started on loopback, driven and read headless."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.bot.conformance.teams import nodes

Json = dict[str, Any]

PACKAGE = "@microsoft/m365agentsplayground@0.2.28"
TENANT = "00000000-0000-0000-0000-0000000000001"
PERSONAL, GROUP = "personal-chat", "group-chat"
ME = "user-id-0"

CONFIG = """\
version: "0.1.1"
tenantId: {tenant}
bot: {{id: 00000000-0000-0000-0000-00000000000011, name: Gatehouse}}
currentUser: {me}
users:
{users}
personalChat: {{id: personal-chat}}
groupChat: {{id: group-chat, name: Group Chat}}
team:
  id: team-id
  name: My Team
  aadGroupId: 00000000-0000-0000-0000-000000000031
  channels: [{{id: channel-lights, name: Lights}}]
"""


def installed() -> Path | None:
    """The program, installed by npm into a folder of its own when it is not there yet; None without npm."""
    folder = Path(os.environ.get("GATEHOUSE_E2E_FOLDER") or Path(tempfile.gettempdir()) / "gatehouse-e2e")
    program = folder / "node_modules" / ".bin" / "agentsplayground"
    if not program.exists() and shutil.which("npm"):
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--silent", PACKAGE]
        subprocess.run(command, cwd=folder, check=True, timeout=300)
    return program if program.exists() else None


def _user(number: int, name: str) -> str:
    person = name.lower().replace(" ", ".")
    first, last = name.split()
    return (
        f"{{id: user-id-{number}, name: {name}, userPrincipleName: {person}@example.com, aadObjectId: {person}, "
        f"givenName: {first}, surname: {last}, email: {person}@example.com}}"
    )


@dataclass
class Playground:
    """Running. `told` is everything its page was told over the websocket, oldest first."""

    port: int
    http: aiohttp.ClientSession
    told: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def says(self, conversation: str, text: str, *, mention: bool = False) -> None:
        """The current user writes."""
        bot = {"id": "00000000-0000-0000-0000-00000000000011", "name": "Gatehouse"}
        body: Json = {"from": {"id": ME}, "text": text, "textFormat": "plain"}
        if mention:
            named = "<at>Gatehouse</at>"
            body |= {"text": f"{named} {text}", "textFormat": "xml", "mentions": [{"mentioned": bot, "text": named}]}
        await self._post(f"/_conversation/v1/conversations/{conversation}/messages", body)

    async def acts(self, conversation: str, activity: Json) -> None:
        """Anything an activity can say, sent as it is."""
        await self._post(f"/_internal/v1/customActivities?conversationId={conversation}", activity)

    def card(self, label: str) -> tuple[str, Json]:
        """The newest message with a button of this label: its id, and the button's data."""
        for told in reversed(self.told):
            message = json.loads(told).get("message") or {}
            for one in nodes(message):
                if one.get("title") == label and one.get("type") == "Action.Execute":
                    return str(message["messageId"]), one["data"]
        raise AssertionError(f"no {label!r}")

    async def presses(self, label: str, **typed: str) -> None:
        """The current user presses in the personal chat."""
        id, data = self.card(label)
        said = {**data, **{f"in.{name}": value for name, value in typed.items()}}
        action = {"type": "Action.Execute", "verb": "press", "data": said}
        sender = {"id": ME, "name": "Ada Moss", "aadObjectId": "ada.moss"}
        place = {"id": PERSONAL, "conversationType": "personal", "tenantId": TENANT}
        await self.acts(
            PERSONAL,
            {
                "type": "invoke",
                "id": f"press-{len(self.told)}",
                "name": "adaptiveCard/action",
                "value": {"action": action, "trigger": "manual"},
                "replyToId": id,
                "channelId": "msteams",
                "serviceUrl": f"{self.url}/_connector",
                "from": sender,
                "recipient": {"id": "00000000-0000-0000-0000-00000000000011", "name": "Gatehouse"},
                "conversation": place,
                "channelData": {"tenant": {"id": TENANT}},
            },
        )

    async def until(self, happened: Callable[[str], bool], *, what: str, seconds: float = 20.0) -> None:
        for _ in range(int(seconds * 20)):
            if happened("\n".join(self.told)):
                return
            await asyncio.sleep(0.05)
        shown = "\n".join(self.told)[-4_000:]
        raise AssertionError(f"it did not happen: {what}\n{shown}")

    async def _post(self, path: str, body: Json) -> None:
        async with self.http.post(f"{self.url}{path}", json=body) as answer:
            assert answer.status == 200, await answer.text()


@asynccontextmanager
async def playing(program: Path, folder: Path, *, endpoint: str, people: tuple[str, ...]) -> AsyncIterator[Playground]:
    """The Playground with these people (the first is the current user), sending to our endpoint."""
    users = [_user(number, name) for number, name in enumerate(people)]
    listed = "\n".join(f"  - {user}" for user in users[1:])
    (folder / ".m365agentsplayground.yml").write_text(CONFIG.format(tenant=TENANT, me=users[0], users=listed), "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    command = [str(program), "start", "-e", endpoint, "-c", "msteams", "-p", str(port), "--dt", "--er"]
    log = (folder / "playground.log").open("wb")
    process = subprocess.Popen(
        command, cwd=folder, stdout=log, stderr=log, env=os.environ | {"TEAMSAPPTESTER_BROWSER": "none"}
    )
    try:
        async with aiohttp.ClientSession() as http:
            made = Playground(port, http)
            async with await _connected(made) as stream:
                reading = asyncio.create_task(_read(stream, made.told))
                yield made
                reading.cancel()
    finally:
        process.terminate()
        process.wait(timeout=10)
        log.close()


async def _connected(made: Playground) -> aiohttp.ClientWebSocketResponse:
    for _ in range(300):
        with suppress(aiohttp.ClientError):
            return await made.http.ws_connect(f"{made.url}/_ws_conversation/v1/conversations/stream")
        await asyncio.sleep(0.1)
    raise RuntimeError("the Playground did not listen within 30 s")


async def _read(stream: aiohttp.ClientWebSocketResponse, told: list[str]) -> None:
    async for message in stream:
        if message.type is aiohttp.WSMsgType.TEXT:
            told.append(json.dumps(json.loads(message.data), ensure_ascii=False))
