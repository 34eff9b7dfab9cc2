"""One question from its words to what is told: the ledger first, then the records, then the documents."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Protocol

from bot.audience import audience_of
from bot.chat import Ask, Part
from bot.conversation.intents import named_in
from bot.conversation.ledger_answers import answer_from_ledger, answer_from_records
from bot.conversation.ledger_room import LedgerRoom
from bot.conversation.refusing import plain_words, refusal_of
from bot.conversation.threads import Subject, Threads, leans_back
from bot.conversation.told import Told
from bot.conversation.worded import in_model_words
from bot.conversation.writing import Assignment, Errand, ModelRoom, Reading, Sensed
from gates.model import Programme
from rag.model import Answer, Audience, Entity, NoAnswer, Passage
from rag.records.asking import NotUnderstood, ThreadSubject

SURE_BESIDE_RECORDS = 0.5
"""Confidence the documents must have when the records know the thing that is asked about, but not this of it."""

SURE_YES = 0.75
"""Confidence a bare "yes" needs that rests on a sentence alone: one that merely speaks of the matter is no yes."""

FACTS_FIRST = 0.05
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
    reading: Reading = field(default_factory=Reading)
    sensed: Sensed | None = None


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
    refused = refusal_of(text)
    thread = (asked.thread, audience)  # what one audience was told never leans into another's answer
    before = rooms.threads.recall(thread)
    programme = ledger.programme.name if ledger.programme else None
    errand = Errand(asked, audience, programme, began)
    found = _Found(refused, before) if refused else _Search(errand, ledger, rooms, before).find(text)
    question = found.sensed.question if found.sensed else text
    rooms.threads.remember(thread, before if refused else replace(found.subject, turns=before.turns_and(question)))
    told = Told(
        id=rooms.new_id(),
        question=asked.text,
        outcome=_with_names(found.outcome, ledger.programme),
        audience=audience.name,
        as_of=_as_of(found.outcome, ledger, rooms),
        timings_ms={"total": (time.perf_counter() - began) * 1000},
        parts=found.parts,
        cost_usd=found.sensed.cost_usd if found.sensed else 0.0,
        understood=found.sensed.question if found.sensed else "",
    )
    if rooms.model is None or not isinstance(told.outcome, Answer):
        return told
    assignment = Assignment(told.id, errand, question, told.outcome, found.reading, found.sensed)
    return in_model_words(told, assignment, rooms.model, show=show)


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


@dataclass(frozen=True)
class _Search:
    """One question being looked for: in the ledger, in the records, in the documents."""

    errand: Errand
    ledger: LedgerRoom
    rooms: Rooms
    before: Subject

    def find(self, text: str) -> _Found:
        """What the question comes to, and what the thread is about from now on."""
        found = self._in_records(text)
        if isinstance(found, _Found):
            return found
        return self._meant_by_thread(text) or self._in_documents(text, found)

    def _in_records(self, text: str) -> _Found | NotUnderstood:
        ledger, audience, asked, before = self.ledger, self.errand.audience, self.errand.asked, self.before
        from_ledger = answer_from_ledger(text, room=ledger, audience=audience, asked=asked, thread=before)
        if from_ledger is not None:
            return _Found(from_ledger.outcome, from_ledger.subject, from_ledger.parts)
        thread = ThreadSubject(before.entities, before.topic)
        records = self.rooms.records(text, audience=audience, thread=thread, today=ledger.today)
        if isinstance(records, Answer) and records.values != ("none",):
            return _Found(records, _subject_of(records, before, text))
        kept = answer_from_records(text, room=ledger, audience=audience, asked=asked, thread=before, plain=True)
        if kept is not None and (isinstance(kept.outcome, Answer) or isinstance(records, NoAnswer)):
            return _Found(kept.outcome, kept.subject, kept.parts)
        if isinstance(records, Answer):
            return _Found(records, _subject_of(records, before, text))
        if isinstance(records, NoAnswer):  # the thing is known and what is asked of it is not: no sentence will do
            return _Found(records, before)
        return records

    def _meant_by_thread(self, text: str) -> _Found | None:
        """The answer to a follow-up as a model puts it into a question of its own; None where that has none."""
        model, turns = self.rooms.model, self.before.turns
        sensed = model.condense(text, turns, self.errand) if model and turns and self._leans_back(text) else None
        if sensed is None:
            return None
        found = self._in_records(sensed.question)
        if not isinstance(found, _Found):
            outcome, reading = self._read(sensed.question, leaning=False)
            found = _Found(_settle(found, outcome), Subject(topic=sensed.question), reading=reading)
        return replace(found, sensed=sensed) if isinstance(found.outcome, Answer) else None

    def _in_documents(self, text: str, records: NotUnderstood) -> _Found:
        quoted, reading = self._read(text, leaning=self._leans_back(text))
        outcome = _settle(records, quoted)
        if isinstance(outcome, Answer):
            return _Found(outcome, Subject(topic=text), reading=reading)
        if (found := self._meant_for_ledger(text)) is not None:
            return found
        ask = outcome.ask or self.ledger.closest_owner(text, audience=self.errand.audience)
        return _Found(replace(outcome, ask=ask), replace(self.before, topic=text), reading=reading)

    def _meant_for_ledger(self, text: str) -> _Found | None:
        """The ledger's answer to what a model takes an unclear question for; None where that is no question to it."""
        named = named_in(text, self.ledger.names(self.errand.audience))
        sensed = self.rooms.model.choose_intent(text, named, self.errand) if self.rooms.model and named else None
        found = self._in_records(sensed.question) if sensed else None
        if isinstance(found, _Found) and isinstance(found.outcome, Answer) and found.outcome.route == "ledger":
            return replace(found, sensed=sensed)
        return None

    def _leans_back(self, text: str) -> bool:
        return leans_back(text, names_something=self.ledger.names_something(text, audience=self.errand.audience))

    def _read(self, text: str, *, leaning: bool) -> tuple[Answer | NoAnswer, Reading]:
        """The surer of two readings of the same passages: as facts, and as sentences; and what was read."""
        before, audience, documents = self.before, self.errand.audience, self.rooms.documents
        query = f"{before.topic} {text}" if leaning and before.topic else text
        passages = documents.search(query, audience=audience)
        reading = Reading(tuple(passages), before.topic if leaning else "")
        if not passages:
            return NoAnswer("Nothing in the documents you can read speaks of this."), reading
        scene = Scene(self.ledger.today, self.ledger.people())
        thread = ThreadSubject(before.entities, before.topic) if leaning else ThreadSubject()
        fact = documents.look_up(text, passages, audience=audience, thread=thread, on=scene)
        subject = before.entities[0] if leaning and before.entities else None
        quoted = documents.quote(text, passages, subject=subject, on=scene)
        return _surer(fact, quoted), reading


