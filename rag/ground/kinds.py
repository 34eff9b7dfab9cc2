"""The kind of value a question wants, read from its question word and from the noun it asks about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from rag.ground.candidates import ValueKind
from rag.ground.verbs import RELATING
from rag.ground.words import STOP_WORDS, Word, word_set

AnswerKind = Literal[
    "person", "number", "money", "percent", "date", "duration", "place", "identifier", "list", "reason", "manner",
    "definition", "yes_no", "thing",
]  # fmt: skip

_NOUNS: dict[AnswerKind, frozenset[str]] = {
    "date": word_set("date day year month week century decade deadline weekday quarter period era"),
    "person": word_set(
        "person owner approver author reviewer steward sponsor manager lead leader king queen president scientist "
        "engineer member team organisation organization company group people delegate colleague official emperor "
        "actor surveyor nurse doctor surgeon developer analyst chair chairman director officer secretary contact "
        "expert judge auditor assessor inspector operator tester specialist consultant clerk colleague sponsor deputy"
    ),
    "money": word_set("budget cost price spend spending envelope fee salary invoice amount expense revenue grant"),
    "percent": word_set("percent percentage share proportion fraction"),
    "duration": word_set("duration retention cadence timeout length window interval time"),
    "number": word_set(
        "number threshold limit latency size count value score rate target capacity throughput total precision "
        "recall accuracy auc f1 gap ratio level quota maximum minimum population temperature speed p50 p95 p99 "
        "headcount sensitivity specificity coverage availability uptime error deviation distance weight height depth "
        "width voltage pressure power frequency age"
    ),
    "place": word_set("country city place region town state location continent river area territory"),
    "identifier": word_set(
        "version release id identifier ticket digest model file branch channel address url tag name"
    ),
}
FITS: dict[AnswerKind, tuple[ValueKind, ...]] = {
    "person": ("person", "name", "role"),
    "number": ("number", "percent", "duration", "money"),
    "money": ("money", "number"),
    "percent": ("percent", "number"),
    "date": ("date",),
    "duration": ("duration",),
    "place": ("name", "person"),
    "identifier": ("identifier", "name", "number"),
}
IMPLIED: dict[AnswerKind, frozenset[str]] = {
    "percent": word_set("percent percentage share proportion fraction"),
    "date": word_set("date day"),
    "person": word_set("person people"),
    "duration": word_set("duration"),
    "money": word_set("cost costs price amount"),
}
_AUXILIARY = word_set(
    "is are was were do does did has have had can could will would shall should may might must am isn't aren't "
    "wasn't doesn't don't didn't hasn't haven't can't won't"
)
_SCALES = word_set(
    "big large high low fast slow often far close tall deep wide heavy accurate good bad stale small "
    "full hot cold warm thick thin"
)
_PLURAL_VERBS = word_set("are were have do did must should can will")
_BEING = word_set("is was are were")
_ONES = word_set("one each this that these those")
_MONEY = word_set("cost costs money budget spend spent pay paid price envelope")
_SPANS = word_set("days weeks months hours minutes seconds years")
_PLURALS = word_set("people men women children staff data")
_ARTICLES = word_set("the a an our their its current 's")


def kind_of(found: Sequence[Word]) -> tuple[AnswerKind, tuple[str, ...], bool]:
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
            if folded[at : at + 2] == ["how", "many"]:
                focus = _counted(found[at + 2 :], focus)
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
    if following == "much" and rest[:1] and rest[0] in _BEING and rest[1:2] and rest[1] in _ARTICLES | _ONES:
        return "money"  # "how much is the licence", but not "how much is left"
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
        if run and word.folded.endswith("s") and word.folded in RELATING:
            break
        run.append(word.stem)
    return tuple(run[:3])


def _counted(after: Sequence[Word], run: tuple[str, ...]) -> tuple[str, ...]:
    """The run up to its first plural: of "how many clerks typed applications" clerks are counted."""
    plural = [word.stem for word in after[:4] if word.folded.endswith("s") or word.folded in _PLURALS]
    at = next((place for place, stem in enumerate(run) if stem in plural[:1]), len(run) - 1)
    return run[: at + 1]


def _by_noun(kind: AnswerKind, found: Sequence[Word], at: int, focus: tuple[str, ...]) -> AnswerKind:
    if kind != "thing":
        return kind
    folded = [word.folded for word in found]
    if folded[at + 1 : at + 2] in (["does"], ["do"]) and folded[-1] in ("mean", "means", "for"):
        return "definition"
    if folded[at + 1 : at + 2] and folded[at + 1] in _AUXILIARY and "cost" in folded[at + 2 :]:
        return "money"
    if focus:
        return _by_head(tuple(word.folded for word in found[at + 1 : at + 1 + len(focus)]))
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
        found, whole = _by_head(head), len(head) == len(after)
        if found != "thing" and not (whole and head[-1:] == ["time"]):  # "what is layby time" asks for its meaning
            return found
        return "definition" if whole and len(after) <= 4 else "thing"
    return "thing"


def _by_head(run: Sequence[str]) -> AnswerKind:
    """By the last noun that tells, which the others only narrow: the lead time is a time. Alone, it is a day's."""
    for noun in reversed(run):
        kind = next((kind for kind, nouns in _NOUNS.items() if noun in nouns), None)
        if kind is not None:
            return "date" if noun == "time" and len(run) == 1 else kind
    return "thing"
