"""Draws a reply for Slack: blocks within its limits, and the same in plain words. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.chat import Buttons, Part, Reply
from bot.platforms.slack import limits
from bot.platforms.slack.parts import Means, blocks_of
from bot.platforms.slack.rich import Json, block, link, section, words
from bot.platforms.slack.words import in_words


@dataclass(frozen=True)
class Message:
    """What is posted: `blocks` for eyes, `text` for notifications and screen readers."""

    text: str
    blocks: tuple[Json, ...]


def render(reply: Reply, means: Means, *, page: str = "") -> Message:
    """The public parts as one message; `page` is where the whole can be read when it does not fit."""
    return render_parts(reply.parts, means, page=page)


def render_parts(parts: Sequence[Part], means: Means, *, page: str = "") -> Message:
    """These parts as one message. What finds no room is left out with a notice; nothing makes it fail."""
    return Message(
        in_words(parts), fitted(parts, means, room=Room(limits.MESSAGE_BLOCKS, limits.MESSAGE_JSON), page=page)
    )


def render_home(reply: Reply, means: Means, *, page: str = "") -> Json:
    """The App Home of one person."""
    room = Room(limits.VIEW_BLOCKS, limits.VIEW_JSON)
    return {"type": "home", "blocks": list(fitted(reply.parts, replace(means, in_message=False), room=room, page=page))}


@dataclass(frozen=True)
class Room:
    """How much a surface takes: blocks, and characters of their JSON."""

    blocks: int
    json: int


def fitted(parts: Sequence[Part], means: Means, *, room: Room, page: str = "") -> tuple[Json, ...]:
    """The blocks that fit; where some do not, a notice takes their place and the buttons stay in reach."""
    drawn = list(blocks_of(parts, means)) or [block(section(words("")))]
    if len(drawn) <= room.blocks and _size(drawn) <= room.json:
        return tuple(drawn)
    pressed = list(blocks_of([part for part in parts if isinstance(part, Buttons)][:2], means))
    body = [one for one in drawn if one["type"] not in {"actions", "context_actions"}]
    notice = _notice(page)
    kept: list[Json] = []
    left = room.json - _size([notice, *pressed])
    for one in body[: room.blocks - 1 - len(pressed)]:
        left -= _size([one])
        if left < 0:
            break
        kept.append(one)
    return (*kept, notice, *pressed)


def _notice(page: str) -> Json:
    said = words("This is longer than one message may be; the rest is not shown here. ", "italic")
    if page:
        return block(section(said, link("Read it all", page)))
    return block(section(said, words("Ask for a part of it, for example one project or one gate.", "italic")))


def _size(blocks: Sequence[Json]) -> int:
    return len(json.dumps(blocks, ensure_ascii=False))
