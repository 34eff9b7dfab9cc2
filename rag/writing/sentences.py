"""Cuts a model's words into sentences as they come: each is given out once it is whole."""

from __future__ import annotations

import re

LONGEST = 1_000
"""Characters without an end of a sentence after which what came is given up as one."""

_END = re.compile(
    r"(?:\[\d{1,3}(?:\s*,\s*\d{1,3})*\]\s*)+[.!?]?(?=\s|$)"  # ends in its citations
    r"|[.!?][\"'”’)]*(?:\s*\[\d{1,3}(?:\s*,\s*\d{1,3})*\])*(?=\s+[A-Z0-9\"“(]|\s*\n)"  # or in a stop before the next
    r"|\n+"
)


class SentenceStream:
    """Feed it pieces of text, it gives back whole sentences, each once and in order."""

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, piece: str) -> list[str]:
        """The sentences that this piece completes. One that ends where the text ends so far may still get a mark."""
        self._rest += piece
        found: list[str] = []
        while match := _END.search(self._rest):
            if _may_go_on(self._rest[match.end() :]) and not self._rest.endswith("\n"):
                break
            found += _filled(self._rest[: match.end()])
            self._rest = self._rest[match.end() :]
        if len(self._rest) > LONGEST:
            found += _filled(self._rest)
            self._rest = ""
        return found

    def end(self) -> list[str]:
        """What is left when no more comes."""
        found, rest = [], self._rest + "\n"
        while match := _END.search(rest):
            found += _filled(rest[: match.end()])
            rest = rest[match.end() :]
        self._rest = ""
        return found + _filled(rest)


def _may_go_on(rest: str) -> bool:
    """Whether a further citation or a stop may follow what came so far."""
    bare = rest.strip()
    return not bare or (bare[0] == "[" and "]" not in bare and len(bare) < 12)


def _filled(text: str) -> list[str]:
    return [bare] if (bare := " ".join(text.split())) else []
