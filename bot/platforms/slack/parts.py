"""Each part of a reply as Slack blocks. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from bot.chat import (
    Button,
    Buttons,
    Details,
    Heading,
    Item,
    Items,
    Line,
    Link,
    Part,
    Picture,
    Quote,
    Status,
    Suggestion,
    Table,
)
from bot.platforms.slack import limits, rich
from bot.platforms.slack.buttons import button_row, feedback_row
from bot.platforms.slack.rich import Json
from bot.platforms.slack.tables import table_blocks
from bot.platforms.slack.text import pieces, plain, shortened, shown

LIST_TEXT = 2_400
"""Characters of list entries in one block: a long list becomes several, numbered on."""

LONG_LIST = 30
"""Entries from which a list is plain numbered lines: as a list each costs 150 characters of a message's room."""

ITEM_TEXT = 600
FOLDED_TEXT = 900
QUOTE_TEXT = 1_200
QUOTE_WHERE = 300
EMOJI = {"good": "large_green_circle", "warning": "large_yellow_circle", "bad": "red_circle", "neutral": ""}


@dataclass(frozen=True)
class Means:
    """What drawing needs from outside.

    `tokens` has the opaque token of every button's command and every suggestion's question. `file` gives the
    workspace's id of an uploaded picture, None where there is none (then its words stand alone). `in_message`
    is whether it is drawn for a message: only there are tables and feedback buttons.
    """

    tokens: Mapping[str, str] = field(default_factory=dict)
    file: Callable[[Picture], str | None] = lambda _: None
    in_message: bool = True


def blocks_of(parts: Sequence[Part], means: Means) -> Iterator[Json]:
    """The blocks in reading order; neighbours of one kind share a block, Slack allows but fifty."""
    drawn: list[Json] = []
    for _, group in groupby(parts, key=_together):
        drawn.extend(_group(list(group), means, first_table=not any(block["type"] == "table" for block in drawn)))
    return iter(drawn)


def _together(part: Part) -> tuple[str, object]:
    """What neighbouring parts share when they may stand in one block."""
    return type(part).__name__, part.quiet if isinstance(part, Line) else None


def _group(parts: Sequence[Part], means: Means, *, first_table: bool) -> Iterator[Json]:
    match parts[0]:
        case Line(quiet=quiet):
            yield from _lines([part.text for part in parts if isinstance(part, Line)], quiet=quiet)
        case Suggestion():
            asked = [Button(part.text, part.text) for part in parts if isinstance(part, Suggestion)]
            yield from button_row(asked, means.tokens)
        case Status():
            yield rich.block(*(_status(part) for part in parts if isinstance(part, Status)))
        case Link():
            yield rich.block(*(rich.section(rich.link(p.label, p.url)) for p in parts if isinstance(p, Link)))
        case _:
            for number, part in enumerate(parts):
                yield from _alone(part, means, native=means.in_message and first_table and number == 0)


def _alone(part: Part, means: Means, *, native: bool) -> Iterator[Json]:
    match part:
        case Heading(text):
            yield from _heading(text)
        case Details(rows):
            yield from _details(rows)
        case Items():
            yield from _items(part)
        case Table():
            yield from table_blocks(part, native=native)
        case Quote():
            yield rich.block(_source(part), rich.quote(rich.words(shortened(part.text, QUOTE_TEXT))))
        case Picture():
            yield _picture(part, means)
        case Buttons(buttons):
            feedback = feedback_row(buttons, means.tokens) if means.in_message else []
            yield from feedback or button_row(buttons, means.tokens)


def _heading(text: str) -> Iterator[Json]:
    """A header, or bold text where it is longer than a header may be."""
    if len(shown(text)) <= limits.HEADER:
        yield {"type": "header", "text": plain(text, limits.HEADER)}
    else:
        yield rich.block(rich.section(rich.words(shortened(text, limits.BLOCK_TEXT), "bold")))


def _lines(texts: Sequence[str], *, quiet: bool) -> Iterator[Json]:
    for piece in pieces("\n".join(map(shown, texts)), limits.BLOCK_TEXT):
        if quiet:
            yield {"type": "context", "elements": [plain(piece, limits.BLOCK_TEXT)]}
        else:
            yield rich.block(rich.section(rich.words(piece)))


