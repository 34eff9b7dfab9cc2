"""Names, identifiers, links and roles of a text: the words that say who or which, and must not be changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag.ground.words import STOP_WORDS, Word, word_set, words

LINK = re.compile(
    r"https?:|www\.|mailto:|\]\s*\(|<[!@#][^>]*>|<https?|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|dev|ai|invalid|example"
    r"|ru|cn|info|biz|co|app|xyz)\b",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(
    r"sha256:[0-9a-f]{4,64}|\bv\d+(?:\.\d+)*\b|\b[A-Z]{1,8}-\d[\w-]*|`[^`\n]{2,60}`|#[a-z][\w-]+|@[\w.-]+"
    r"|\b[\w-]+(?:\.[\w-]+)*\.(?:md|rst|yaml|yml|json|csv|ipynb|py|txt|pdf|docx|html)\b|\b\d+\.\d+\.\d+\b"
    r"|\b[a-z]+(?:[-_][a-z0-9.]+)*_[a-z0-9_.-]+\b|\b[a-z]+\.[a-z]+\b|\b[A-Za-z]+\d+\w*\b|\b\w*\d[A-Za-z]{2,}\w*\d\w*\b"
)
_CAPITAL = re.compile(r"(?<![\w.])[A-ZÀ-Þ][\w'’]*(?:-[A-ZÀ-Þ\d]\w*)*(?:/[A-Z]\w*)?")
_OPENS = frozenset(".!?:|•*-(\"'“[")
_CALENDAR = word_set(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug"
    " sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun"
)
_ROLES = word_set(
    "owner steward sponsor lead leads engineer engineers scientist scientists analyst analysts reviewer"
    " reviewers auditor auditors committee board manager managers team teams officer officers director"
    " directors vendor supplier author authors approver approvers maintainer maintainers editor editors"
    " delegate architect developer developers customer customers user users council department"
)
_LOOSE = word_set("one's it's that's there's")


class Name(NamedTuple):
    """Who or which, at [start, end) of its text; `parts` are its words as they are compared."""

    start: int
    end: int
    parts: tuple[str, ...]


def identifiers(text: str) -> tuple[Name, ...]:
    """Versions, tickets, file names, code, channels: compared as they are written."""
    return tuple(
        Name(match.start(), match.end(), (match[0].strip("`").casefold(),)) for match in _IDENTIFIER.finditer(text)
    )


def names(text: str) -> tuple[Name, ...]:
    """Capitalised words that are names: runs of them, without the first word of a sentence when it stands alone."""
    return tuple(_runs(text, list(_CAPITAL.finditer(text))))


def _runs(text: str, found: Sequence[re.Match[str]]) -> Iterator[Name]:
    at = 0
    while at < len(found):
        stop = at + 1
        while stop < len(found) and text[found[stop - 1].end() : found[stop].start()] == " ":
            stop += 1
        run = list(found[at:stop])
        if _opens(text, run[0].start()) and (len(run) == 1 or run[0][0].lower() in STOP_WORDS):
            run = run[1:]
        if run and (parts := _parts(match[0] for match in run)):
            yield Name(run[0].start(), run[-1].end(), parts)
        at = stop


def _opens(text: str, start: int) -> bool:
    before = text[:start].rstrip()
    return not before or before[-1] in _OPENS


def _parts(found: Iterator[str]) -> tuple[str, ...]:
    folded = (word.folded for text in found for word in words(text))
    return tuple(part for part in folded if part not in STOP_WORDS and part not in _CALENDAR and part not in _LOOSE)


def opening_word(text: str) -> Word | None:
    """The first word of the sentence, where it is capitalised and could be a name."""
    first = next(iter(words(text)), None)
    if first is None or not first.is_capital or first.folded in STOP_WORDS or first.folded in _CALENDAR:
        return None
    return first


def roles(found: Sequence[Word]) -> tuple[tuple[str, ...], ...]:
    """Stems of every role with the words that say which ("model risk owner")."""
    told = []
    for at, word in enumerate(found):
        if word.folded in _ROLES:
            before = [one.stem for one in found[max(0, at - 2) : at] if _qualifies(one)]
            told.append((*before, word.stem))
    return tuple(told)


def _qualifies(word: Word) -> bool:
    return word.folded not in STOP_WORDS and not word.is_number and not word.folded.endswith("ed")
