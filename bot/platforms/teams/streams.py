"""Answers that grow before the reader's eyes, as Teams streams them in a personal chat."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.messaging.model import Address, MessageRef
from bot.platforms.teams import limits

OPEN = 500
"""Streams remembered; Teams itself ends one after two minutes."""


class Say(Protocol):
    """Posts an activity."""

    async def __call__(
        self, at: Address, activity: Mapping[str, Any], *, reference: Mapping[str, str]
    ) -> MessageRef: ...


@dataclass(frozen=True)
class _Shown:
    text: str
    sequence: int


class Streams:
    """The streams that are open, with what each has shown so far. Teams lets a text grow, never change."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._shown: OrderedDict[str, _Shown] = OrderedDict()

    async def grow(self, at: Address, text: str, ref: MessageRef | None) -> MessageRef:
        """Begin a stream, or show what is new in it."""
        text = text[: limits.STREAM]
        if ref is None:
            ref = await self._say(at, _part(text, 1), reference={})
            self._note(ref, _Shown(text, 1))
            return ref
        before = self._shown.get(ref.id)
        if before is not None and text != before.text and text.startswith(before.text):
            await self._say(at, _part(text, before.sequence + 1, stream=ref.id), reference={})
            self._note(ref, _Shown(text, before.sequence + 1))
        return ref

    async def end(self, ref: MessageRef, final: Mapping[str, Any]) -> bool:
        """Put the final message in the stream's place; False when there is no such stream here."""
        if self._shown.pop(ref.id, None) is None:
            return False
        info = {"type": "streaminfo", "streamId": ref.id, "streamType": "final"}
        await self._say(ref.at, {**final, "id": ref.id, "entities": [info]}, reference={})
        return True

    def _note(self, ref: MessageRef, shown: _Shown) -> None:
        self._shown[ref.id] = shown
        while len(self._shown) > OPEN:
            self._shown.popitem(last=False)


def _part(text: str, sequence: int, *, stream: str = "") -> dict[str, Any]:
    info: dict[str, Any] = {"type": "streaminfo", "streamType": "streaming", "streamSequence": sequence}
    return {"type": "typing", "text": text, "entities": [info | ({"streamId": stream} if stream else {})]}
