"""What happens to an activity: read, on disk, acknowledged; and what is shown while Teams waits."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.chat import Reply
from bot.messaging.model import Acceptance, Account, Address, DeliveryError, Duplicate, Event, Ignored, Responder
from bot.platforms.failure import log_failure
from bot.platforms.pace import Pace
from bot.platforms.teams.heard import Act, Heard, Installed, Looked, Nothing, PlaceChanged, Searched, TeamChanged
from bot.platforms.teams.membership import TeamsDirectory
from bot.platforms.teams.messenger import TeamsMessenger
from bot.platforms.teams.met import Met
from bot.platforms.teams.parse import parse
from bot.platforms.teams.parts import Means
from bot.platforms.teams.render import render
from bot.platforms.teams.respond import NO_VIEW, Shown, card_response, message_response
from bot.platforms.teams.search import DOCUMENTS, results_of

log = logging.getLogger(__name__)

TOO_FAST = "That is more at a time than I take from one person or channel. This one was not taken in; wait a minute."
TAKEN = "This was taken in already."


@dataclass(frozen=True)
class Answered:
    """What Teams is answered at once; `body` is the response of an invoke."""

    status: int = 200
    body: Mapping[str, Any] | None = None


class Desk(Protocol):
    """What is behind the door."""

    async def accept(self, event: Event, respond: Responder) -> Acceptance: ...

    async def met(self, at: Address, reference: Mapping[str, str]) -> None:
        """The app came to a place: how to write there is kept."""
        ...

    async def place_changed(self, at: Address) -> None: ...

    async def workspace_changed(self, at: Address) -> None: ...

    async def too_fast(self, event: Event) -> None: ...

    async def search(self, account: Account, text: str) -> Sequence[tuple[str, str]]: ...

    async def view(self, account: Account, card: str) -> tuple[Reply, Mapping[str, str]] | None: ...

    async def search_documents(self, account: Account, text: str) -> Sequence[tuple[str, str]]: ...


TYPING_SECONDS = 3
"""How long Teams shows the typing sign: while it stands in a place it is not sent there again."""


@dataclass(frozen=True)
class TeamsDoor:
    """Reads, has the inbox commit, acknowledges. Activities of another tenant are dropped before storage."""

    tenant: str
    desk: Desk
    messenger: TeamsMessenger
    directory: TeamsDirectory
    met: Met
    page: str = ""
    person: Pace | None = None
    channel: Pace | None = None
    beside: set[asyncio.Task[None]] = field(default_factory=set)
    typing: Pace = field(default_factory=lambda: Pace(burst=1, per_second=1 / TYPING_SECONDS, clock=time.monotonic))

    async def take(self, body: Mapping[str, Any]) -> Answered:
        """What one activity, proved to come from Teams, is answered."""
        try:
            answered = await self._answer(parse(body, tenant=self.tenant))
        except Exception as error:  # the conversation's edge: not on disk, so it is not acknowledged
            log_failure(log, error)
            return Answered(503)
        if body.get("type") == "invoke" and answered.status == 200 and answered.body is None:
            return Answered(501)
        return answered

    async def _answer(self, heard: Heard) -> Answered:
        match heard:
            case Act():
                return await self._act(heard)
            case Installed(at, reference, team):
                await self._install(at, reference, team)
            case PlaceChanged(at):
                await self.desk.place_changed(at)
            case TeamChanged(at):
                await self.desk.workspace_changed(at)
            case Searched(account, text, what, service):
                self.met.note_service(service)
                search = self.desk.search_documents if what == DOCUMENTS else self.desk.search
                return Answered(body=results_of(await search(account, text), what=what))
            case Looked(account, card, service):
                self.met.note_service(service)
                return Answered(body=await self._view(account, card))
            case Nothing(why):
                log.debug("not taken in: %s", why)
        return Answered()

    async def _act(self, act: Act) -> Answered:
        event, invoke = act.event, act.screen.invoke
        self.met.note(event.at, event.reference, sender=event.sender, user=act.user)
        if not self._paced(event):
            await self.desk.too_fast(event)
            return Answered(body=message_response(TOO_FAST)) if invoke else Answered(429)
        shown = Shown(self.messenger, act.screen, event.at, event.sender, page=self.page)
        accepted = await self.desk.accept(event, shown)
        if invoke:
            taken = isinstance(accepted, Duplicate | Ignored)
            return Answered(body=message_response(TAKEN) if taken else await shown.response())
        new = event.addressed == "bot" and not isinstance(accepted, Duplicate | Ignored)
        if new and self.typing.one_more(event.at.place):
            self._beside(self._think(event))
        return Answered()

    async def _install(self, at: Address, reference: Mapping[str, str], team: str) -> None:
        """Remembers how to write here, and in a team to every channel of it: notices go there unasked."""
        self.met.note(at, reference)
        await self.desk.met(at, reference)
        if not team:
            return
        await self.desk.workspace_changed(at)
        with suppress(DeliveryError, KeyError, TypeError):
            for channel in await self.directory.channels(team, service=reference["service_url"]):
                if str(channel.get("type") or "standard").casefold() == "standard":
                    await self.desk.met(Address("teams", at.workspace, str(channel["id"])), reference)

    async def _view(self, account: Account, card: str) -> Mapping[str, Any]:
        """The card as this person may see it; where there is none the one that all can see stays."""
        seen = await self.desk.view(account, card)
        if seen is None:
            return NO_VIEW
        reply, tokens = seen
        return card_response(render(reply, Means(tokens), page=self.page).card)

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Done after the acknowledgement."""
        task = asyncio.create_task(work)
        self.beside.add(task)
        task.add_done_callback(self.beside.discard)

    async def _think(self, event: Event) -> None:
        """The typing sign; it goes away with the answer. Where Teams does not show it nothing is lost."""
        with suppress(DeliveryError):
            await self.messenger.say(event.at, {"type": "typing"}, reference=event.reference)

    def _paced(self, event: Event) -> bool:
        if event.addressed != "bot":
            return True
        by_person = self.person is None or self.person.allows(event.sender.text, event=event.key)
        return by_person and (self.channel is None or self.channel.allows(event.at.place, event=event.key))
