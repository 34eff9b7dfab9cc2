"""Shows an answer to the one who acted while Teams waits: as the card of an invoke's response, or in his own chat.

A card of a personal chat is changed in place. In front of others a form goes to the personal chat, because the card
there changes under everybody's hands; an answer replaces the card for him alone. Nothing is tried twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.chat import Form, Reply
from bot.messaging.model import Account, Address, DeliveryError, MessageRef
from bot.platforms.teams.forms import render_form
from bot.platforms.teams.heard import Screen
from bot.platforms.teams.messenger import TeamsMessenger, activity_of
from bot.platforms.teams.parts import Means
from bot.platforms.teams.render import CONTENT_TYPE, Message, in_words, render_parts

Json = dict[str, Any]

WAIT_SECONDS = 4.0
"""How long a response waits for the answer: Teams itself gives up after some fifteen, people much earlier."""

MESSAGE_TYPE = "application/vnd.microsoft.activity.message"
WORKING = "This is being worked on. The answer comes in this conversation or in our personal chat."
NO_VIEW: Json = {
    "statusCode": 404,
    "type": "application/vnd.microsoft.error",
    "value": {"code": "NotFound", "message": "There is nothing more to show you here."},
}
"""The response that leaves the card as all see it."""

IN_PERSON = "Sent to you in our personal chat."


def card_response(card: Json) -> Json:
    """The response of an Action.Execute: this card in the place of the old one, for whoever pressed."""
    return {"statusCode": 200, "type": CONTENT_TYPE, "value": card}


def message_response(text: str) -> Json:
    """The response of an Action.Execute that only says something."""
    return {"statusCode": 200, "type": MESSAGE_TYPE, "value": text}


class Shown:
    """One chance to show an answer to `account`, who acted at `at`."""

    def __init__(
        self, messenger: TeamsMessenger, screen: Screen, at: Address, account: Account, *, page: str = ""
    ) -> None:
        self._messenger = messenger
        self._screen = screen
        self._at = at
        self._account = account
        self._page = page
        self._response: asyncio.Future[Json] = asyncio.get_running_loop().create_future()

    async def __call__(self, answer: Reply | Form, tokens: Mapping[str, str]) -> bool:
        """Whether it was shown."""
        drawn = self._drawn(answer, tokens)
        try:
            if self._screen.personal:
                return await self._in_place(drawn)
            if isinstance(answer, Form) and await self._in_person(drawn):
                return True
        except DeliveryError:
            return self._responds(drawn)
        return self._responds(drawn)

    async def response(self) -> Json:
        """What the invoke is answered, waited for as long as people wait."""
        done, _ = await asyncio.wait([self._response], timeout=WAIT_SECONDS)
        if done:
            return self._response.result()
        self._response.cancel()
        return message_response(WORKING)

    async def _in_place(self, drawn: Message) -> bool:
        """The card itself changes, for good, and the response shows the same at once."""
        if not self._screen.card:
            return self._responds(drawn)
        await self._messenger.change(MessageRef(self._at, self._screen.card), activity_of(drawn), reference={})
        self._responds(drawn)
        return True

    async def _in_person(self, drawn: Message) -> bool:
        """A form as a message of the personal chat; False when there can be none."""
        try:
            direct = await self._messenger.open_direct(self._account)
            await self._messenger.say(direct, activity_of(drawn), reference={})
        except DeliveryError:
            return False
        if not self._response.done():
            self._response.set_result(message_response(IN_PERSON))
        return True

    def _responds(self, drawn: Message) -> bool:
        if not self._screen.invoke or self._response.done():
            return False
        self._response.set_result(card_response(drawn.card))
        return True

    def _drawn(self, answer: Reply | Form, tokens: Mapping[str, str]) -> Message:
        means = Means(tokens)
        if isinstance(answer, Reply):
            return render_parts((*answer.parts, *answer.private), means, page=self._page)
        summary = f"{answer.title}. {in_words(answer.parts, limit=300)}"
        return Message(summary, render_form(answer, means, page=self._page))
