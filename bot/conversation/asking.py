"""One question from its words to what is told: the ledger first, then the records, then the documents."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Protocol
from unicodedata import category

from bot.audience import audience_of
from bot.chat import Ask, Part
from bot.conversation.ledger_answers import answer_from_ledger
from bot.conversation.ledger_room import LedgerRoom
from bot.conversation.threads import Subject, Threads, leans_back
from bot.conversation.told import Told
from gates.model import Programme
from rag.model import Answer, Audience, Entity, NoAnswer, Passage
from rag.records.asking import NotUnderstood, ThreadSubject

LONGEST_QUESTION = 4_000
"""Characters. Longer texts are documents: they belong into a collection, not into a question."""

SURE_BESIDE_RECORDS = 0.6
"""Confidence the documents must have when the records know the thing that is asked about, but not this of it."""

SURE_YES = 0.75
"""Confidence a bare "yes" needs that rests on a sentence alone: one that merely speaks of the matter is no yes."""

FACTS_FIRST = 0.2
"""How much surer a sentence must be than a fact of the same passages to be shown instead of it."""


class Records(Protocol):
    """The records room as a question needs it."""

    def __call__(
        self, question: str, *, audience: Audience, thread: ThreadSubject, today: date
    ) -> Answer | NoAnswer | NotUnderstood: ...


class Documents(Protocol):
    """The documents room: readable passages, and what the facts or the sentences of their documents answer."""

    def search(self, question: str, *, audience: Audience) -> tuple[Passage, ...]: ...

    def look_up(
        self, question: str, passages: Sequence[Passage], *, audience: Audience, thread: ThreadSubject, on: Scene
    ) -> Answer | NoAnswer: ...

    def quote(
        self, question: str, passages: Sequence[Passage], *, subject: str | None, on: Scene
    ) -> Answer | NoAnswer: ...


@dataclass(frozen=True)
class Scene:
    """What holds for every question of a programme: the day it is asked, and the people it may mean."""

    today: date
    people: tuple[Entity, ...]


@dataclass(frozen=True)
class Rooms:
    """What a question may be answered from, and the clock."""

    ledger: Callable[[], LedgerRoom]
    records: Records
    documents: Documents
    synced_at: Callable[[], datetime | None]
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    threads: Threads = field(default_factory=Threads)


@dataclass(frozen=True)
class _Found:
    outcome: Answer | NoAnswer
    subject: Subject
    parts: tuple[Part, ...] = ()


def answer_question(asked: Ask, rooms: Rooms) -> Told:
    """What is told to everyone who reads along.

    Nothing here writes: a question changes no state but the thread's memory.

    Raises:
        AudienceError: The person or the place is not known.
    """
    began = time.perf_counter()
    ledger = rooms.ledger()
    audience = audience_of(ledger.programme, person=asked.person, place=asked.place)
    text = plain_words(asked.text)
    refused = _refusal(text)
    before = rooms.threads.recall(asked.thread)
    found = _Found(refused, before) if refused else _find(text, asked, ledger, audience, rooms, before)
    rooms.threads.remember(asked.thread, found.subject)
    took = (time.perf_counter() - began) * 1000
    return Told(
        id=rooms.new_id(),
        question=asked.text,
        outcome=_with_names(found.outcome, ledger.programme),
        audience=audience.name,
        as_of=_as_of(found.outcome, ledger, rooms),
        timings_ms={"total": took},
        parts=found.parts,
    )


def plain_words(text: str) -> str:
    """A question as one line of printable text: control characters and direction overrides mean nothing in it."""
    kept = (char if char.isspace() or category(char) not in _UNSEEN else "" for char in text)
    return " ".join("".join(kept).split())


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})


def _with_names(outcome: Answer | NoAnswer, programme: Programme | None) -> Answer | NoAnswer:
    """People by name in what is said; quotes and facts keep the id as it is written."""
    if programme is None:
        return outcome
    ids = "|".join(re.escape(person) for person in programme.people)
    pattern = re.compile(rf"(?<![\w.@])(?:{ids})(?![\w@]|\.\w)")

    def named(text: str) -> str:
        return pattern.sub(lambda found: programme.name_of(found[0]), text)

    if isinstance(outcome, Answer):
        return replace(outcome, text=named(outcome.text), values=tuple(map(named, outcome.values)))
    return replace(outcome, why=named(outcome.why), ask=named(outcome.ask) if outcome.ask else None)


def _refusal(text: str) -> NoAnswer | None:
    if not text or not any(char.isalnum() for char in text):
        return NoAnswer(
            "There is no question here. Ask in your own words, for example: what is blocking the next gate?"
        )
    if text.casefold().strip(" .!?") in _SMALL_TALK:
        return NoAnswer(
            "I answer from the gate records and the project documents. Ask for example: status of a project, what is"
            " blocking a gate, who still has to sign, what is waiting for somebody, or why something was decided."
        )
    if len(text) > LONGEST_QUESTION:
        return NoAnswer(
            f"This is {len(text):,} characters long; a question may have {LONGEST_QUESTION:,}. "
            "Ask the one thing you need, and take longer texts in as documents (gatehouse sync)."
        )
    return None


_SMALL_TALK = frozenset(
    (
        "hello",
        "hi",
        "hey",
        "good morning",
        "thanks",
        "thank you",
        "help",
        "what can you do",
        "who are you",
        "what are you",
    )
)


def _find(text: str, asked: Ask, ledger: LedgerRoom, audience: Audience, rooms: Rooms, before: Subject) -> _Found:
    from_ledger = answer_from_ledger(text, room=ledger, audience=audience, asked=asked, thread=before)
    if from_ledger is not None:
        return _Found(from_ledger.outcome, from_ledger.subject, from_ledger.parts)
    thread = ThreadSubject(before.entities, before.topic)
    records = rooms.records(text, audience=audience, thread=thread, today=ledger.today)
    if isinstance(records, Answer):
        return _Found(records, _subject_of(records, before, text))
    if isinstance(records, NoAnswer):  # the thing is known and what is asked of it is not: no sentence will do
        return _Found(records, before)
    outcome = _settle(records, _from_documents(text, ledger, audience, rooms, before))
    if isinstance(outcome, NoAnswer) and outcome.ask is None:
        outcome = replace(outcome, ask=ledger.closest_owner(text, audience=audience))
    return _Found(outcome, replace(before, topic=text) if isinstance(outcome, NoAnswer) else Subject(topic=text))


def _settle(records: NotUnderstood, documents: Answer | NoAnswer) -> Answer | NoAnswer:
    """The documents answer what no record does; where the records half understood, they must be surer."""
    if records.otherwise is None:
        return documents
    if isinstance(documents, Answer) and documents.confidence >= SURE_BESIDE_RECORDS:
        return documents
    return records.otherwise


def _from_documents(
    text: str, ledger: LedgerRoom, audience: Audience, rooms: Rooms, before: Subject
) -> Answer | NoAnswer:
    """The surer of two readings of the same passages: as facts, and as sentences."""
    leaning = leans_back(text, names_something=ledger.names_something(text, audience=audience))
    query = f"{before.topic} {text}" if leaning and before.topic else text
    passages = rooms.documents.search(query, audience=audience)
    if not passages:
        return NoAnswer("Nothing in the documents you can read speaks of this.")
    scene = Scene(ledger.today, ledger.people())
    thread = ThreadSubject(before.entities, before.topic) if leaning else ThreadSubject()
    fact = rooms.documents.look_up(text, passages, audience=audience, thread=thread, on=scene)
    subject = before.entities[0] if leaning and before.entities else None
    quoted = rooms.documents.quote(text, passages, subject=subject, on=scene)
    if isinstance(quoted, Answer) and quoted.values == ("yes",) and quoted.confidence < SURE_YES:
        quoted = NoAnswer("Nothing in the documents you can read says so plainly.", confidence=quoted.confidence)
    if isinstance(fact, Answer) and (
        isinstance(quoted, NoAnswer) or fact.confidence >= quoted.confidence - FACTS_FIRST
    ):
        return fact
    return quoted


def _subject_of(answer: Answer, before: Subject, text: str) -> Subject:
    names = tuple(dict.fromkeys(fact.entity for fact in answer.facts))
    return Subject(entities=names or before.entities, topic=text)


def _as_of(outcome: Answer | NoAnswer, ledger: LedgerRoom, rooms: Rooms) -> datetime:
    if outcome.route == "ledger":
        return ledger.now
    return rooms.synced_at() or rooms.clock()