def _status(status: Status) -> Json:
    text = rich.words(shortened(status.text, limits.BLOCK_TEXT), "bold")
    name = EMOJI[status.tone]
    return rich.section(rich.emoji(name), rich.words(" " + shown(status.text), "bold")) if name else rich.section(text)


def _details(rows: Sequence[tuple[str, str]]) -> Iterator[Json]:
    sections = [
        rich.section(rich.words(f"{shown(label)}: ", "bold"), rich.words(shortened(value, ITEM_TEXT)))
        for label, value in rows
    ]
    for chunk in _filled(sections, [len(label) + min(len(value), ITEM_TEXT) for label, value in rows]):
        yield rich.block(*chunk)


def _items(part: Items) -> Iterator[Json]:
    if part.folded:
        yield from _folded(part)
        return
    title = [rich.section(rich.words(part.title, "bold"))] if part.title else []
    if len(part.items) > LONG_LIST:
        yield from (rich.block(rich.section(*runs)) for runs in _plain_list(part))
        return
    entries = [_item(item) for item in part.items]
    start = 1
    for chunk in _filled(entries, [len(item.text) + len(item.detail) for item in part.items]):
        yield rich.block(*title, rich.numbered(chunk, start=start))
        title, start = [], start + len(chunk)
    if title:
        yield rich.block(*title)


def _plain_list(part: Items) -> Iterator[list[Json]]:
    said = (f"{number}. {_one_line(item)}" for number, item in enumerate(part.items, start=1))
    title = [rich.words(f"{part.title}\n", "bold")] if part.title else []
    for piece in pieces("\n".join(said), limits.BLOCK_TEXT):
        yield [*title, rich.words(piece)]
        title = []


def _one_line(item: Item) -> str:
    text = shown(item.text) + (f" · {shown(item.detail)}" if item.detail else "")
    return shortened(" ".join(text.split()), ITEM_TEXT)


def _item(item: Item) -> Json:
    text = rich.words(shortened(item.text, ITEM_TEXT))
    if not item.detail:
        return rich.section(text)
    return rich.section(text, rich.words("\n" + shown(shortened(item.detail, ITEM_TEXT)), "italic"))


def _folded(part: Items) -> Iterator[Json]:
    """Small print in place of a closed list: Slack cannot fold."""
    said = "; ".join(shown(item.text) for item in part.items)
    title = f"{shown(part.title)}: " if part.title else ""
    yield {"type": "context", "elements": [plain(shortened(f"{title}{said}", FOLDED_TEXT), limits.BLOCK_TEXT)]}


def _source(quote: Quote) -> Json:
    where = shortened(f"[{quote.n}] {shown(quote.where)}", QUOTE_WHERE)
    named = rich.link(where, quote.url) if quote.url else rich.words(where)
    return (
        rich.section(named, rich.words(f" · updated {shown(quote.updated)}")) if quote.updated else rich.section(named)
    )


def _picture(picture: Picture, means: Means) -> Json:
    file = means.file(picture)
    if file is None:
        said = (
            f"Picture: {shown(picture.title)}. {shown(picture.alt)}"
            if picture.title
            else f"Picture: {shown(picture.alt)}"
        )
        return {"type": "context", "elements": [plain(said, limits.BLOCK_TEXT)]}
    drawn: Json = {
        "type": "image",
        "slack_file": {"id": file},
        "alt_text": shortened(shown(picture.alt), limits.ALT_TEXT),
    }
    return drawn | {"title": plain(picture.title, limits.ALT_TEXT)} if picture.title else drawn


def _filled(entries: Sequence[Json], sizes: Sequence[int]) -> Iterator[list[Json]]:
    """The entries in chunks of about `LIST_TEXT` characters."""
    chunk: list[Json] = []
    size = 0
    for entry, length in zip(entries, sizes, strict=True):
        if chunk and size + length > LIST_TEXT:
            yield chunk
            chunk, size = [], 0
        chunk.append(entry)
        size += length
    if chunk:
        yield chunk
