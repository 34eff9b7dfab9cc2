"""The words of a Slack message as people typed them: entities undone, references in readable form. Pure."""

from __future__ import annotations

import re
from html import unescape

_REFERENCE = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")


def typed_text(text: str, *, bot: str = "") -> str:
    """The text without the mention of the bot; `<@U1>` becomes @U1, a link its address, `&lt;` a less-than sign."""
    without = re.sub(rf"<@{re.escape(bot)}(?:\|[^<>]*)?>", " ", text) if bot else text
    return " ".join(unescape(_REFERENCE.sub(_readable, without)).split(" ")).strip()


def mentions(text: str, *, user: str) -> bool:
    """Whether this user is mentioned."""
    return bool(user) and re.search(rf"<@{re.escape(user)}(?:\|[^<>]*)?>", text) is not None


def _readable(found: re.Match[str]) -> str:
    target, label = found[1], found[2] or ""
    match target[0]:
        case "@":
            return target
        case "#":
            return f"#{label or target[1:]}"
        case "!":
            return label or f"@{target[1:].partition('^')[0]}"
        case _:
            return target.removeprefix("mailto:")
