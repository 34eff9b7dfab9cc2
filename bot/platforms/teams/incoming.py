"""The words of a Teams message as people typed them: without the mention of the bot, entities undone. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

_MENTION = re.compile(r"<at[^>]*>(.*?)</at>", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>|</p>|</div>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:p|div|span|b|i|strong|em|a)(?:\s[^<>]*)?>", re.IGNORECASE)


def typed_text(body: Mapping[str, Any]) -> str:
    """The text without the mention of the bot; another's mention becomes his name."""
    text = str(body.get("text") or "")
    for said in _mentions(body):
        text = text.replace(said, " ", 1)
    text = _MENTION.sub(r"\1", text)
    plain = unescape(_TAG.sub("", _BREAK.sub("\n", text))).replace("\xa0", " ")
    return "\n".join(" ".join(line.split()) for line in plain.splitlines()).strip()


def mentions_bot(body: Mapping[str, Any]) -> bool:
    """Whether the bot is mentioned, as Teams itself marks it; the words alone prove nothing."""
    return next(_mentions(body), None) is not None


def _mentions(body: Mapping[str, Any]) -> Iterator[str]:
    bot = body.get("recipient", {}).get("id")
    for entity in body.get("entities") or ():
        if entity.get("type") == "mention" and bot and (entity.get("mentioned") or {}).get("id") == bot:
            yield str(entity.get("text") or "")
