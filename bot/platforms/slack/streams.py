"""Answers that grow before the reader's eyes: Slack's native streams where they work, nothing where they do not."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

from bot.messaging.model import Account, Address, Event, Letter, MessageRef, Rejected, Said
from bot.platforms.slack.limits import STREAM_TEXT
from bot.platforms.slack.web_api import Refused, SlackApi

UNAVAILABLE = frozenset({"unknown_method", "missing_scope", "not_allowed_token_type", "feature_not_enabled"})


ASKERS = 1_000


class Askers:
    """Who asked what this process took in lately: Slack streams to a person, and a letter does not say to whom.

    Only a convenience: an answer that another process works out is not streamed but changed step by step.
    """

    def __init__(self) -> None:
        self._by_key: OrderedDict[str, Account] = OrderedDict()

    def note(self, event: Event) -> None:
        """Remember who asked."""
        if isinstance(event.payload, Said):
            self._by_key[event.key] = event.sender
            while len(self._by_key) > ASKERS:
                self._by_key.popitem(last=False)

    def of(self, letter: Letter) -> Account | None:
        """Whom this answer is for, where that is known here."""
        return self._by_key.get(letter.key.removesuffix("/answer"))


class Streams:
    """The streams that are open, with what each has shown so far."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api
        self._shown: dict[str, str] = {}
        self._available = True

    async def begin(self, at: Address, text: str, recipient: Account | None) -> MessageRef | None:
        """A stream that shows `text`, or None where there can be none.

        Slack streams into threads only, and in channels only for a recipient: the one who asked.
        """
        direct = at.channel.startswith("D")
        if not (self._available and at.thread and (direct or recipient)):
            return None
        try:
            answer = await self._api.call(
                "chat.startStream",
                channel=at.channel,
                thread_ts=at.thread,
                markdown_text=_safe(text)[:STREAM_TEXT],
                recipient_user_id=recipient.user if recipient else None,
                recipient_team_id=recipient.workspace if recipient else None,
            )
        except Refused as refused:
            self._available = refused.code not in UNAVAILABLE
            return None
        ref = MessageRef(at, str(answer["ts"]))
        self._shown[ref.id] = text
        return ref

    async def grow(self, ref: MessageRef, text: str) -> bool:
        """Appends what is new. False where the stream is not ours, or its text changed instead of growing."""
        before = self._shown.get(ref.id)
        if before is None:
            return False
        if not text.startswith(before) or len(text) > STREAM_TEXT:
            await self.end(ref)
            return False
        if text != before:
            grown = _safe(text[len(before) :])
            await self._api.call("chat.appendStream", channel=ref.at.channel, ts=ref.id, markdown_text=grown)
            self._shown[ref.id] = text
        return True

    async def end(self, ref: MessageRef, *, metadata: Mapping[str, object] | None = None) -> None:
        """Ends the stream if it is one: only then may its message be changed."""
        if self._shown.pop(ref.id, None) is None:
            return
        try:
            await self._api.call("chat.stopStream", channel=ref.at.channel, ts=ref.id, metadata=metadata)
        except Rejected:
            return  # ended already, by a crash or by Slack; the update that follows says whether the message stands


def _safe(text: str) -> str:
    """No Markdown link can come of a document's words while they stream; the final message shows them as they are."""
    return text.replace("](", "] (")