def _surer(fact: Answer | NoAnswer, quoted: Answer | NoAnswer) -> Answer | NoAnswer:
    """The fact, unless the sentence is much surer; a bare "yes" of a sentence must be sure by itself."""
    if isinstance(quoted, Answer) and quoted.values == ("yes",) and quoted.confidence < SURE_YES:
        quoted = NoAnswer("Nothing in the documents you can read says so plainly.", confidence=quoted.confidence)
    if isinstance(fact, Answer) and fact.values[:1] in (("yes",), ("no",)):
        return fact
    if isinstance(fact, NoAnswer):
        return quoted
    unsure = isinstance(quoted, NoAnswer) or fact.confidence >= quoted.confidence - FACTS_FIRST
    return fact if unsure else quoted


def _settle(records: NotUnderstood, documents: Answer | NoAnswer) -> Answer | NoAnswer:
    """The documents answer what no record does; where the records half understood, they must be surer."""
    if records.otherwise is None:
        return documents
    if isinstance(documents, Answer) and documents.confidence >= SURE_BESIDE_RECORDS:
        return documents
    return records.otherwise


def _subject_of(answer: Answer, before: Subject, text: str) -> Subject:
    names = tuple(dict.fromkeys(fact.entity for fact in answer.facts))
    return Subject(entities=names or before.entities, topic=text)


def _as_of(outcome: Answer | NoAnswer, ledger: LedgerRoom, rooms: Rooms) -> datetime:
    if outcome.route == "ledger":
        return ledger.now
    return rooms.synced_at() or rooms.clock()
