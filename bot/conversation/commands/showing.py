"""What a signer is shown of a criterion's evidence: the document's own words, and what changed in it. Pure.

Everything here is for readers who may read the document; the caller settles that first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, takewhile

from bot.chat import Item, Items, Line, Part
from gates.criteria import Artifact, Review
from gates.signoff.walkthrough import Step

SHOWN_LINES = 3
"""First lines of a section: enough to see that it is filled, and with what."""

SHOWN_CHARACTERS = 240
SHOWN_SECTIONS = 8
CHANGED_LINES = 12
"""Lines of a difference inside a step; `changed` shows more."""


def has_words(step: Step) -> bool:
    """Whether a criterion is judged by reading its document rather than by a value in it."""
    return step.evidence is not None and isinstance(step.finding.criterion.rule, Artifact | Review)


def in_the_document(step: Step, text: str) -> Iterator[Part]:
    """The required sections with their first lines; without any the first lines of the document."""
    rule = step.finding.criterion.rule
    wanted = rule.sections if isinstance(rule, Artifact) else ()
    if wanted:
        items = [Item(name, _opening(text, name) or "nothing stands under this heading") for name in wanted]
        yield Items(tuple(items[:SHOWN_SECTIONS]), title="In the document")
        if len(items) > SHOWN_SECTIONS:
            yield Line(f"{len(items) - SHOWN_SECTIONS} more sections are in the document.", quiet=True)
    elif said := _first(_body(text)):
        yield Items((Item(said),), title="In the document")


def _opening(text: str, heading: str) -> str:
    """The first lines under a heading, up to the next one of its level or above."""
    lines = text.splitlines()
    at = next((n for n, line in enumerate(lines) if _heading(line) == heading.casefold()), None)
    if at is None:
        return ""
    level = _level(lines[at])
    return _first(takewhile(lambda line: not 0 < _level(line) <= level, lines[at + 1 :]))


def _heading(line: str) -> str | None:
    return line.strip("# \t").casefold() if _level(line) else None


def _level(line: str) -> int:
    """1 for a title, 0 for a line that is no heading."""
    return len(line) - len(line.lstrip("#"))


def _body(text: str) -> Iterator[str]:
    """The lines after front matter and title."""
    lines = text.splitlines()
    if lines[:1] == ["---"] and "---" in lines[1:]:
        lines = lines[lines.index("---", 1) + 1 :]
    while lines and (not lines[0].strip() or lines[0].startswith("# ")):
        lines = lines[1:]
    return iter(lines)


def _first(lines: Iterable[str]) -> str:
    said = list(islice((line.strip() for line in lines if line.strip() and not _level(line)), SHOWN_LINES))
    text = " ".join(said)
    return f"{text[: SHOWN_CHARACTERS - 3]}..." if len(text) > SHOWN_CHARACTERS else text


def difference(lines: Sequence[str], *, most: int) -> Iterator[Part]:
    """A unified difference as lines, without its file names and positions."""
    told = [line for line in lines if not line.startswith(("--- ", "+++ ", "@@"))]
    yield from (Line(line, quiet=line.startswith(" ")) for line in islice(told, most))
    if len(told) > most:
        yield Line(f"{len(told) - most} more lines changed; changed PROJECT GATE shows them.", quiet=True)
