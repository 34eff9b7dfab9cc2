"""The shape of a question: its words with entities as "@", and the direction in which a relation is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.records.link import Link
from rag.records.question import Question, Word


@dataclass(frozen=True)
class Shape:
    """`text` is the folded question with every entity as "@"; `runs` are the free words between entities."""

    text: str
    runs: tuple[tuple[Word, ...], ...]

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(word for run in self.runs for word in run)


@dataclass(frozen=True)
class Relation:
    """A relation between entities; `reverse`: asked are those that stand in it *to* the entity named."""

    concept: str
    reverse: bool
    phrase: str


_THE = r"(?:the |a |an |any |of |proposal |proposals )*"
_RULES: tuple[tuple[str, str, bool], ...] = (
    (
        r"(?:has|have|had) @ (?:replaced|superseded|obsoleted) (?:anything|something|any|another|other)",
        "replaces",
        False,
    ),
    (rf"(?:replaced|superseded|obsoleted|succeeded) by {_THE}@", "superseded_by", True),
    (
        r"(?:do|does|did|will|would) @ (?:.* )?(?:replace|supersede|obsolete|succeed|take the place of)\b",
        "replaces",
        False,
    ),
    (r"@ (?:replaces|supersedes|obsoletes|succeeds)\b", "replaces", False),
    (
        r"@ (?:.* )?(?:replaced|superseded|obsoleted|succeeded|obsolete|supplanted)(?: by| with)?\b",
        "superseded_by",
        False,
    ),
    (
        rf"(?:replaces?|replaced|replacing|supersedes?|superseded|superseding|obsoletes?|obsoleted|"
        rf"succeeds?|succeeded|supplanted|"
        rf"takes the place of|took the place of|instead of|in place of|took over from|takes over from|"
        rf"came after) {_THE}@",
        "superseded_by",
        False,
    ),
    (rf"(?:required|needed) by {_THE}@", "requires", False),
    (r"@ (?:.* )?(?:required|needed) by\b", "requires", True),
    (
        rf"(?:requires?|requiring|depends? (?:up)?on|depending on|needs?|needing|relies on|rely on|"
        rf"relying on|builds? (?:up)?on|building on|"
        rf"rests? on|presupposes?|lists? as (?:a )?(?:requirement|dependency)|dependent on) {_THE}@",
        "requires",
        True,
    ),
    (
        rf"(?:waiting (?:for|on)|waits? (?:for|on)|blocked (?:by|on)|held up by|stuck (?:on|behind)|"
        rf"hinges? on) {_THE}@",
        "blocked_by",
        True,
    ),
    (r"(?:do|does|did|is|are) @ (?:.* )?(?:block|blocking|hold up|holding up|hold back)\b", "blocked_by", True),
)


def shape_of(question: Question, links: Sequence[Link], *, also: Sequence[tuple[int, int]] = ()) -> Shape:
    """`also` are further stretches that stand for an entity (ids that do not exist)."""
    spans = sorted([*((link.start, link.end) for link in links), *also])
    parts: list[str] = []
    runs: list[list[Word]] = [[]]
    last: tuple[int, int] | None = None
    for word in question.words:
        span = next((span for span in spans if span[0] <= word.start < span[1]), None)
        if span is None:
            parts.append(word.text)
            runs[-1].append(word)
        elif span != last:
            parts.append("@")
            runs.append([])
        last = span
    return Shape(" ".join(parts), tuple(tuple(run) for run in runs))


def relation_of(shape: Shape) -> Relation | None:
    """The first relation rule that the shape fits."""
    for pattern, concept, reverse in _RULES:
        match = re.search(pattern, shape.text)
        if match:
            return Relation(concept, reverse, match.group().replace("@", " "))
    return None


def asks_of_entity(shape: Shape) -> bool:
    """ "which proposals is @ waiting for": an auxiliary stands right before the entity, so it is the subject."""
    if re.search(r"\b(?:does|do|did|has) @ (?:have|has|use|list|contain|include|include|cover)\b", shape.text):
        return False
    return bool(
        re.search(r"\b(?:is|are|was|were|do|does|did|has|have|had|must|will|can|should|would|could) @", shape.text)
    )
