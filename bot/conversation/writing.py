"""When a model may put an answer into words, and what must be in them; in all other cases the quoted source stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from bot.chat import Ask
from rag.ground.words import words
from rag.model import Answer, Audience, Passage

if TYPE_CHECKING:
    from rag.writing.writer import Written


@dataclass(frozen=True)
class Errand:
    """For whom the model works: who asked what, who reads along, in which programme.

    `began` is `time.perf_counter()` when the question came in: every deadline counts from there. `kind` is the class of
    its requests: those of a digest go last.
    """

    asked: Ask
    audience: Audience
    programme: str | None
    began: float
    kind: Literal["question", "digest"] = "question"


@dataclass(frozen=True)
class Sensed:
    """The question a model took the one that was asked for. `by` is "name@hash" of the prompt."""

    question: str
    by: str
    cost_usd: float = 0.0


@dataclass(frozen=True)
class Reading:
    """What a question was answered from: the passages found, and the topic a follow-up leaned on."""

    passages: tuple[Passage, ...] = ()
    topic: str = ""


@dataclass(frozen=True)
class Assignment:
    """An answer to be put into words. `question` is what is answered, `sensed` where a model said that it is meant."""

    id: str
    errand: Errand
    question: str
    quoted: Answer
    reading: Reading = field(default_factory=Reading)
    sensed: Sensed | None = None


class ModelRoom(Protocol):
    """The model as a question needs it. Nothing here raises for a failure of the road to the model."""

    def write(self, assignment: Assignment, *, show: Callable[[Answer], None]) -> Written | None:
        """What came of it; None where there is nothing to write from. `show` gets what already stands, in order."""
        ...

    def write_lead(self, assignment: Assignment) -> Written | None:
        """The same for the one sentence above what the records say."""
        ...

    def condense(self, text: str, turns: tuple[str, ...], errand: Errand) -> Sensed | None:
        """A follow-up as a question of its own by the questions before it; None where no such words may be used."""
        ...

    def choose_intent(self, text: str, named: str, errand: Errand) -> Sensed | None:
        """The question to the ledger an unclear one is taken for, about what is named; None for no such question."""
        ...

    def keep(self, assignment: Assignment, written: Written, *, shown: str | None) -> None:
        """Keep how the answer came about; `shown` is what was shown of the model's words.

        Never raises: an answer is not lost because its record is.
        """
        ...


def is_for_words(outcome: Answer) -> bool:
    """Whether a model may put this into words: what a document says, and no bare verdict."""
    return outcome.route == "documents" and not _is_verdict(outcome)


def is_for_lead(outcome: Answer) -> bool:
    """Whether a model may put a sentence above this: a status, a list or a count of the ledger, and no bare verdict."""
    lines = outcome.text.count("\n") + 1
    return outcome.route == "ledger" and lines > 2 and bool(outcome.citations) and not _is_verdict(outcome)


def _is_verdict(outcome: Answer) -> bool:
    return outcome.values[:1] in (("yes",), ("no",), ("none",))


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
