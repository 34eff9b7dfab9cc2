"""Courtesies taken off a question, short forms written out, and verbs of several words with what they stand for."""

from __future__ import annotations

import re

from rag.ground.words import stem

_POLITE = re.compile(
    r"^(?:(?:hi|hey|hello|ok|so|and|but|also|then|please|pls|@?gatehouse|remind me"
    r"|(?:can|could|would) you (?:please )?(?:tell|say|show|remind)"
    r" (?:me|us)|do (?:you|we) know|tell (?:me|us)|i (?:want|need|would like) to know|any idea|show me)\b[\s,:]*)+",
    re.I,
)
_WRITTEN_OUT = tuple(
    (re.compile(rf"\b(?:{phrase})\b", re.I), word)
    for phrase, word in (
        (r"what['’]?s|wats", "what is"),
        (r"who['’]?s", "who is"),
        (r"when['’]?s|wen", "when is"),
        (r"where['’]?s", "where is"),
        (r"how['’]?s", "how is"),
        (r"how (?:mutch|muhc|mch|moch)", "how much"),
        (r"how (?:mnay|manny|mayn|mani)", "how many"),
        (r"wich|whcih|wihch|whihc", "which"),
        (r"in charge of|looks? after", "owner of"),
        (r"explain|define|meaning of|do (?:we|you|they) mean by", "what is"),
        (r"what what is", "what is"),
        (r"(?:what is|what was) the (?:reason|rationale)(?: (?:for|why|that))?", "why"),
        (r"how come|what for", "why"),
        (r"at present|at the moment|these days|for now|to date", "now"),
    )
)
_MONTH_NAMES = "january february march april may june july august september october november december".split()
_DAY_AND_WORD = re.compile(r"(\b\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?)([A-Za-z]{5,10})\b")
_VERBS = tuple(
    (re.compile(rf"\b(?:{phrase})\b", re.I), kept, tuple(stem(word) for word in meaning.split()))
    for phrase, kept, meaning in (
        (r"runs? out|ran out", "expire", "lapse end valid out"),
        (r"go(?:es)? live|went live|going live", "live", "release launch start"),
        (r"turn(?:s|ed)? down", "reject", "refuse decline down"),
        (r"sets? aside", "reserve", "aside"),
        (r"call(?:s|ed)? off", "cancel", "drop off"),
        (r"puts? off|push(?:ed)? back", "postpone", "delay off"),
        (r"giv(?:e|es|en) up|gave up", "abandon", "stop drop up"),
        (r"carr(?:y|ies|ied) out", "perform", "conduct run carry"),
        (r"takes? place|took place", "happen", "hold start place"),
        (r"gets? here|got here", "arrive", "come deliver here"),
        (r"hand(?:s|ed)? over", "transfer", "deliver over hand"),
        (r"find out|found out", "discover", "learn notice find"),
        (r"look(?:s|ed)? into", "investigate", "examine look"),
        (r"shuts? down", "close", "stop shut"),
        (r"gets? rid of|got rid of", "remove", "drop delete rid"),
        (r"leaves? out|left out", "exclude", "omit left"),
        (r"sets? up", "establish", "create install set"),
        (r"phas(?:e|es|ed) out", "retire", "remove end phase"),
        (r"first quarter", "q1", "first quarter"),
        (r"second quarter", "q2", "second quarter"),
        (r"third quarter", "q3", "third quarter"),
        (r"fourth quarter", "q4", "fourth quarter"),
        (r"steps? down|stepped down", "resign", "leave step"),
    )
)


def without_courtesies(text: str) -> str:
    """The question as asked of a colleague: no greeting, "what's" as "what is", "how come" as "why"."""
    asked = _POLITE.sub("", text.strip()) or text
    for pattern, word in _WRITTEN_OUT:
        asked = pattern.sub(word, asked)
    return asked


def months_spelt(text: str) -> str:
    """The text with a misspelt month beside a number put right: "16 novmber". Elsewhere it may be a name."""
    from rapidfuzz.distance import OSA

    def spelt(match: re.Match[str]) -> str:
        near = [month for month in _MONTH_NAMES if OSA.distance(match[2].lower(), month, score_cutoff=2) <= 2]
        return f"{match[1]}{near[0].title()}" if len(near) == 1 and near[0][0] == match[2][0].lower() else match[0]

    return _DAY_AND_WORD.sub(spelt, text)


def one_word_verbs(asked: str) -> tuple[str, dict[str, frozenset[str]]]:
    """The text with each verb of several words put in one, and what that one may be called instead (stems)."""
    instead: dict[str, frozenset[str]] = {}
    for pattern, kept, meaning in _VERBS:
        if pattern.search(asked):
            asked = pattern.sub(kept, asked)
            instead[stem(kept)] = frozenset(meaning)
    return asked, instead
