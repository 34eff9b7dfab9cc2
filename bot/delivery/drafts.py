"""Shows an answer while it is being written: the newest draft wins, older ones are never sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.chat import Form, Reply
from bot.messaging.model import DeliveryError, Letter, MessageRef, Messenger

BETWEEN = 1.0
"""Seconds between two drafts of one message: platforms throttle faster editing."""


class Drafts:
    """The drafts of one answer. `offer` may be called from any thread; `finish` puts the final words in their place.

    What is posted carries the key of the answer's own message, so that after a crash the outbox finds the draft and
    writes the answer over it.
    """

    def __init__(self, messenger: Messenger, letter: Letter, *, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._messenger = messenger
        self._letter = letter
        self._sleep = sleep
        self._loop = asyncio.get_running_loop()
        self._newest: Reply | None = None
        self._writing: asyncio.Task[None] | None = None
        self._resting = False
        self.ref: MessageRef | None = None

    @property
    def begun(self) -> bool:
        """Whether anything was offered."""
        return self._writing is not None

    def offer(self, reply: Reply) -> None:
        """This can be seen now; what was offered before and not shown yet is not shown at all."""
        self._loop.call_soon_threadsafe(self._take, replace(reply, private=()))

    async def finish(self, answer: Reply | Form, tokens: Mapping[str, str]) -> bool:
        """The final words over the draft; False when there is none, then the outbox posts them."""
        self._newest = None
        if self._writing is not None and not self._resting:
            await self._writing
        if self.ref is None or isinstance(answer, Form):
            return False
        try:
            await self._messenger.update(self.ref, replace(self._letter, reply=answer, tokens=tokens))
        except DeliveryError:
            return False
        return True

    def _take(self, reply: Reply) -> None:
        self._newest = reply
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        while self._newest is not None:  # after `finish` there is none
            newest, self._newest = self._newest, None
            try:
                self.ref = await self._messenger.draft(replace(self._letter, reply=newest), self.ref)
            except DeliveryError:
                return  # the final answer comes all the same
            self._resting = True
            await self._sleep(BETWEEN)
            self._resting = False
