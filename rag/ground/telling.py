"""What a sentence does for a question, by its form: it defines the term asked about, or gives a reason."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.ground.cells import row_of
from rag.ground.reading import Reading, Sentence
from rag.ground.words import Word, content, words

COVERED = 0.6  # share of the asked words (by weight) that the opening of a definition must have
TITLE = 10  # words of a sentence that may be the title of what follows
BESIDE = 0.6  # share of a reason given by the sentence after
HINTED = 0.6  # a contrast or a colon, which only may give a reason
GOES_ON = 0.6  # a sentence after the one asked about that speaks of the same thing
_REFERRING = frozenset("it its they them their this that these those he she his her".split())
_STOP = re.compile(r"(?<=[.!;])\s+(?=[A-Z])")
_OPENS = re.compile(
    r"\W*(?:An?\s|The\s)?(\w[^.:;–—]{0,48}?)\W*(?:\s[-–—]\s|:\s|\s(?P<link>is|are|means?|stands? for|refers? to)\s)"
    r"\W*(?P<next>\w+)"
)
_KIND = frozenset(("a", "an", "the", "any", "one", "each", "what", "when", "how", "whether", "where", "all", "those"))
_REASON = re.compile(
    r"\b(?:because|so that|due to|owing to|thanks to|reasons?|therefore|hence|thus|(?:that|which|this) is why"
    r"|in order to|otherwise|to (?:avoid|prevent|ensure|make sure)|would (?:have|need|mean|cost|be|lead|come|not)"
    r"|too (?:\w+)|for fear)\b|,? since (?!\d|last|then|this|yesterday|the (?:\d|start|beginning|end|first|last)"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*(?:\s|$)|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|[\w.-]+\W*$)|, so (?=\w+ )|[,;] as (?!of|well|a |an |soon|long|far)"
    r"|\bas (?:it|they|he|she|we|there|this|that)\b"
    r"|(?<!same )(?<!such )\bas (?:the|our|their|its|no|all|every) (?:[\w-]+ ){1,3}"
    r"(?:is|are|was|were|has|have|had|\w+s|can\w*)\b"
    r"|^\W*(?:why|rationale)\b[^?]*$",  # a label or a heading that announces the reason
    re.I,
)
_HINT = re.compile(
    r"\b(?:but|although|though|rather than|instead|only|cannot|could not|can't|never|must)\b|:\s|;\s", re.I
)


def defines(reading: Reading, sentence: Sentence) -> float:
    """How plainly the unit says what the asked term is: 1 for a glossary line or "an X is a", 0 for none of it."""
    if sentence.unit.kind == "row":
        return _named_whole(reading, row_of(sentence).cells[0])
    opening = _OPENS.match(sentence.text)
    if opening is None:
        return 0.0
    following = opening.group("next")
    met = _named_whole(reading, opening.group(1))
    if following[0].isdigit() or (opening.group("link") in ("is", "are") and following.lower() not in _KIND):
        return 0.4 * met
    return met if following.lower() in _KIND or following.islower() else 0.6 * met


def _named_whole(reading: Reading, opening: str) -> float:
    """1 when the opening is the asked term and nothing else, 0 when it says more or covers too little of it."""
    said = {word.stem for word in content(words(opening))}
    known = {stem for alike in reading.alike.values() for stem in alike}
    if not said or not said <= known:
        return 0.0
    met = sum(weight for term, weight in reading.weights.items() if reading.strength(term, frozenset(said)) > 0)
    return float(met >= COVERED * sum(reading.weights.values()))


def gives_reason(text: str) -> float:
    """How plainly the text gives a reason: 1 with "because", "so that" or "Reason:", less with a mere contrast."""
    if _REASON.search(text):
        return 1.0
    return HINTED if _HINT.search(text) else 0.0


def reason_shown(best: Sentence, shown: Sequence[Sentence]) -> float:
    """The same of an answer: the next sentence counts in full after a title, and less after a statement.

    One that goes on about the same thing gives a reason as likely as not, whatever its form.
    """
    after = [one for one in shown if one.unit.start > best.unit.start][:1]
    share = 1.0 if len(best.words) <= TITLE else BESIDE
    told = [gives_reason(best.text), *(share * gives_reason(one.text) for one in after)]
    return max([*told, *(GOES_ON for one in after if _goes_on(best.words, one.words)), _within(best)])


def _within(best: Sentence) -> float:
    """An item of two sentences: what the second says of the first."""
    parts = _STOP.split(best.text, maxsplit=1)
    return GOES_ON if len(parts) > 1 and _goes_on(words(parts[0]), words(parts[1])) else 0.0


def _goes_on(said: Sequence[Word], after: Sequence[Word]) -> bool:
    """Whether the second speaks of what the first does: by a pronoun, or by a word of it."""
    shared = {word.stem for word in content(said) if len(word.stem) > 3}
    return any(word.folded in _REFERRING or word.stem in shared for word in after)
