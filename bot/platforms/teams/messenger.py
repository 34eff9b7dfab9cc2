"""Posts the outbox's letters to Teams and changes them. Teams has no history that a bot may search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.chat import Line
from bot.messaging.model import Account, Address, CannotAsk, Letter, MessageRef, Rejected
from bot.platforms.teams.buttons import refresh
from bot.platforms.teams.connector import Connector, segment
from bot.platforms.teams.met import Met
from bot.platforms.teams.parse import MESSAGE_PART
from bot.platforms.teams.parts import Means
from bot.platforms.teams.render import CONTENT_TYPE, Message, render
from bot.platforms.teams.streams import Streams

PERSONAL = "personal"
MENTION_ME = "To go on in this thread, mention me."


class TeamsMessenger:
    """Writes to one tenant. `page` is where the whole of a shortened message can be read, if anywhere."""

    def __init__(self, connector: Connector, met: Met, *, bot: str, tenant: str, page: str = "") -> None:
        self._connector = connector
        self._met = met
        self._bot = bot
        self._tenant = tenant
        self._page = page
        self._direct: dict[str, Address] = {}
        self._streams = Streams(self.say)

    async def post(self, letter: Letter) -> MessageRef:
        """A new message; one to a channel and none of its threads begins a thread there."""
        said = activity_of(self._drawn(_in_thread(letter)))
        if is_channel(letter.to) and not letter.to.thread:
            return await self._begin(letter.to, said, reference=letter.reference)
        return await self.say(letter.to, said, reference=letter.reference)

    async def update(self, ref: MessageRef, letter: Letter) -> None:
        """The new face of a message. An answer that was being streamed is ended by it."""
        said = activity_of(self._drawn(letter))
        if await self._streams.end(ref, said):
            return
        await self.change(ref, said, reference=letter.reference)

    async def find(self, letter: Letter) -> CannotAsk:  # noqa: ARG002 (no letter can be looked for)
        """Never: a message that may have been posted before a crash is posted again, marked and counted."""
        return CannotAsk()

    async def open_direct(self, account: Account) -> Address:
        """The personal chat with somebody; the app must be installed for him or for a team of his."""
        if account.user not in self._direct:
            self._direct[account.user] = await self._opened(account)
        return self._direct[account.user]

    async def draft(self, letter: Letter, ref: MessageRef | None) -> MessageRef:
        """The state of an answer in the writing, streamed; Teams does that in personal chats alone."""
        reference = letter.reference or await self._met.reference(letter.to)
        if reference.get("kind") != PERSONAL:
            raise Rejected("Teams streams in personal chats only.")
        return await self._streams.grow(letter.to, self._drawn(letter).summary, ref)

    async def say(self, at: Address, activity: Mapping[str, Any], *, reference: Mapping[str, str]) -> MessageRef:
        """An activity to a conversation."""
        service = await self._service(at, reference)
        posted = await self._connector.post(service, f"conversations/{_conversation(at)}/activities", activity)
        return MessageRef(at, str(posted.get("id") or ""))

    async def change(self, ref: MessageRef, activity: Mapping[str, Any], *, reference: Mapping[str, str]) -> None:
        """Another activity in the place of one."""
        service = await self._service(ref.at, reference)
        path = f"conversations/{_conversation(ref.at)}/activities/{segment(ref.id)}"
        await self._connector.call("PUT", service, path, {**activity, "id": ref.id})

    async def _begin(self, at: Address, activity: Mapping[str, Any], *, reference: Mapping[str, str]) -> MessageRef:
        """A thread of a channel is made together with its first message."""
        wanted = {
            "bot": {"id": self._bot},
            "isGroup": True,
            "tenantId": self._tenant,
            "channelData": {"channel": {"id": at.channel}, "tenant": {"id": self._tenant}},
            "activity": activity,
        }
        made = await self._connector.post(await self._service(at, reference), "conversations", wanted)
        thread = str(made.get("id") or "").partition(MESSAGE_PART)[2]
        return MessageRef(replace(at, thread=thread), str(made.get("activityId") or thread))

    async def _opened(self, account: Account) -> Address:
        met = self._met.found_at(account)
        if met and (await self._met.reference(met[0])).get("kind") == PERSONAL:
            return met[0]
        wanted = {
            "bot": {"id": self._bot},
            "members": [{"id": met[1] if met else account.user}],
            "isGroup": False,
            "tenantId": self._tenant,
            "channelData": {"tenant": {"id": self._tenant}},
        }
        opened = await self._connector.post(self._met.service, "conversations", wanted)
        at = Address("teams", self._tenant, str(opened["id"]))
        self._met.note(at, {"service_url": self._met.service, "bot": self._bot, "kind": PERSONAL})
        return at

    async def _service(self, at: Address, reference: Mapping[str, str]) -> str:
        known = reference or await self._met.reference(at)
        return known.get("service_url") or self._met.service

    def _drawn(self, letter: Letter) -> Message:
        drawn = render(letter.reply, Means(letter.tokens), page=self._page)
        viewers = self._met.called(letter.view.viewers) if letter.view else []
        if not letter.view or not viewers:
            return drawn
        return replace(drawn, card=drawn.card | {"refresh": refresh(letter.view.card, viewers)})


def activity_of(message: Message) -> dict[str, Any]:
    """A message with a card; `summary` is what a notification says."""
    return {
        "type": "message",
        "summary": message.summary,
        "attachments": [{"contentType": CONTENT_TYPE, "content": message.card}],
    }


def is_channel(at: Address) -> bool:
    """Whether this is a channel of a team, by its id."""
    return at.channel.endswith(("@thread.tacv2", "@thread.skype"))


def _in_thread(letter: Letter) -> Letter:
    """In a channel Teams tells a bot only of what mentions it: an answer there says so."""
    if not letter.to.thread:
        return letter
    return replace(letter, reply=replace(letter.reply, parts=(*letter.reply.parts, Line(MENTION_ME, quiet=True))))


def _conversation(at: Address) -> str:
    return segment(f"{at.channel}{MESSAGE_PART}{at.thread}" if at.thread else at.channel)
