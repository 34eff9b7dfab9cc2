"""Microsoft's Agents Playground from npm: found or installed, started on loopback, driven and read headless."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from tests.bot.conformance.teams import nodes, read_aloud
from tests.e2e.relay import Relay, relaying
from tests.stand_ins.teams.service import card_of

Json = dict[str, Any]

PACKAGES = ("@microsoft/m365agentsplayground@0.2.28", "playwright-core@1.65.1")
TENANT = "00000000-0000-0000-0000-0000000000001"
BOT = {"id": "00000000-0000-0000-0000-00000000000011", "name": "Gatehouse"}
PERSONAL, GROUP = "personal-chat", "group-chat"
TEAM, CHANNEL = "team-id", "19:lights@thread.tacv2"
WAIT_SECONDS = 60.0
"""Generous: what is waited for comes within a second on a machine that does nothing else."""

CONFIG = """\
version: "0.1.1"
tenantId: {tenant}
bot: {{id: {bot}, name: Gatehouse}}
currentUser: {me}
users:
{users}
personalChat: {{id: personal-chat}}
groupChat: {{id: group-chat, name: Group Chat}}
team:
  id: {team}
  name: My Team
  aadGroupId: 00000000-0000-0000-0000-000000000031
  channels: [{{id: "{channel}", name: Lights}}]
"""


def installed() -> Path | None:
    """The folder of the programs, installed by npm when they are not there yet; None where npm cannot."""
    folder = Path(os.environ.get("GATEHOUSE_E2E_FOLDER") or Path(tempfile.gettempdir()) / "gatehouse-e2e")
    npm = shutil.which("npm")
    if not _program(folder).exists() and npm:
        folder.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(folder), *PACKAGES]
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(command, cwd=folder, check=False, timeout=300)
    return folder if _program(folder).exists() else None


def _program(folder: Path) -> Path:
    return folder / "node_modules" / ".bin" / "agentsplayground"


def person_of(name: str) -> str:
    """The id that everything here calls somebody by."""
    return name.lower().replace(" ", ".")


def _user(name: str) -> str:
    person, (first, last) = person_of(name), name.split()
    return (
        f"{{id: {person}, name: {name}, userPrincipleName: {person}@example.com, aadObjectId: {person}, "
        f"givenName: {first}, surname: {last}, email: {person}@example.com}}"
    )


@dataclass
class Playground:
    """Running. The first of the people sits before it; everybody else acts by activities that it sends on."""

    port: int
    http: aiohttp.ClientSession
    relay: Relay
    me: str
    numbers: count[int] = field(default_factory=lambda: count(1))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # --- what people do -------------------------------------------------------------------

    async def says(self, conversation: str, text: str, *, mention: bool = False) -> None:
        """Whoever sits before the Playground writes."""
        body: Json = {"from": {"id": self.me}, "text": text, "textFormat": "plain"}
        if mention:
            named = f"<at>{BOT['name']}</at>"
            body |= {"text": f"{named} {text}", "textFormat": "xml", "mentions": [{"mentioned": BOT, "text": named}]}
        await self._post(f"/_conversation/v1/conversations/{conversation}/messages", body)

    async def writes(self, user: str, text: str) -> None:
        """Somebody else writes in his personal chat."""
        await self._acts(user, type="message", text=text, textFormat="plain")

    async def installs(self) -> None:
        """The app is added to the team."""
        await self._acts(self.me, type="installationUpdate", action="add", place=TEAM)

    async def presses(self, user: str, label: str, *, place: str = "", **typed: str) -> Json:
        """Somebody presses the newest button of this label, by default in his personal chat: what he is answered."""
        place = place or await self.chat(user)
        id, data = self.button(place, label)
        return await self.sends(user, place, id, data, **typed)

    async def sends(self, user: str, place: str, id: str, data: Json, **typed: str) -> Json:
        """A universal action of the message `id`."""
        said = {**data, **{f"in.{name}": value for name, value in typed.items()}}
        action = {"type": "Action.Execute", "verb": "press", "data": said}
        press = await self._acts(
            user,
            type="invoke",
            name="adaptiveCard/action",
            value={"action": action, "trigger": "manual"},
            replyToId=id,
            place=place,
        )
        await self.until(lambda: press in self.relay.answers, what=f"an answer to {user}")
        return self.relay.answers[press]

    async def searches(self, user: str, text: str, *, what: str) -> Json:
        """Letters typed into the message extension: the answer."""
        query = {"commandId": what, "parameters": [{"name": "query", "value": text}]}
        id = await self._acts(user, type="invoke", name="composeExtension/query", value=query)
        await self.until(lambda: id in self.relay.answers, what="an answer to the search")
        return self.relay.answers[id]

    async def chat(self, user: str) -> str:
        """The personal chat of somebody, made as a bot makes it."""
        wanted = {"isGroup": False, "bot": BOT, "tenantId": TENANT, "members": [{"id": user}]}
        wanted |= {"channelData": {"tenant": {"id": TENANT}}}
        async with self.http.post(f"{self.relay.address}/_connector/v3/conversations", json=wanted) as answer:
            return str((await answer.json())["id"])

    # --- what is seen ---------------------------------------------------------------------

    def posted(self, place: str) -> list[tuple[str, Json]]:
        """Id and card of the messages there (a channel with its threads), oldest first."""
        here = [(id, said) for at, id, said in self.relay.messages() if at.partition(";")[0] == place]
        return [(id, card_of(said)) for id, said in here if said.get("attachments")]

    def said(self, place: str) -> str:
        """What all cards there say now."""
        return "\n".join(read_aloud(card) for _, card in self.posted(place))

    def button(self, place: str, label: str) -> tuple[str, Json]:
        """The newest message with a button of this label: its id, and the button's data."""
        for id, action in self.actions(place):
            if action.get("title") == label:
                return id, action["data"]
        raise AssertionError(f"no {label!r} in {place}\n{self.transcript()}")

    def actions(self, place: str) -> Iterator[tuple[str, Json]]:
        """Every universal action there with its message, the newest message first."""
        for id, card in reversed(self.posted(place)):
            yield from ((id, one) for one in nodes(card) if one.get("type") == "Action.Execute")

    async def until(self, happened: Callable[[], object], *, what: str) -> None:
        """Waits for something to be seen."""
        for _ in range(int(WAIT_SECONDS * 50)):
            if happened():
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"it did not happen: {what}\n{self.transcript()}")

    def transcript(self) -> str:
        """All that was posted, and what failed."""
        places = dict.fromkeys(at.partition(";")[0] for at, _, _ in self.relay.messages())
        shown = "\n".join(f"--- {place}\n{self.said(place)}" for place in places)
        return f"{shown[-8_000:]}\nfailed: {self.relay.failed}"

    # --- how it goes over the wire --------------------------------------------------------

    async def _acts(self, user: str, *, place: str = "", **said: object) -> str:
        """An activity of somebody, as Teams would tell it; its id."""
        place, number = place or await self.chat(user), f"activity-{next(self.numbers)}"
        kind = {PERSONAL: "personal", GROUP: "groupChat"}.get(place, "personal")
        data: Json = {"tenant": {"id": TENANT}}
        if place.startswith((TEAM, CHANNEL)):
            kind, data = "channel", data | {"team": {"id": TEAM}, "channel": {"id": place.partition(";")[0]}}
        activity = {
            "id": number,
            "channelId": "msteams",
            "serviceUrl": f"{self.url}/_connector",
            "from": {"id": user, "name": user, "aadObjectId": user},
            "recipient": BOT,
            "conversation": {"id": place, "conversationType": kind, "tenantId": TENANT},
            "channelData": data,
            **said,
        }
        await self._post(f"/_internal/v1/customActivities?conversationId={place}", activity)
        return number

    async def _post(self, path: str, body: Json) -> None:
        async with self.http.post(f"{self.url}{path}", json=body) as answer:
            assert answer.status == 200, f"{path}: {answer.status} {await answer.text()}"


