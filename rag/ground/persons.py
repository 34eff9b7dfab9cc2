"""People that passages name: a first name standing alone means whoever bears it with a surname elsewhere in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.ground.words import STOP_WORDS
from rag.model import Passage

_FULL = re.compile(
    r"(?<![\w’'-])([A-ZÀ-Þ][a-zà-ÿ’'-]{1,})[ \u00a0](?:[A-Z]\. |van |von |de |der |da |al-)*([A-ZÀ-Þ][a-zà-ÿ’'-]+)"
)
_DOES = r"(?:is|was|has|had|will|would|does|did|wants?|says?|[a-z]+ed|[a-z]+s|found|cut|took|wrote|sent|brought|to)\b"
_MOST = 200


def people_named(passages: Sequence[Passage]) -> tuple[str, ...]:
    """First names that passages use alone, as one speaks of a person, and in full elsewhere; in order, without doubles.

    "Lars: the second scanner is slow" is about a person where "Lars Nygaard" stands in some other passage. Place and
    company names seldom pass: nobody calls the Castle Street site "Castle".
    """
    texts = [passage.text for passage in passages]
    firsts = dict.fromkeys(
        first for text in texts for first, last in _FULL.findall(text) if first.lower() not in STOP_WORDS
    )
    return tuple(first for first in list(firsts)[:_MOST] if any(_speaks_of(first, text) for text in texts))


def _speaks_of(first: str, text: str) -> bool:
    """Whether the name stands alone: before a colon, in a list of names, before "and", or as one who does something."""
    if first.casefold() not in text.casefold():
        return False
    name = re.escape(first)
    return re.search(rf"(?<![\w.@])(?i:{name})(?:\s*:|,\s[\w]+,|\s+and\s+\w|\s+{_DOES})(?!\w)", text) is not None
