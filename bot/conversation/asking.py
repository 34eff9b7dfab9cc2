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
from bot.conversation.ledger_answers import answer_from_ledger, answer_from_records
from bot.conversation.ledger_room import LedgerRoom
from bot.conversation.threads import Subject, Threads, leans_back
from bot.conversation.told import Tier, Told
from bot.conversation.writing import Assignment, ModelRoom, Reading, in_words, is_for_words
from gates.model import Programme
from rag.model import Answer, Audience, Entity, NoAnswer, Passage
from rag.records.asking import NotUnderstood, ThreadSubject

LONGEST_QUESTION = 4_000
"""Characters. Longer texts are documents: they belong into a collection, not into a question."""

SURE_BESIDE_RECORDS = 0.5
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
    """What a question may be answered from, the clock, and who reads the answer (AudienceError: nobody can tell)."""

    ledger: Callable[[], LedgerRoom]
    records: Records
    documents: Documents
    synced_at: Callable[[], datetime | None]
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    threads: Threads = field(default_factory=Threads)
    readers: Callable[[Programme | None, Ask], Audience] = lambda programme, asked: audience_of(
        programme, person=asked.person, place=asked.place
    )
    model: ModelRoom | None = None


@dataclass(frozen=True)
class _Found:
    outcome: Answer | NoAnswer
    subject: Subject
    parts: tuple[Part, ...] = ()
    reading: Reading | None = None


def answer_question(asked: Ask, rooms: Rooms, *, show: Callable[[Told], None] = lambda _: None) -> Told:
    """What is told to everyone who reads along.

    Nothing here writes but the thread's memory, and where a model was asked the record of how its words came about.
    `show` gets what can be seen before the end, the newest last: the quoted source, then sentence by sentence what the
    model writes and the sources hold.

    Raises:
        AudienceError: The person or the place is not known.
    """
    began = time.perf_counter()
    ledger = rooms.ledger()
    audience = rooms.readers(ledger.programme, asked)
    text = plain_words(asked.text)
    refused = _refusal(text)
    thread = (asked.thread, audience)  # what one audience was told never leans into another's answer
    before = rooms.threads.recall(thread)
    found = _Found(refused, before) if refused else _find(text, asked, ledger, audience, rooms, before)
    rooms.threads.remember(thread, found.subject)
    told = Told(
        id=rooms.new_id(),
        question=asked.text,
        outcome=_with_names(found.outcome, ledger.programme),
        audience=audience.name,
        as_of=_as_of(found.outcome, ledger, rooms),
        timings_ms={"total": (time.perf_counter() - began) * 1000},
        parts=found.parts,
    )
    if rooms.model is None or found.reading is None or not isinstance(told.outcome, Answer):
        return told
    programme = ledger.programme.name if ledger.programme else None
    assignment = Assignment(told.id, asked, text, told.outcome, found.reading, audience, programme)
    return _in_model_words(told, assignment, rooms.model, show=show, began=began)


def _in_model_words(
    told: Told, assignment: Assignment, model: ModelRoom, *, show: Callable[[Told], None], began: float
) -> Told:
    """The same answer as a model puts it, where every sentence of that stands in its source; else as it is."""
    if not is_for_words(assignment.quoted):
        return told
    show(told)
    first = {"first_visible": (time.perf_counter() - began) * 1000}

    def show_so_far(answer: Answer) -> None:
        if (partial := in_words(assignment.quoted, answer)) is not None:
            show(replace(told, outcome=partial, tier="model"))

    written = model.write(assignment, show=show_so_far)
    if written is None:
        return told
    shown = in_words(assignment.quoted, written.answer)
    model.keep(assignment, written, shown=shown is not None)
    timings = {**first, **written.timings_ms, "total": (time.perf_counter() - began) * 1000}
    cost = float(written.completion.cost_usd or 0) if written.completion else 0.0
    tier: Tier = "extractive" if shown is None else "model"
    return replace(
        told, outcome=shown or told.outcome, timings_ms=timings, cost_usd=cost, tier=tier, quoted=assignment.quoted
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
    if isinstance(records, Answer) and records.values != ("none",):
        return _Found(records, _subject_of(records, before, text))
    kept = answer_from_records(text, room=ledger, audience=audience, asked=asked, thread=before, plain=True)
    if kept is not None and (isinstance(kept.outcome, Answer) or isinstance(records, NoAnswer)):
        return _Found(kept.outcome, kept.subject, kept.parts)
    if isinstance(records, Answer):
        return _Found(records, _subject_of(records, before, text))
    if isinstance(records, NoAnswer):  # the thing is known and what is asked of it is not: no sentence will do
        return _Found(records, before)
    quoted, reading = _from_documents(text, ledger, audience, rooms, before)
    outcome = _settle(records, quoted)
    if isinstance(outcome, NoAnswer) and outcome.ask is None:
        outcome = replace(outcome, ask=ledger.closest_owner(text, audience=audience))
    subject = replace(before, topic=text) if isinstance(outcome, NoAnswer) else Subject(topic=text)
    return _Found(outcome, subject, reading=reading)


def _settle(records: NotUnderstood, documents: Answer | NoAnswer) -> Answer | NoAnswer:
    """The documents answer what no record does; where the records half understood, they must be surer."""
    if records.otherwise is None:
        return documents
    if isinstance(documents, Answer) and documents.confidence >= SURE_BESIDE_RECORDS:
        return documents
    return records.otherwise


def _from_documents(
    text: str, ledger: LedgerRoom, audience: Audience, rooms: Rooms, before: Subject
) -> tuple[Answer | NoAnswer, Reading]:
    """The surer of two readings of the same passages: as facts, and as sentences; and what was read."""
    leaning = leans_back(text, names_something=ledger.names_something(text, audience=audience))
    query = f"{before.topic} {text}" if leaning and before.topic else text
    passages = rooms.documents.search(query, audience=audience)
    reading = Reading(tuple(passages), before.topic if leaning else "")
    if not passages:
        return NoAnswer("Nothing in the documents you can read speaks of this."), reading
    scene = Scene(ledger.today, ledger.people())
    thread = ThreadSubject(before.entities, before.topic) if leaning else ThreadSubject()
    fact = rooms.documents.look_up(text, passages, audience=audience, thread=thread, on=scene)
    subject = before.entities[0] if leaning and before.entities else None
    quoted = rooms.documents.quote(text, passages, subject=subject, on=scene)
    if isinstance(quoted, Answer) and quoted.values == ("yes",) and quoted.confidence < SURE_YES:
        quoted = NoAnswer("Nothing in the documents you can read says so plainly.", confidence=quoted.confidence)
    if isinstance(fact, Answer) and fact.values[:1] in (("yes",), ("no",)):
        return fact, reading
    if isinstance(fact, Answer) and (
        isinstance(quoted, NoAnswer) or fact.confidence >= quoted.confidence - FACTS_FIRST
    ):
        return fact, reading
    return quoted, reading


def _subject_of(answer: Answer, before: Subject, text: str) -> Subject:
    names = tuple(dict.fromkeys(fact.entity for fact in answer.facts))
    return Subject(entities=names or before.entities, topic=text)


def _as_of(outcome: Answer | NoAnswer, ledger: LedgerRoom, rooms: Rooms) -> datetime:
    if outcome.route == "ledger":
        return ledger.now
    return rooms.synced_at() or rooms.clock()
