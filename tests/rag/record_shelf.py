"""Collections written in a test, taken in as a sync does, and asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from rag.access import AccessRules
from rag.fields.mapping import mapping_from_text
from rag.intake import Collection
from rag.model import EVERYONE, Answer, Audience, Document, NoAnswer, RawFile
from rag.model import FileStamp as Stamp
from rag.parse import parse
from rag.records.answer import NotUnderstood, ThreadSubject, answer_from_records
from rag.records.vocabulary import read_vocabulary
from rag.sources import Source
from rag.sync import take_in
from rag.tables import DocumentRow, RagTable

TODAY = date(2026, 11, 20)


def parsed(path: str, text: str) -> Document:
    """A file with this text as the parser reads it."""
    content = text.encode()
    document = parse(RawFile(Stamp(path, "1", len(content), datetime(2026, 11, 1, tzinfo=UTC)), content))
    assert isinstance(document, Document)
    return document


def _silent(*_: object) -> None:
    """No progress bar in a test."""


class RecordShelf:
    """A folder of files with an optional mapping; `ask` goes through the front door of records."""

    def __init__(self, root: Path, files: Mapping[str, str], *, mapping: str | None = None) -> None:
        folder = root / "files"
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.mapping = mapping_from_text(mapping, where="mapping.yaml") if mapping else None
        self._engine = create_engine("sqlite://")
        RagTable.metadata.create_all(self._engine)
        self.session = Session(self._engine)
        collection = Collection(Source("files", "folder", folder), AccessRules(), self.mapping)
        take_in(collection, write=self._write, progress=_silent)
        self.vocabulary = read_vocabulary([self.mapping] if self.mapping else [])

    @contextmanager
    def _write(self) -> Iterator[Session]:
        yield self.session
        self.session.commit()

    def ask(
        self, question: str, *, audience: Audience = EVERYONE, thread: ThreadSubject | None = None
    ) -> Answer | NoAnswer | NotUnderstood:
        found = answer_from_records(
            question, session=self.session, audience=audience, vocabulary=self.vocabulary, today=TODAY, thread=thread
        )
        if isinstance(found, Answer):
            self._check_quotes(found)
        return found

    def values(self, question: str, **more: object) -> tuple[str, ...]:
        """The values of an answer; a refusal fails the test with its reason."""
        found = self.ask(question, **more)  # type: ignore[arg-type]
        assert isinstance(found, Answer), f"{question!r}: {found}"
        return found.values

    def _check_quotes(self, found: Answer) -> None:
        texts = {row.path: row.text for row in self.session.query(DocumentRow)}
        for citation in found.citations:
            assert citation.quote, found
            assert citation.quote in texts[citation.doc]
