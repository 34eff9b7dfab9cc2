"""A small library in a temporary SQLite file, with an embedder that needs no model."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import create_engine, update
from sqlalchemy.orm import Session

from rag.embed.port import Progress
from rag.embed.text import embedding_text, text_hash
from rag.index.encode import StoredVectors, encode_missing
from rag.index.exact import ExactIndex
from rag.index.lexical import WordIndex
from rag.index.library import Library
from rag.index.replay import replay
from rag.model import PUBLIC, AccessLabel, Chunk
from rag.store import documents as store
from rag.tables import DocumentRow, RagTable

LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)


class WordsEmbedder:
    """A stand-in for a model: each word adds a direction of its own, so texts are near when they share words."""

    dimension = 64

    def __init__(self, model: str = "words@1") -> None:
        self.model = model
        self.encoded: list[str] = []

    def encode_query(self, text: str) -> NDArray[np.float32]:
        total = np.full(self.dimension, 1e-3, dtype=np.float32)
        for word in re.findall(r"\w+", text.lower()):
            seed = int.from_bytes(hashlib.sha256(f"{self.model} {word}".encode()).digest()[:4], "big")
            total += np.random.default_rng(seed).standard_normal(self.dimension).astype(np.float32)
        return np.asarray(total / np.linalg.norm(total), dtype=np.float32)

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> NDArray[np.float32]:
        self.encoded += texts
        if progress:
            progress(len(texts), len(texts))
        return np.array([self.encode_query(text) for text in texts], dtype=np.float32).reshape(-1, self.dimension)


@dataclass
class Shelf:
    """A database with its two transactions, and ways to put documents into it as a sync would."""

    path: Path
    sessions: Callable[[], Session] = field(init=False)

    def __post_init__(self) -> None:
        engine = create_engine(f"sqlite:///{self.path}")
        RagTable.metadata.create_all(engine)
        self.sessions = lambda: Session(engine, expire_on_commit=False)

    @contextmanager
    def read(self) -> Iterator[Session]:
        with self.sessions() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        with self.sessions() as session, session.begin():
            yield session

    def put(
        self, path: str, *texts: str, title: str = "", readers: Iterable[str] = (), number: int | None = None
    ) -> int:
        """Store a document with one chunk per text, over the one with this number if any; returns its number."""
        whole = "\n\n".join(texts)
        chunks, start = [], 0
        for ordinal, text in enumerate(texts):
            chunk = Chunk(ordinal, "paragraph", (), text, start, start + len(text), 1)
            chunks.append((chunk, text_hash(embedding_text(chunk, title or path))))
            start += len(text) + 2
        row = store.StoredDocument(
            path=path,
            version="1",
            content_hash=text_hash(whole),
            title=title or path,
            format="text",
            text=whole,
            meta={},
            sections=(),
            modified=LONG_AGO,
            updated="2026-01-05",
            owner=None,
            claims={},
        )
        label = AccessLabel(frozenset({frozenset(readers)})) if readers else PUBLIC
        with self.write() as session:
            source = store.ensure_source(session, name="shelf", kind="folder", root="/", mapping=None).id
            access = store.access_id_of(session, label)
            return store.put_document(
                session, row, source_id=source, document_id=number, access_id=access, chunks=chunks
            )

    def drop(self, number: int) -> None:
        with self.write() as session:
            store.drop_document(session, number)

    def supersede(self, path: str, successor: str) -> None:
        with self.write() as session:
            session.execute(
                update(DocumentRow).where(DocumentRow.path == path).values(superseded_by=successor, status="superseded")
            )

    def library(self) -> Library:
        """Everything stored so far, encoded and indexed anew in memory, with exact dense search."""
        embedder, folder = WordsEmbedder(), Path(tempfile.mkdtemp(dir=self.path.parent))
        dense, lexical = ExactIndex(), WordIndex()
        encode_missing(self.write, embedder)
        replay(folder, self.read, model=embedder.model, dimension=embedder.dimension, dense=dense, lexical=lexical)
        return Library(self.read, embedder, dense, lexical, StoredVectors(embedder.model, embedder.dimension))
