"""What happens to a payload of Slack's: read, on disk, acknowledged; and what is shown while Slack waits."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from bot.messaging.model import (
    Acceptance,
    Accepted,
    Account,
    Address,
    DeliveryError,
    Event,
    Replayed,
    Responder,
    Said,
)
from bot.platforms.failure import log_failure
from bot.platforms.pace import Pace
from bot.platforms.slack.heard import (
    AccountChanged,
    Act,
    Heard,
    Nothing,
    PlaceChanged,
    Searched,
    SearchOpened,
    WorkspaceChanged,
)
from bot.platforms.slack.parse import parse
from bot.platforms.slack.respond import Shown
from bot.platforms.slack.rich import Json
from bot.platforms.slack.search import options_of, search_view
from bot.platforms.slack.streams import Askers
from bot.platforms.slack.web_api import SlackApi

log = logging.getLogger(__name__)

THINKING = "is looking it up"
"""Shown under the bot's name while an answer is prepared."""

TOO_FAST = "That is more at a time than I take from one person or channel. This one was not taken in; wait a minute."


@dataclass(frozen=True)
class Acknowledgement:
    """What Slack is answered at once; `body` is JSON where it says more than "taken"."""

    status: int = 200
    body: Json | None = None


class Desk(Protocol):
    """What is behind the door."""

    async def accept(self, event: Event, respond: Responder) -> Acceptance:
        """Puts the event on disk; what comes of it is shown by `respond` while there is time, else sent."""
        ...

    async def place_changed(self, at: Address) -> None: ...

    async def account_changed(self, account: Account) -> None: ...

    async def workspace_changed(self, at: Address) -> None: ...

    async def is_first(self, nonce: str) -> bool:
        """Whether a signed request that is no event comes for the first time."""
        ...

    async def too_fast(self, event: Event) -> None:
        """An event was not taken in because too many came."""
        ...

    async def search(self, account: Account, text: str) -> Sequence[tuple[str, str]]:
        """Gates and projects for letters typed into the search: (what to show, how it is called)."""
        ...


@dataclass(frozen=True)
class SlackDoor:
    """Reads, has the inbox commit, acknowledges. `clock` gives seconds that only go forward.

    `status_line`: whoever asks in a thread sees that an answer is being prepared (a call to Slack beside the answer).
    """

    api: SlackApi
    desk: Desk
    page: str = ""
    status_line: bool = True
    askers: Askers | None = None
    person: Pace | None = None
    channel: Pace | None = None
    clock: Callable[[], float] = time.monotonic
    beside: set[asyncio.Task[None]] = field(default_factory=set)
    told: Pace = field(default_factory=lambda: Pace(burst=1, per_second=1 / 30, clock=time.monotonic))

    async def take(self, body: Mapping[str, Any], *, nonce: str) -> Acknowledgement:
        """The acknowledgement of one payload; `nonce` is the request's signature, empty in Socket Mode."""
        began = self.clock()
        heard = parse(body)
        try:
            return await self._answer(heard, began, nonce)
        except Exception as error:  # the conversation's edge: not on disk, so Slack shall send it again
            log_failure(log, error)
            return Acknowledgement(503)

    async def _answer(self, heard: Heard, began: float, nonce: str) -> Acknowledgement:
        if nonce and not isinstance(heard, Act | Nothing) and not await self.desk.is_first(nonce):
            return Acknowledgement(403)
        match heard:
            case Act():
                return await self._act(heard, began, nonce)
            case PlaceChanged(at):
                await self.desk.place_changed(at)
            case WorkspaceChanged(at):
                await self.desk.workspace_changed(at)
            case AccountChanged(account):
                await self.desk.account_changed(account)
            case SearchOpened(_, trigger):
                self._beside(self._open_search(trigger))
            case Searched(account, text):
                return Acknowledgement(body=options_of(await self.desk.search(account, text)))
            case Nothing(why):
                log.debug("not taken in: %s", why)
        return Acknowledgement()

    async def _act(self, act: Act, began: float, nonce: str) -> Acknowledgement:
        event = replace(act.event, nonce=nonce) if nonce else act.event
        if not self._paced(event):
            await self.desk.too_fast(event)
            if self.told.one_more(event.sender.text):
                self._beside(self._tell_to_wait(event))
            return Acknowledgement()
        shown = Shown(self.api, act.screen, began=began, clock=self.clock, page=self.page)
        if self.askers is not None:
            self.askers.note(event)
        accepted = await self.desk.accept(event, shown)
        if isinstance(accepted, Replayed):
            return Acknowledgement(403)
        if act.screen.submitted:
            return Acknowledgement(body=await shown.acknowledgement())
        asked = isinstance(accepted, Accepted) and isinstance(event.payload, Said)
        if asked and event.at.thread and self.status_line:
            self._beside(self._think(event))
        return Acknowledgement()

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Done after the acknowledgement, which waits for no call to Slack."""
        task = asyncio.create_task(work)
        self.beside.add(task)
        task.add_done_callback(self.beside.discard)

    async def _think(self, event: Event) -> None:
        """The status line; it goes away with the answer. Where Slack does not show it nothing is lost."""
        with suppress(DeliveryError):
            await self.api.call(
                "assistant.threads.setStatus",
                channel_id=event.at.channel,
                thread_ts=event.at.thread,
                status=THINKING,
            )

    async def _open_search(self, trigger: str) -> None:
        try:
            await self.api.call("views.open", trigger_id=trigger, view=search_view())
        except DeliveryError as error:
            log.warning("the search could not be opened: %s", error)

    async def _tell_to_wait(self, event: Event) -> None:
        """Somebody comes faster than may be: his event is not taken in, and he is told once in a while."""
        with suppress(DeliveryError):
            place = {"channel": event.at.channel, "thread_ts": event.at.thread or None, "user": event.sender.user}
            await self.api.call("chat.postEphemeral", text=TOO_FAST, **place)

    def _paced(self, event: Event) -> bool:
        if event.addressed != "bot":
            return True
        by_person = self.person is None or self.person.allows(event.sender.text, event=event.key)
        return by_person and (self.channel is None or self.channel.allows(event.at.place, event=event.key))
