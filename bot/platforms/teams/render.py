"""Draws a reply for Teams: a card within its limits, and its first words for the notification. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat import Buttons, Details, Heading, Items, Line, Link, Part, Picture, Quote, Reply, Status, Table
from bot.platforms.teams import limits
from bot.platforms.teams.elements import Json, line, link, run
from bot.platforms.teams.parts import Means, elements_of
from bot.platforms.teams.text import shortened

SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"


@dataclass(frozen=True)
class Message:
    """What is posted: `card` for eyes, `summary` for the notification and for clients that draw no cards."""

    summary: str
    card: Json


def render(reply: Reply, means: Means, *, page: str = "") -> Message:
    """The public parts as one message; `page` is where the whole can be read when it does not fit."""
    return render_parts(reply.parts, means, page=page)


def render_parts(parts: Sequence[Part], means: Means, *, page: str = "") -> Message:
    """These parts as one message. What finds no room is left out with a notice; nothing makes it fail."""
    summary = in_words(parts, limit=limits.SUMMARY)
    return Message(summary, card_of(fitted(parts, means, page=page)) | {"fallbackText": summary})


def card_of(body: Sequence[Json]) -> Json:
    """A card of these elements, over the whole width of a message."""
    return {
        "type": "AdaptiveCard",
        "$schema": SCHEMA,
        "version": limits.CARD_VERSION,
        "msteams": {"width": "Full"},
        "body": list(body),
    }


def fitted(parts: Sequence[Part], means: Means, *, keep: Sequence[Json] = (), page: str = "") -> list[Json]:
    """The elements that fit, then `keep`; where some do not, a notice takes their place and the buttons stay."""
    drawn = list(elements_of(parts, means)) or ([] if keep else [line(run(""))])
    room = limits.CARD_BYTES - size(keep)
    if size(drawn) <= room:
        return [*drawn, *keep]
    pressed = list(elements_of([part for part in parts if isinstance(part, Buttons)][:2], means))
    room -= size([_notice(page), *pressed])
    kept: list[Json] = []
    for one in drawn:
        if one["type"] == "ActionSet" and one in pressed:
            continue
        room -= size([one])
        if room < 0:
            break
        kept.append(one)
    return [*kept, _notice(page), *pressed, *keep]


def size(drawn: object) -> int:
    """Bytes as Teams counts them: UTF-16."""
    return len(json.dumps(drawn, ensure_ascii=False)) * 2


def in_words(parts: Sequence[Part], *, limit: int) -> str:
    """The parts in plain words, as many as fit."""
    said = (words for part in parts if (words := _said(part)).strip())
    return shortened(" · ".join(said), limit)


def _said(part: Part) -> str:
    match part:
        case Heading(text) | Line(text) | Status(text):
            return text
        case Details(rows):
            return ", ".join(f"{label}: {value}" for label, value in rows)
        case Items(items, title):
            return ": ".join(filter(None, (title, "; ".join(item.text for item in items))))
        case Table(_, rows, title):
            return title or f"A table of {len(rows)} rows"
        case Quote(n, where, text):
            return f'[{n}] {where}: "{text}"'
        case Picture(_, alt):
            return alt
        case Link(label, _):
            return label
        case _:
            return ""


def _notice(page: str) -> Json:
    said = run("This is longer than one message may be; the rest is not shown here. ", italic=True)
    if page:
        return line(said, link("Read it all", page))
    return line(said, run("Ask for a part of it, for example one project or one gate.", italic=True))
