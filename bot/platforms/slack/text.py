"""Text as Slack wants it: escaped where it is parsed, shortened where it is limited, never empty."""

from __future__ import annotations

from collections.abc import Iterator

from bot.platforms.visible import visible

ELLIPSIS = "…"
EMPTY = "–"


def escaped(text: str) -> str:
    """For the places that Slack parses (a message's `text`): no link, no mention and no broadcast can come of it."""
    return visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shown(text: str) -> str:
    """For the places that Slack does not parse (plain_text, rich text): hidden characters written out, never empty."""
    return visible(text) if text.strip() else EMPTY


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word where one ends near, the cut marked."""
    if len(text) <= limit:
        return text
    cut = text[: limit - len(ELLIPSIS)]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit * 2 // 3 else cut).rstrip() + ELLIPSIS


def pieces(text: str, limit: int) -> Iterator[str]:
    """The whole text in pieces of at most `limit` characters, parted at line ends or words where there are such."""
    rest = text
    while len(rest) > limit:
        at = max(rest.rfind("\n", limit // 2, limit), rest.rfind(" ", limit // 2, limit))
        at = at if at > 0 else limit
        yield rest[:at]
        rest = rest[at:].lstrip(" \n")
    if rest:
        yield rest


def plain(text: str, limit: int) -> dict[str, object]:
    """A plain_text object: read as it stands, `:names:` of emoji included."""
    return {"type": "plain_text", "text": shortened(shown(text), limit), "emoji": False}
