"""What a question asks for: the kind of value, the noun it measures, and the words an answer has to agree with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from rag.ground.candidates import ValueKind
from rag.ground.words import STOP_WORDS, Word, content, word_set, words

AnswerKind = Literal[
    "person", "number", "money", "percent", "date", "duration", "place", "identifier", "list", "reason", "manner",
    "definition", "yes_no", "thing",
]  # fmt: skip

_NOUNS: dict[AnswerKind, frozenset[str]] = {
    "date": word_set("date day year month week century decade deadline weekday quarter period era"),
    "person": word_set(
        "person owner approver author reviewer steward sponsor manager lead leader king queen president scientist "
        "engineer member team organisation organization company group people delegate colleague official emperor "
        "actor"
    ),
    "money": word_set(
        "budget cost price spend spending envelope fee salary invoice amount expense revenue reserve ceiling frame"
    ),
    "percent": word_set("percent percentage share proportion fraction discount"),
    "duration": word_set("duration retention cadence timeout length window interval"),
    "number": word_set(
        "number threshold limit latency size count value score rate target capacity throughput total precision "
        "recall accuracy auc f1 gap ratio level quota maximum minimum population temperature speed p50 p95 p99 "
        "headcount"
    ),
    "place": word_set("country city place region town state location continent river area territory"),
    "identifier": word_set(
        "version release id identifier ticket digest model file branch channel address url tag name"
    ),
}
_FITS: dict[AnswerKind, tuple[ValueKind, ...]] = {
    "person": ("person", "name"),
    "number": ("number", "percent", "duration", "money"),
    "money": ("money", "number"),
    "percent": ("percent", "number"),
    "date": ("date",),
    "duration": ("duration",),
    "place": ("name", "person"),
    "identifier": ("identifier", "name", "number"),
}
_AUXILIARY = word_set(
    "is are was were do does did has have had can could will would shall should may might must am isn't aren't "
    "wasn't doesn't don't didn't hasn't haven't can't won't"
)
_SCALES = word_set(
    "big large high low fast slow often far close tall deep wide heavy accurate good bad stale small full"
)
_PLURAL_VERBS = word_set("are were have do did must should can will")
_MONEY = word_set("cost costs money budget spend spent pay paid price envelope")
_SPANS = word_set("days weeks months hours minutes seconds years")
_CALENDAR = word_set(
    "january february march april june july august september october november december jan feb mar apr jun jul "
    "aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat "
    "sun"
)
_ARTICLES = word_set("the a an our their its current 's")
_POLITE = re.compile(
    r"^(?:(?:hi|hey|hello|ok|so|and|but|also|then|please|pls|@?gatehouse|remind me"
    r"|(?:can|could|would) you (?:please )?(?:tell|say|show|remind)"
    r" (?:me|us)|do (?:you|we) know|tell (?:me|us)|i (?:want|need|would like) to know|any idea|show me)\b[\s,:]*)+",
    re.I,
)
_PHRASES = tuple(
    (re.compile(rf"\b{phrase}\b", re.I), word)
    for phrase, word in (
        (r"what['’]?s|wats", "what is"),
        (r"who['’]?s", "who is"),
        (r"when['’]?s|wen", "when is"),
        (r"where['’]?s", "where is"),
        (r"how['’]?s", "how is"),
        (r"runs? out", "expire"),
        (r"gets? here", "arrive"),
        (r"sets? aside", "reserve"),
        (r"go(?:es)? live", "release"),
        (r"in charge of|looks? after", "owner of"),
        (r"turn(?:s|ed)? down", "reject"),
        (r"explain|define|meaning of|do (?:we|you|they) mean by", "what is"),
        (r"what what is", "what is"),
        (r"(?:what is|what was) the reason", "why"),
        (r"how come", "why"),
    )
)
_NEGATION = word_set(
    "not no never none nothing nobody without neither nor cannot isn't aren't wasn't doesn't don't didn't hasn't "
    "haven't can't won't couldn't wouldn't shouldn't"
)


@dataclass(frozen=True)
class Question:
    """A question read once.

    `terms` are its content words, one per stem, in order; `focus` the stems of the noun asked for
    ("how many *callers*", "which *version*"); `names` the capitalised or known names as stems per name;
    `numbers` the stems of numbers in it; `sought` is the text with the thread's subject, for similarity.
    """

    text: str
    kind: AnswerKind
    terms: tuple[Word, ...]
    focus: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    numbers: tuple[str, ...]
    sought: str
    negated: bool
    several: bool
    counts: bool

    @property
    def fits(self) -> tuple[ValueKind, ...]:
        """Kinds of value that can answer it, best first; empty when a sentence answers it."""
        return _FITS.get(self.kind, ())


def _dated(text: str, today: date) -> str:
    """Days named from today ("this week", "tomorrow") followed by their date, a week by its Monday."""
    monday = today - timedelta(days=today.weekday())
    named = {
        "today": today,
        "tomorrow": today + timedelta(days=1),
        "yesterday": today - timedelta(days=1),
        "this week": monday,
        "next week": monday + timedelta(days=7),
        "last week": monday - timedelta(days=7),
    }
    for phrase, day in named.items():
        text = re.sub(rf"\b{phrase}\b", f"{phrase} {day.day} {day:%B}", text, flags=re.I)
    return text


def _plain(text: str) -> str:
    """The question without courtesies, short forms written out, phrases as the one word they stand for."""
    asked = _POLITE.sub("", text.strip()) or text
    for pattern, word in _PHRASES:
        asked = pattern.sub(word, asked)
    return asked


def read_question(
    text: str, *, known_names: Sequence[str] = (), subject: str | None = None, today: date | None = None
) -> Question:
    """Analyse a question; never fails, an unclear one asks for a `thing`.

    `subject` is what the thread is about; its words count as if they stood in the question.
    `today` gives "this week", "tomorrow" and the like their dates as wishes, not as conditions.
    """
    asked = _plain(text)
    found = words(asked)
    kind, focus, several = _kind(found)
    added = words(subject) if subject and subject.casefold() not in asked.casefold() else []
    days = words(_dated(asked, today)) if today else []
    ordered = tuple({word.stem: word for word in content([*found, *added, *days])}.values())
    return Question(
        text=text.strip(),
        kind=kind,
        terms=ordered,
        focus=focus,
        names=_names(asked, found, known_names) + ((tuple(word.stem for word in added),) if added else ()),
        sought=f"{asked} ({subject})" if added else asked,
        numbers=tuple(dict.fromkeys(word.stem for word in found if word.text[0].isdigit())),
        negated=any(is_negation(word.folded) for word in found if not (kind == "reason" and word.folded == "not")),
        several=several,
        counts=kind == "number" and any(word.folded == "many" for word in found),
    )


def is_negation(folded: str) -> bool:
    """Whether the lower-case word turns a statement into its opposite."""
    return folded in _NEGATION or folded.endswith("n't")


def _kind(found: Sequence[Word]) -> tuple[AnswerKind, tuple[str, ...], bool]:
    folded = [word.folded for word in found]
    if not folded:
        return "thing", (), False
    if folded[0] in _AUXILIARY:
        return "yes_no", (), False
    if folded[0] in ("list", "name", "which", "what") and _asks_list(found):
        return "list", _nouns_after(found, 1), True
    for at, word in enumerate(folded):
        if (kind := _by_wh(folded, at, word)) is not None:
            focus = () if kind in ("person", "date", "place", "reason", "manner") else _nouns_after(found, at + 1)
            return _by_noun(kind, found, at, focus), focus, False
    return _by_subject(["is", *folded]), (), False


def _by_wh(folded: list[str], at: int, word: str) -> AnswerKind | None:
    following = folded[at + 1] if at + 1 < len(folded) else ""
    match word:
        case "who" | "whom" | "whose" | "who's":
            return "person"
        case "when":
            return "date"
        case "where":
            return "place"
        case "why":
            return "reason"
        case "how":
            return _by_how(following, folded[at + 2 :])
        case "what" | "which" | "what's":
            return "thing"
        case _:
            return None


def _by_how(following: str, rest: list[str]) -> AnswerKind:
    if following in ("long", "old"):
        return "duration"
    if following in ("many", "much"):
        if following == "many" and rest[:1] and rest[0] in _SPANS:
            return "duration"
        return "money" if _MONEY & set(rest) and following == "much" else "number"
    return "number" if following in _SCALES else "manner"


def _asks_list(found: Sequence[Word]) -> bool:
    if found[0].folded in ("list", "name"):
        return True
    following = [word.folded for word in found[1:4]]
    if following[:1] == ["are"] and len(found) > 2:
        return True
    plural = [
        word
        for word in following[:2]
        if word.endswith("s") and not word.endswith(("ss", "us", "is")) and word not in STOP_WORDS
    ]
    return bool(plural) and bool(_PLURAL_VERBS & {w.folded for w in found})


def _nouns_after(found: Sequence[Word], at: int) -> tuple[str, ...]:
    """The stems of the first run of content words from `at`, skipping how-words: the noun the answer measures."""
    run: list[str] = []
    for word in found[at : at + 6]:
        if word.folded in STOP_WORDS or word.folded in ("many", "much", "long"):
            if run or word.folded in _AUXILIARY:
                break
            continue
        run.append(word.stem)
    return tuple(run[:3])


def _by_noun(kind: AnswerKind, found: Sequence[Word], at: int, focus: tuple[str, ...]) -> AnswerKind:
    if kind != "thing":
        return kind
    folded = [word.folded for word in found]
    if folded[at + 1 : at + 2] in (["does"], ["do"]) and folded[-1] in ("mean", "means", "for"):
        return "definition"
    if folded[at + 1 : at + 2] and folded[at + 1] in _AUXILIARY and folded[-1] in ("cost", "costs"):
        return "money"
    if focus:
        run = [word.folded for word in found[at + 1 : at + 1 + len(focus)]]
        return next((k for noun in reversed(run) for k, nouns in _NOUNS.items() if noun in nouns), "thing")
    return _by_subject(folded[at + 1 :])


def _by_subject(rest: list[str]) -> AnswerKind:
    """`what is the p95 latency of X`: the noun before the first preposition decides."""
    after = [word for word in rest if word not in _AUXILIARY | _ARTICLES]
    if (rest[:1] and rest[0] in ("is", "are", "was", "were", "'s")) or not rest:
        head: list[str] = []
        for word in after:
            if word in ("of", "for", "in", "on", "to", "at", "by", "from", "with", "about", "after", "before", "when"):
                break
            head.append(word)
        found = next((k for noun in reversed(head) for k, nouns in _NOUNS.items() if noun in nouns), None)
        if found:
            return found
        return "definition" if len(head) == len(after) and len(after) <= 4 else "thing"
    return "thing"


def _names(text: str, found: Sequence[Word], known: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    folded = text.casefold()
    names = [tuple(word.stem for word in words(name)) for name in known if name.casefold() in folded]
    run: list[str] = []
    for at, word in enumerate(found):
        if word.is_capital and at > 0 and word.folded not in STOP_WORDS | _CALENDAR:
            run.append(word.stem)
        elif run:
            names.append(tuple(run))
            run = []
    return tuple(dict.fromkeys([*names, *([tuple(run)] if run else [])]))
