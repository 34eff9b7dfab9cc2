"""Folding: the one spelling under which names, fields and values are looked up."""

from __future__ import annotations

import re
import unicodedata

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD = re.compile(r"\d+(?:\.\d+)+|\w+", re.UNICODE)


def fold(text: str) -> str:
    """Case, accents, punctuation and leading zeros removed; words parted by one space.

    "PEP-0658" and "pep 658" fold alike; versions ("3.10", "v1.27") keep their dots.
    """
    return " ".join(folded_words(text))


def fold_field(text: str) -> str:
    """Like `fold`, and parts camelCase as well: "dueDate" and "due_date" are one field."""
    return fold(_CAMEL.sub(" ", text))


def folded_words(text: str) -> list[str]:
    return [word for word, _, _ in placed_words(text)]


def placed_words(text: str) -> list[tuple[str, int, int]]:
    """The folded words of a text, each with where it stands there."""
    return [
        (_fold_word(part), match.start() + offset, match.start() + offset + len(part))
        for match in _WORD.finditer(text)
        for part, offset in _parts(match.group())
        if _fold_word(part)
    ]


def _parts(word: str) -> list[tuple[str, int]]:
    if "_" not in word:
        return [(word, 0)]
    return [(found.group(), found.start()) for found in re.finditer(r"[^_]+", word)]


def _fold_word(word: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    return (plain.lstrip("0") or "0") if plain.isdecimal() else plain


def without_markup(text: str) -> str:
    """A value as people say it: without backticks, emphasis, link targets and e-mail addresses."""
    text = re.sub(r"`([^`<]+?)\s*<[^>`]*>`_*", r"\1", text)
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\s*<[^<>\s]+@[^<>\s]+>", "", text)
    text = re.sub(r"`+_*|\*\*|__", "", text)
    return " ".join(text.split())
