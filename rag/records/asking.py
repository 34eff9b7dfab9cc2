"""The values of one question on its way to an answer, shared by the answering modules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rag.fields.folding import fold
from rag.model import NoAnswer
from rag.records.link import Links
from rag.records.question import Question, stem
from rag.records.record import Record, RecordReader
from rag.records.vocabulary import Vocabulary


@dataclass(frozen=True)
class ThreadSubject:
    """What the thread is about: the names of the entities last answered, and the field last asked."""

    names: tuple[str, ...] = ()
    field: str = ""


@dataclass(frozen=True)
class NotUnderstood:
    """No question of records; the documents should answer. When they cannot, say `otherwise`.

    `must_mention` are words that a passage has to contain to answer it at all.
    """

    why: str
    otherwise: NoAnswer | None = None
    must_mention: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asking:
    """A question with everything needed to answer it."""

    question: Question
    links: Links
    reader: RecordReader
    vocabulary: Vocabulary
    thread: ThreadSubject | None
    today: date


def nouns_of(kind: str, vocabulary: Vocabulary) -> frozenset[str]:
    """The folded nouns for a kind, singular and plural."""
    mapped = next((words.nouns for words in vocabulary.kinds if words.kind == kind), frozenset())
    base = {fold(kind), *mapped}
    last = {noun.split()[-1] for noun in base if noun}
    return frozenset(form for noun in base | last for form in (noun, plural(noun)))


def plural(noun: str) -> str:
    if noun == "person":
        return "people"
    if noun == "criterion":
        return "criteria"
    if noun.endswith("y") and not noun.endswith(("ay", "ey", "oy", "uy")):
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def known_stems(record: Record, vocabulary: Vocabulary) -> frozenset[str]:
    """Words that need no explanation when this record is asked about: its kind, and the words of its names."""
    words = {word for noun in nouns_of(record.entity.kind, vocabulary) for word in noun.split()}
    return frozenset(stem(word) for word in words)