@asynccontextmanager
async def playing(folder: Path, at: Path, *, door: str, people: tuple[str, ...]) -> AsyncIterator[Playground]:
    """The Playground of these programs, at work in `at`: the first person sits before it, our door answers."""
    users = [_user(name) for name in people]
    listed = "\n".join(f"  - {user}" for user in users[1:])
    config = CONFIG.format(tenant=TENANT, bot=BOT["id"], me=users[0], users=listed, team=TEAM, channel=CHANNEL)
    (at / ".m365agentsplayground.yml").write_text(config, "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    async with relaying(door) as relay, aiohttp.ClientSession() as http:
        command = [str(_program(folder)), "start", "-e", f"{relay.address}/api/messages", "-c", "msteams"]
        environment = os.environ | {"TEAMSAPPTESTER_BROWSER": "none"}
        with (at / "playground.log").open("wb") as log:
            process = subprocess.Popen(
                [*command, "-p", str(port), "--dt", "--er"], cwd=at, stdout=log, stderr=log, env=environment
            )
            try:
                made = Playground(port, http, relay, person_of(people[0]))
                relay.service = f"{made.url}/_connector"
                relay.chats[made.me] = PERSONAL
                await _listening(made, process)
                yield made
            finally:
                process.terminate()
                process.wait(timeout=30)


async def _listening(made: Playground, process: subprocess.Popen[bytes]) -> None:
    for _ in range(int(WAIT_SECONDS * 10)):
        if process.poll() is not None:
            raise RuntimeError("the Playground ended before it listened")
        with suppress(aiohttp.ClientError):
            async with made.http.get(f"{made.url}/"):
                return
        await asyncio.sleep(0.1)
    raise RuntimeError("the Playground did not listen in time")
