"""Text as Teams shows it: hidden characters written out, shortened where it is limited, never empty. Pure."""

from __future__ import annotations

from bot.platforms.visible import visible

ELLIPSIS = "…"
EMPTY = "–"


def shown(text: str) -> str:
    """For text runs and labels, which Teams shows as they stand: no markup and no mention can come of them."""
    return visible(text) if text.strip() else EMPTY


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word where one ends near, the cut marked."""
    said = shown(text)
    if len(said) <= limit:
        return said
    cut = said[: limit - len(ELLIPSIS)]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit * 2 // 3 else cut).rstrip() + ELLIPSIS
