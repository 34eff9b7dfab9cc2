"""Which sentences make up the answer: the best one, with its list or its neighbours where the question wants more."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.ground.reading import Reading, Sentence
from rag.ground.scoring import Scored

EXPLAINING = ("reason", "manner", "definition", "thing")
TITLE = 10  # words of a heading, at most
SENTENCES = 3  # of an explanation, at most
ITEMS = 20  # of a list, at most
_BOX = re.compile(r"\[[ xX]\]\s")
_LEFT = re.compile(r"\b(?:still|left|open|missing|outstanding|remain\w*|not yet|to do|todo|unfinished)\b", re.I)


def select(reading: Reading, best: Scored) -> tuple[Sentence, ...]:
    """The best sentence and what belongs to it, in document order and from one passage."""
    kind, unit = reading.question.kind, best.sentence.unit
    if unit.kind == "heading":
        return _under_heading(reading, best)
    if kind == "list" or best.sentence.text.rstrip().endswith(":"):
        return _list_of(reading, best)
    if kind in EXPLAINING and unit.kind == "sentence" and _is_title(best.sentence):
        return _under_heading(reading, best)
    if kind in EXPLAINING and unit.kind == "sentence":
        return _explanation(reading, best)
    return (best.sentence,)


def _is_title(sentence: Sentence) -> bool:
    """Whether the unit ends like a heading, in no stop, and leads its passage."""
    return sentence.unit.start == 0 and sentence.text[-1:].isalnum() and len(sentence.words) <= TITLE


def _section(reading: Reading, best: Sentence) -> list[Sentence]:
    """All units of the best one's passage under the same heading, in order."""
    return sorted(
        (one for one in reading.sentences if one.passage == best.passage and one.unit.heading == best.unit.heading),
        key=lambda one: one.unit.start,
    )


def _under_heading(reading: Reading, best: Scored) -> tuple[Sentence, ...]:
    """A heading with what stands first under it: the items or rows for a list, else up to three units.

    Of a list of boxes only the open ones, when what is left is asked.
    """
    section = [one for one in _section(reading, best.sentence) if one.unit.start >= best.sentence.unit.start]
    body = [one for one in section if one.unit.kind != "heading"]
    if reading.question.kind == "list" and (rows := [one for one in body if one.unit.kind in ("item", "row")]):
        return tuple(_run(body, rows[0], rows[0].unit.kind))[:ITEMS]
    boxes = [one for one in body if _BOX.match(one.text)]
    if boxes and _LEFT.search(reading.question.text):
        return (best.sentence, *(one for one in boxes if one.text.startswith("[ ]")))[:ITEMS]
    return (best.sentence, *body[: SENTENCES - 1])


def _list_of(reading: Reading, best: Scored) -> tuple[Sentence, ...]:
    section = _section(reading, best.sentence)
    kind = best.sentence.unit.kind
    if kind == "sentence":
        after = [one for one in section if one.unit.start > best.sentence.unit.start]
        kind = after[0].unit.kind if after and after[0].unit.kind in ("item", "row") else kind
    if kind not in ("item", "row"):
        return (best.sentence,)
    return tuple(_run(section, best.sentence, kind))[:ITEMS]


def _run(section: Sequence[Sentence], best: Sentence, kind: str) -> list[Sentence]:
    """The unbroken run of items or rows the best one stands in, or that follows it when it is the lead-in."""
    at = section.index(best)
    start = at if section[at].unit.kind == kind else at + 1
    first, last = start, start
    while first > 0 and section[first - 1].unit.kind == kind:
        first -= 1
    while last + 1 < len(section) and section[last + 1].unit.kind == kind:
        last += 1
    return list(section[first : last + 1])


def _explanation(reading: Reading, best: Scored) -> tuple[Sentence, ...]:
    """Up to three sentences of the best one's paragraph: what follows first, then what leads to it."""
    section = [one for one in _section(reading, best.sentence) if one.unit.kind == "sentence"]
    paragraph = _paragraph(section, section.index(best.sentence))
    at = paragraph.index(best.sentence)
    last = min(len(paragraph), at + SENTENCES)
    return tuple(paragraph[min(max(0, last - SENTENCES), at) : last])


def _paragraph(section: Sequence[Sentence], at: int) -> list[Sentence]:
    """The sentences round this one with no blank line between."""
    first, last = at, at
    while first > 0 and not _parted(section[first - 1], section[first]):
        first -= 1
    while last + 1 < len(section) and not _parted(section[last], section[last + 1]):
        last += 1
    return list(section[first : last + 1])


def _parted(left: Sentence, right: Sentence) -> bool:
    return left.passage.text.count("\n", left.unit.end, right.unit.start) > 1
