"""The record of one answer on which a model was asked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

KEPT_FOR = timedelta(days=30)
"""How long the words of a question, its sources and its answer are kept; hashes and decisions stay."""


@dataclass(frozen=True)
class SentSource:
    """A source that was sent: number, document, SHA-256 of its text."""

    n: int
    doc: str
    sha256: str


@dataclass(frozen=True)
class SentText:
    """The words of a source that was sent; gone with the texts."""

    n: int
    doc: str
    title: str
    section: str
    text: str
    updated: str


@dataclass(frozen=True)
class Dropped:
    """A sentence that was not shown; `sentence` is "" once the texts are gone."""

    fault: str
    reason: str
    sentence: str = ""


@dataclass(frozen=True)
class Texts:
    """What people and documents wrote, kept for KEPT_FOR. `messages` are (role, text) as they were sent.

    `understood` is the question a model took the one that was asked for, "" where none did.
    """

    question: str
    answer: str
    messages: tuple[tuple[str, str], ...]
    sources: tuple[SentText, ...]
    dropped: tuple[str, ...]
    understood: str = ""


@dataclass(frozen=True)
class AnswerRecord:
    """Everything an answer's words came from.

    `readers` are the names of each reader it was readable for, none for everyone. `sampling` is what was asked of the
    model beside the messages. `tier` is "model" where its words were shown, else "extractive". `decisions` are those of
    the guards as (guard, verdict, reason). `micros` are millionths of a US dollar.
    """

    id: str
    at: datetime
    question_hash: str
    audience: str
    readers: tuple[frozenset[str], ...]
    person: str | None
    place: str | None
    tier: str
    why: str
    prompt: str
    model: str
    sampling: Mapping[str, object]
    sources: tuple[SentSource, ...]
    decisions: tuple[tuple[str, str, str], ...]
    dropped: tuple[Dropped, ...]
    tokens: tuple[int, int]
    micros: int
    timings_ms: Mapping[str, float]
    texts: Texts | None


def question_hash(question: str) -> str:
    """SHA-256 of a question as it was asked."""
    return hashlib.sha256(question.encode()).hexdigest()
