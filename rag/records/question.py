"""Reading a question: its words with their places, and the form it has."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from rag.fields.folding import placed_words

LONGEST = 1_500
"""Characters read of a question; what people ask of a record fits, a pasted document does not."""

Form = Literal["who", "when", "how_many", "how_much", "which", "what", "where", "list", "yes_no", "why", "how", "other"]

AUXILIARIES = frozenset(
    (
        "is are was were has have had does do did can could will would should must isn aren wasn weren "
        "hasn haven doesn don didn"
    ).split()
)
LEAD_INS = frozenset("hi hey hello please ok okay so and but also then well now gatehouse thanks".split())
STOP_WORDS = frozenset(
    """a an the this that these those of for on in at to from by with about as is are was were be been being am it
    its their his her our we us you your i me my he she they them do does did has have had can could will would
    shall should may might must there here what which who whom whose when where how why and or also please tell
    give show let know find get see say says said me whats s t d ll re ve m just right any some all every each
    current currently now today presently already yet still exactly actually really anyone anybody someone
    somebody one ones thing things if so then ok hi hey hello thanks recorded record listed according corpus
    collection database documents records system overall total entire made make makes being given need answer
    quick quickly question remind want look up think into out much many""".split()
)
_LIST_OPENERS = frozenset("list show name enumerate count give display find".split())
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "\u00a0": " "})
_CONTRACTIONS = (
    (re.compile(r"\b(who|what|where|when|how|which|it|that|there)'?s\b", re.IGNORECASE), r"\1 is"),
    (re.compile(r"\b(who|what|where|when|how)'?re\b", re.IGNORECASE), r"\1 are"),
    (re.compile(r"\b(is|are|was|were|has|have|does|do|did|would|should|could)n'?t\b", re.IGNORECASE), r"\1 not"),
)


@dataclass(frozen=True)
class Word:
    """A folded word, its stem, and where it stands in the question."""

    text: str
    stem: str
    start: int
    end: int


@dataclass(frozen=True)
class Question:
    """A question as read: `text` is tidied (quotes, contractions); `words` are all of it, in order."""

    text: str
    words: tuple[Word, ...]
    form: Form


def read_question(text: str) -> Question:
    tidy = _tidy(text)
    words = tuple(Word(word, stem(word), start, end) for word, start, end in placed_words(tidy))
    return Question(tidy, words, _form([word.text for word in words]))


def stem(word: str) -> str:
    """The English stem of a folded word; ids and numbers stay as they are."""
    return _stem(word) if word.isalpha() and len(word) > 2 else word


@lru_cache(maxsize=8192)
def _stem(word: str) -> str:
    from snowballstemmer import stemmer

    return str(stemmer("english").stemWord(word))


def _tidy(text: str) -> str:
    text = unicodedata.normalize("NFKC", text[:LONGEST]).translate(_QUOTES)
    text = "".join(c if unicodedata.category(c) not in ("Cc", "Cf") else " " for c in text)
    for pattern, plain in _CONTRACTIONS:
        text = pattern.sub(plain, text)
    return " ".join(text.split())


def _form(words: list[str]) -> Form:
    first = _without_request([word for word in words if word not in LEAD_INS][:9])
    if not first:
        return "other"
    if first[0] == "how" and len(first) > 1:
        return _how(first[1])
    opener = (
        first[0]
        if first[0] not in ("in", "at", "on", "by", "for", "to", "under", "from", "of")
        else (first[1:2] or [""])[0]
    )
    if opener in ("who", "whom", "whose"):
        return "who"
    if opener in ("what", "which") and (noun := _answer_noun(words)):
        return noun
    if opener in ("when", "which", "what", "where", "why"):
        return opener  # type: ignore[return-value]
    if opener in AUXILIARIES:
        return "yes_no"
    if opener in _LIST_OPENERS:
        return "list"
    return "other"


def _answer_noun(words: list[str]) -> Form | None:
    """ "which person" asks who, "on what date" asks when."""
    for one, other in pairwise(words):
        if one in ("what", "which") and other in ("person", "people"):
            return "who"
        if one in ("what", "which") and other in ("date", "day"):
            return "when"
    return None


def _how(second: str) -> Form:
    if second == "many":
        return "how_many"
    return "how_much" if second in ("much", "long", "old", "big", "large", "far", "often", "high") else "how"


def _without_request(words: list[str]) -> list[str]:
    """ "can you tell me who owns it" asks who owns it."""
    for index, word in enumerate(words[:6]):
        opens = word in ("who", "whom", "what", "which", "when", "where", "how", "why", "whether", "if")
        if index and opens and set(words[:index]) <= _REQUEST:
            rest = words[index:]
            return rest[1:] if rest[0] in ("whether", "if") else rest
    if words[:2] in (["can", "you"], ["could", "you"], ["would", "you"]):
        return words[2:]
    return words


_REQUEST = frozenset(
    (
        "can could would will you tell me us please do know i want to need like remind show give say "
        "any idea does anyone find out we let for sure"
    ).split()
)
