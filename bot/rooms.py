"""Opens the rooms for questions: what each needs of the database and the indexes, loaded when first used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.conversation.asking import Scene
from bot.conversation.ledger_room import Kept, LedgerRoom
from bot.conversation.words import day
from bot.database import Database
from bot.intake.ledger import home_of
from gates.report import Facts
from gates.service.look import Ledger, StaleRecord, load_portfolio, stale_records
from gates.service.shelf import Shelf
from rag.answer import answer_from_passages
from rag.fields.mapping import CollectionMapping, load_mapping
from rag.lookup.look_up import look_up
from rag.model import Answer, Audience, NoAnswer, Passage
from rag.records.answer import answer_from_records
from rag.records.asking import NotUnderstood, ThreadSubject
from rag.records.vocabulary import read_vocabulary
from rag.store.contents import last_synced, source_id_of, stored_line
from rag.store.documents import all_sources, readable_access_ids

if TYPE_CHECKING:
    from rag.index.library import Library

PASSAGES = 20
"""Passages whose documents' facts are looked through."""

QUOTED_PASSAGES = 20
"""Of these, passages read sentence by sentence: enough for two sources to disagree, few enough for milliseconds."""


def open_ledger(database: Database, clock: Callable[[], datetime]) -> LedgerRoom:
    """The programme with people in it, its projects and their evidence, as one snapshot."""
    return LedgerRooms(database, clock)()


class LedgerRooms:
    """Opens a room for each question: only what changed since the last one is loaded and worked out anew."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._shelf = Shelf()
        self._of: Ledger | None = None
        self._kept = Kept()

    def __call__(self) -> LedgerRoom:
        with self._database.read() as session:
            stored = self._shelf.ledger(session)
            stale = stale_records(session, stored) if stored else {}
        if stored is not self._of:  # whoever still works with the ledger before keeps what belongs to that
            self._of, self._kept = stored, Kept()
        return replace(_ledger_room(self._database, stored, stale, self._clock), kept=self._kept)


def open_ledgers(database: Database, clock: Callable[[], datetime]) -> tuple[LedgerRoom, ...]:
    """Every programme and every foreign collection with gates; the programme with people in it first."""
    with database.read() as session:
        stored = sorted(load_portfolio(session), key=lambda ledger: not ledger.programme.people)
        stale = [stale_records(session, ledger) for ledger in stored]
    return tuple(_ledger_room(database, ledger, known, clock) for ledger, known in zip(stored, stale, strict=True))


def _ledger_room(
    database: Database, stored: Ledger | None, stale: Mapping[str, StaleRecord], clock: Callable[[], datetime]
) -> LedgerRoom:
    def readable(audience: Audience) -> frozenset[int]:
        with database.read() as session:
            return readable_access_ids(session, audience)

    @cache
    def source() -> int | None:
        with database.read() as session:
            name = stored.programme.name if stored else ""
            home = home_of(session, name) or name  # a foreign collection has the name of its source
            return source_id_of(session, home) if home in {row.name for row in all_sources(session)} else None

    def line_of(path: str, line: int) -> str | None:
        found = source()
        with database.read() as session:
            return stored_line(session, found, path, line) if found is not None else None

    if stored is None:
        return LedgerRoom(None, (), Facts(), clock(), readable, line_of)
    now = stored.programme.now or clock()
    laid = stored.laid(now)
    notes = {slug: _last_valid(record) for slug, record in stale.items()}
    return LedgerRoom(
        stored.programme, laid.projects, laid.facts, now, readable, line_of, notes, ledgers=stored.ledgers
    )


def _last_valid(record: StaleRecord) -> str:
    """Why a project is shown as it was, and as of when."""
    problem, at = record.problem, record.valid_at
    when = f" on {day(at.date())} {at:%H:%M} UTC" if at else ""
    where = f"{problem.file} cannot be read just now (line {problem.line}, {problem.key}: expected {problem.expected})"
    return f"{where}: shown as last valid{when}."


class RecordsRoom:
    """Answers from facts, with the vocabulary of every known collection's mapping."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __call__(
        self, question: str, *, audience: Audience, thread: ThreadSubject, today: date
    ) -> Answer | NoAnswer | NotUnderstood:
        vocabulary = read_vocabulary(mappings_of(self._database))
        with self._database.read() as session:
            return answer_from_records(
                question,
                session=session,
                audience=audience,
                vocabulary=vocabulary,
                today=today,
                thread=thread,
            )


class DocumentsRoom:
    """Searches and quotes. The indexes are opened by the first question that needs them, and closed with the room."""

    def __init__(self, open_library: Callable[[ExitStack], Library]) -> None:
        self._stack = ExitStack()
        self._open = open_library
        self._library: Library | None = None

    @property
    def library(self) -> Library:
        if self._library is None:
            self._library = self._open(self._stack)
        return self._library

    def search(self, question: str, *, audience: Audience) -> tuple[Passage, ...]:
        from rag.retrieve import retrieve

        return retrieve(question, audience=audience, library=self.library, limit=PASSAGES)

    def look_up(
        self, question: str, passages: Sequence[Passage], *, audience: Audience, thread: ThreadSubject, on: Scene
    ) -> Answer | NoAnswer:
        with self.library.read() as session:
            return look_up(
                question,
                session=session,
                passages=passages,
                audience=audience,
                today=on.today,
                topic=thread.field,
                names=thread.names,
                people=on.people,
            )

    def quote(self, question: str, passages: Sequence[Passage], *, subject: str | None, on: Scene) -> Answer | NoAnswer:
        return answer_from_passages(
            question,
            passages[:QUOTED_PASSAGES],
            today=on.today,
            known_entities=on.people,
            subject=subject,
            similarity=self._similarity,
        )

    def whole_texts(self, passages: Sequence[Passage], audience: Audience) -> Mapping[int, str]:
        """The full texts of the best passages' documents, as many as a model is given whole."""
        from rag.retrieve import whole_documents
        from rag.writing.material import WHOLE_TOKENS

        return dict(whole_documents(passages, token_budget=WHOLE_TOKENS, audience=audience, read=self.library.read))

    def _similarity(self, question: str, sentences: Sequence[str]) -> Sequence[float]:
        embedder = self.library.embedder
        cosines = embedder.encode(list(sentences)) @ embedder.encode_query(question)
        return [float(cosine) for cosine in cosines]

    def close(self) -> None:
        self._stack.close()


def synced_at(database: Database) -> datetime | None:
    """When the documents were last brought up to date; SQLite keeps no time zone, what it keeps is UTC."""
    with database.read() as session:
        moment = last_synced(session)
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def mappings_of(database: Database) -> list[CollectionMapping]:
    """The mapping files of all known collections."""
    with database.read() as session:
        return [load_mapping(Path(row.mapping)) for row in all_sources(session) if row.mapping]
