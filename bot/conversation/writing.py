"""When a model may put an answer into words, and what must be in them; in all other cases the quoted source stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.chat import Ask
from rag.ground.words import words
from rag.model import Answer, Audience, Passage

if TYPE_CHECKING:
    from rag.writing.writer import Written


@dataclass(frozen=True)
class Reading:
    """What a question was answered from: the passages found, and the topic a follow-up leaned on."""

    passages: tuple[Passage, ...]
    topic: str = ""


@dataclass(frozen=True)
class Assignment:
    """An answer to be put into words: who asked what, for whom, and what was read."""

    id: str
    asked: Ask
    question: str
    quoted: Answer
    reading: Reading
    audience: Audience
    programme: str | None


class ModelRoom(Protocol):
    """The model as a question needs it."""

    def write(self, assignment: Assignment, *, show: Callable[[Answer], None]) -> Written | None:
        """What came of it; None where there is nothing to write from. `show` gets what already stands, in order.

        Never raises for a failure of the road to the model.
        """
        ...

    def keep(self, assignment: Assignment, written: Written, *, shown: bool) -> None:
        """Keep how the answer came about. Never raises: an answer is not lost because its record is."""
        ...


def is_for_words(outcome: Answer) -> bool:
    """Whether a model may put this into words: what a document says, and no bare verdict."""
    return outcome.route == "documents" and outcome.values[:1] not in (("yes",), ("no",), ("none",))


def in_words(quoted: Answer, written: Answer | None) -> Answer | None:
    """The model's answer with the values and facts that were found without it; None where it leaves a value out."""
    if written is None or not _says_all(written.text, quoted.values):
        return None
    return Answer(
        text=written.text,
        values=quoted.values,
        citations=written.citations,
        facts=quoted.facts,
        route=quoted.route,
        confidence=quoted.confidence,
    )


def _says_all(text: str, values: Sequence[str]) -> bool:
    said = {word.stem for word in words(text)}
    return all({word.stem for word in words(value)} <= said for value in values)
