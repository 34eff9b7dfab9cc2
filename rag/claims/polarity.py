"""What a text denies and how sure it is: words under a negation; what is so, planned, possible or due."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from rag.claims.dates import moments
from rag.ground.words import STOP_WORDS, Word, is_negation, stem, word_set, words

SCOPE = 4  # content words after a negation that it may deny

_PAIRS = (
    "pass fail", "meet miss", "approve reject", "approve refuse", "accept reject", "accept decline", "above below",
    "over under", "before after", "increase decrease", "rise fall", "grow shrink", "more less", "more fewer",
    "higher lower", "with without", "include exclude", "enable disable", "open close", "start stop", "begin end",
    "early late", "up down", "allow forbid", "allow prohibit", "success failure", "succeed fail", "complete incomplete",
    "valid invalid", "keep drop", "keep remove", "add remove", "gain lose", "green red", "possible impossible",
    "internal external", "present absent", "better worse", "faster slower", "cheaper dearer", "all none", "first last",
    "sign unsign", "ready unready", "safe unsafe", "agree disagree", "able unable", "available unavailable",
    "required optional", "mandatory optional", "public private", "always never", "everybody nobody", "everyone nobody",
    "raise lower", "high low", "long short", "old new", "minimum maximum", "confirm deny", "resolve unresolve",
)  # fmt: skip
_BOUNDS = re.compile(
    r"\b(?:no|not) (?:more|less|fewer|later|earlier|longer than|higher|lower) than\b|\bnot only\b|\bno later than\b"
    r"|\b(?:whether|if) or not\b|\bnot exceed(?:ing)?\b|\bcannot exceed\b|\bnever exceeds?\b|\bnone other than\b",
    re.IGNORECASE,
)
_UNDOING = re.compile(r"^(?:un|non|dis)-?(?=[a-z]{4})")
_BREAK = re.compile(
    r"[,;:.!?|()\u2013\u2014]|\b(?:but|because|since|although|though|while|whereas|until|unless|which|who|so that|if"
    r"|when|after|before|and|or|as)\b",
    re.IGNORECASE,
)

_PRONOUNS = word_set("it them this that these those him her")
_STRONG: Mapping[str, frozenset[str]] = {
    "possible": word_set("may might could possibly perhaps probably likely maybe"),
    "planned": word_set(
        "will shall plan plans planned intend intends intended expect expects expected scheduled proposed"
    ),
    "obliged": word_set("must mandatory shall obliged"),
}
_WEAK: Mapping[str, frozenset[str]] = {
    "possible": word_set("can potentially would should possible chance risk unless"),
    "planned": word_set(
        "due would to target aim aims should must until next upcoming schedule plan plans going hope by date"
    ),
    "obliged": word_set(
        "need needs needed require requires required requirement should ought cannot limit threshold only will agreed"
        " have has had minimum maximum least most"
    ),
}
_PAST = word_set("was were has have had did been")


class Statement(NamedTuple):
    """A stretch of a text between two breaks: its words, the stems it denies, and what it says of being so."""

    words: tuple[Word, ...]
    denied: frozenset[str]
    heads: frozenset[str]
    negated: bool


def statements(text: str) -> tuple[Statement, ...]:
    """The text cut at commas, conjunctions and the like."""
    bare = _BOUNDS.sub(lambda match: " " * len(match[0]), _without_dates(text))
    cuts = [0, *(match.start() for match in _BREAK.finditer(bare) if not _inside_number(bare, match)), len(bare)]
    pieces = (words(bare[left:right]) for left, right in pairwise(cuts))
    return tuple(_statement(piece) for piece in pieces if piece)


def _without_dates(text: str) -> str:
    """The text with blanks for its dates: the month of May is no "may"."""
    for one in moments(text):
        text = text[: one.start] + " " * (one.end - one.start) + text[one.end :]
    return text


def _inside_number(text: str, match: re.Match[str]) -> bool:
    return match[0] in ".,:" and text[match.end() : match.end() + 1].isalnum()


def _statement(found: Sequence[Word]) -> Statement:
    denied: set[str] = set()
    heads: set[str] = set()
    negated = False
    for at, word in enumerate(found):
        if not is_negation(word.folded):
            continue
        negated = True
        if word.folded == "without" and at + 1 < len(found) and found[at + 1].folded in _PRONOUNS:
            continue  # "without them" denies what was named before
        after = [one.stem for one in found[at + 1 :] if one.folded not in STOP_WORDS][:SCOPE]
        denied |= set(after)
        heads |= set(after[:1])
        if word.folded in ("none", "nobody", "nothing", "neither", "nor", "no"):
            denied |= {one.stem for one in found[at + 1 :] if one.folded not in STOP_WORDS}
    return Statement(tuple(found), frozenset(denied), frozenset(heads), negated)


class Modes(NamedTuple):
    """How sure a statement is: what it says outright, what it lets through, and whether it tells of the past."""

    strong: frozenset[str]
    weak: frozenset[str]
    past: bool


def modes_of(statement: Statement) -> Modes:
    """Which of "possible", "planned" and "obliged" a statement says."""
    said = {word.folded for word in statement.words}
    strong = frozenset(mode for mode, cues in _STRONG.items() if cues & said)
    weak = frozenset(mode for mode, cues in _WEAK.items() if cues & said)
    return Modes(strong, weak, bool(said & _PAST) or any(word.folded.endswith("ed") for word in statement.words))


def _opposite_stems() -> dict[str, set[str]]:
    table: dict[str, set[str]] = {}
    for left, right in (pair.split() for pair in _PAIRS):
        one, two = stem(left), stem(right)
        table.setdefault(one, set()).add(two)
        table.setdefault(two, set()).add(one)
    return table


_OPPOSITES = _opposite_stems()


def opposites(wanted: str) -> frozenset[str]:
    """Stems that say the contrary of a stem."""
    return frozenset(_OPPOSITES.get(wanted, ()))


def undone(word: str) -> str | None:
    """The stem a word with un-, non- or dis- undoes ("unsigned" -> that of "signed"); None without one."""
    found = _UNDOING.match(word)
    return stem(word[found.end() :]) if found else None
