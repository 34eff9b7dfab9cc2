"""Posts the outbox's letters to Slack, changes them, and finds again what was posted before a crash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from bot.chat import Part, Picture
from bot.messaging.model import (
    Account,
    Address,
    CannotAsk,
    DeliveryError,
    Letter,
    MessageRef,
    NotThere,
    Throttled,
    Unreachable,
)
from bot.platforms.slack.limits import METADATA_KEY
from bot.platforms.slack.parts import Means
from bot.platforms.slack.render import Message, render
from bot.platforms.slack.streams import Askers, Streams
from bot.platforms.slack.web_api import Refused, SlackApi

SEARCHED_PAGES = 3
PAGE = 200
"""Messages looked through for a lost post, 200 a page: it can only be among the latest."""

KEPT_FILES = 500
UNREADABLE = frozenset({"missing_scope", "not_in_channel", "channel_not_found", "not_allowed_token_type"})


class SlackMessenger:
    """Writes to one workspace. `page` is where the whole of a shortened message can be read, if anywhere."""

    def __init__(self, api: SlackApi, *, page: str = "") -> None:
        self._api = api
        self._page = page
        self._streams = Streams(api)
        self.askers = Askers()
        self._files: dict[str, str] = {}
        self._direct: dict[str, str] = {}

    async def post(self, letter: Letter) -> MessageRef:
        """A new message."""
        at = await self._reached(letter.to)
        drawn = await self._drawn(letter)
        answer = await self._api.call(
            "chat.postMessage",
            channel=at.channel,
            thread_ts=at.thread or None,
            metadata=_metadata(letter),
            unfurl_links=False,
            unfurl_media=False,
            parse="none",
            link_names=False,
            **_body(drawn),
        )
        return MessageRef(replace(at, channel=str(answer["channel"])), str(answer["ts"]))

    async def update(self, ref: MessageRef, letter: Letter) -> None:
        """The new face of a message. An answer that was being streamed is ended by it."""
        drawn = await self._drawn(letter)
        await self._streams.end(ref, metadata=_metadata(letter))
        await self._api.call(
            "chat.update", channel=ref.at.channel, ts=ref.id, metadata=_metadata(letter), parse="none", **_body(drawn)
        )

    async def find(self, letter: Letter) -> MessageRef | NotThere | CannotAsk:
        """The message that carries this letter's key, looked for in the history of its place or thread."""
        try:
            at = await self._reached(letter.to)
            return await self._found(at, letter.key)
        except Refused as refused:
            if refused.code == "thread_not_found":
                return NotThere()
            if refused.code in UNREADABLE:
                return CannotAsk()
            raise

    async def open_direct(self, account: Account) -> Address:
        """The direct conversation with a person."""
        answer = await self._api.call("conversations.open", users=account.user)
        return Address("slack", account.workspace, str(answer["channel"]["id"]))

    async def draft(self, letter: Letter, ref: MessageRef | None) -> MessageRef:
        """The state of an answer in the writing: streamed where Slack does that, else a message that changes."""
        drawn = render(letter.reply, Means(letter.tokens), page=self._page)
        if ref is not None:
            if not await self._streams.grow(ref, drawn.text):
                await self._api.call("chat.update", channel=ref.at.channel, ts=ref.id, parse="none", **_body(drawn))
            return ref
        at = await self._reached(letter.to)
        begun = await self._streams.begin(at, drawn.text, self.askers.of(letter))
        return begun or await self.post(letter)

    async def _found(self, at: Address, key: str) -> MessageRef | NotThere:
        method, where = ("conversations.replies", {"ts": at.thread}) if at.thread else ("conversations.history", {})
        cursor: str | None = None
        for _ in range(SEARCHED_PAGES):
            answer = await self._api.read(
                method, channel=at.channel, include_all_metadata=True, limit=PAGE, cursor=cursor, **where
            )
            for message in answer.get("messages") or ():
                if _key_of(message) == key:
                    return MessageRef(at, str(message["ts"]))
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                break
        return NotThere()

    async def _reached(self, to: Address) -> Address:
        """The address with a conversation's id: one that names a person becomes the direct conversation with him."""
        if not to.channel.startswith(("U", "W")):
            return to
        if to.channel not in self._direct:
            opened = await self.open_direct(Account("slack", to.workspace, to.channel))
            self._direct[to.channel] = opened.channel
        return replace(to, channel=self._direct[to.channel])

    async def _drawn(self, letter: Letter) -> Message:
        files = await self._uploaded(letter.reply.parts)
        return render(letter.reply, Means(letter.tokens, lambda picture: files.get(picture.png)), page=self._page)

    async def _uploaded(self, parts: Sequence[Part]) -> dict[bytes, str]:
        """File ids of the pictures. A picture that Slack does not take is told in its words: the letter goes out."""
        files: dict[bytes, str] = {}
        for part in parts:
            if isinstance(part, Picture):
                try:
                    files[part.png] = await self._file(part)
                except (Throttled, Unreachable):
                    raise
                except DeliveryError:
                    continue
        return files

    async def _file(self, picture: Picture) -> str:
        name = sha256(picture.png).hexdigest()
        if name not in self._files:
            while len(self._files) >= KEPT_FILES:
                del self._files[next(iter(self._files))]
            title = picture.title or "Picture"
            self._files[name] = await self._api.upload(picture.png, title=title, alt=picture.alt)
        return self._files[name]


def _body(drawn: Message) -> dict[str, Any]:
    return {"text": drawn.text, "blocks": list(drawn.blocks)}


def _metadata(letter: Letter) -> dict[str, object]:
    return {"event_type": METADATA_KEY, "event_payload": {"key": letter.key}}


def _key_of(message: Mapping[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != METADATA_KEY:
        return None
    return (metadata.get("event_payload") or {}).get("key")
