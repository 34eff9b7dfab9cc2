"""The values of one question on its way to an answer, shared by the answering modules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rag.model import NoAnswer
from rag.records.link import Links
from rag.records.question import Question, stem
from rag.records.record import Record, RecordReader
from rag.records.vocabulary import Vocabulary, nouns_of


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


def known_stems(record: Record, vocabulary: Vocabulary) -> frozenset[str]:
    """Words that need no explanation when this record is asked about: its kind, and the words of its names."""
    words = {word for noun in nouns_of(record.entity.kind, vocabulary) for word in noun.split()}
    return frozenset(stem(word) for word in words)
