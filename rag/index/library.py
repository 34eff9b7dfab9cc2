"""Open what questions are searched in: for a process that stays, for one question, and to be brought up to date."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rag.embed.port import Embedder
from rag.index.encode import StoredVectors, Write, encode_missing
from rag.index.exact import ExactIndex, exact_index
from rag.index.generation import current_generation, generation_name, use_generation
from rag.index.lexical import DamagedWordsError, WordIndex
from rag.index.lock import hold_index
from rag.index.port import DenseIndex, DenseSearch, Hit, LexicalIndex
from rag.index.present import Remembered
from rag.index.replay import replay
from rag.index.resident import MOST_ROWS, ResidentIndex
from rag.store import derived
from rag.store.session import Session

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Read = Callable[[], AbstractContextManager[Session]]
Progress = Callable[[str, int, int], None]
"""Called with (phase, done, total)."""


class IndexMissingError(Exception):
    """There is no index of this model yet; the message says how to make one."""


@dataclass(frozen=True)
class Library:
    """Everything a question is searched in. `read` opens a session for reading."""

    read: Read
    embedder: Embedder
    dense: DenseSearch
    lexical: LexicalIndex
    vectors: StoredVectors
    remembered: Remembered = field(default_factory=Remembered)


@dataclass(frozen=True)
class Indexed:
    """What bringing the indexes up to date did."""

    encoded: int
    applied: int
    behind: int


@dataclass(frozen=True)
class KeptLibrary:
    """The library of the one process that keeps the indexes, and where it keeps them."""

    library: Library
    dense: DenseIndex
    root: Path
    generation: str

    @property
    def folder(self) -> Path:
        return self.root / self.generation


@contextmanager
def keep_library(
    root: Path, *, read: Read, embedder: Embedder, chunker: str, chroma_url: str = ""
) -> Iterator[KeptLibrary]:
    """Open the indexes for keeping and for many questions; `chunker` is the chunker's version.

    Call `update_library` before the first question. Raises IndexInUseError when another process keeps them.
    """
    generation = generation_name(model=embedder.model, chunker=chunker)
    with hold_index(root), ExitStack() as open_now:
        lexical = _open_words(root / generation)
        open_now.callback(lexical.close)
        filed = _open_dense(root / generation, chroma_url, generation)
        open_now.callback(filed.close)
        dense = ResidentIndex(filed, load=partial(_load_exact, read, embedder))
        vectors = StoredVectors(embedder.model, embedder.dimension, held=dense.rows)
        library = Library(read, embedder, dense, lexical, vectors)
        yield KeptLibrary(library, dense, root, generation)


def _open_words(folder: Path) -> WordIndex:
    """The word index of a generation. One that cannot be read is thrown away: SQL has everything to build it anew."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return WordIndex(folder / "words")
    except DamagedWordsError:
        shutil.rmtree(folder)
        folder.mkdir(parents=True)
        return WordIndex(folder / "words")


def update_library(kept: KeptLibrary, *, write: Write, progress: Progress) -> Indexed:
    """Encode what is new, replay the change log, and take this generation into use if it was not.

    Killed at any point, the next call completes it.
    """
    library = kept.library
    encoded = encode_missing(write, library.embedder, progress=partial(progress, "encoding"))
    applied = replay(
        kept.folder,
        library.read,
        model=library.embedder.model,
        dimension=library.embedder.dimension,
        dense=kept.dense,
        lexical=library.lexical,
        progress=partial(progress, "indexing"),
    )
    if current_generation(kept.root) != kept.generation:
        use_generation(kept.root, kept.generation)
    with library.read() as session:
        return Indexed(encoded, applied, derived.last_seq(session) - applied)


@contextmanager
def open_library(root: Path, *, read: Read, embedder: Embedder, chunker: str) -> Iterator[Library]:
    """The library for one question: exact dense search over SQL, which needs no lock and no second of start-up.

    Raises IndexMissingError when nothing was indexed with this model yet.
    """
    generation = generation_name(model=embedder.model, chunker=chunker)
    if current_generation(root) != generation:
        raise IndexMissingError(
            "Nothing has been taken in and indexed yet with this embedding model. "
            "Run: gatehouse sync FOLDER (or make demo for the demo programme)."
        )
    try:
        lexical = WordIndex(root / generation / "words")
    except DamagedWordsError as error:
        raise IndexMissingError(
            "The index is damaged. Run gatehouse sync: it is built anew from the database."
        ) from error
    vectors = StoredVectors(embedder.model, embedder.dimension)
    yield Library(read, embedder, StoredDense(read, vectors), lexical, vectors)
    lexical.close()


class StoredDense:
    """A dense index that is SQL itself: each search reads the readable vectors and compares them all."""

    def __init__(self, read: Read, vectors: StoredVectors) -> None:
        self._read = read
        self._vectors = vectors

    def search(self, vector: NDArray[np.float32], *, access_ids: Collection[int], limit: int) -> list[Hit]:
        with self._read() as session:
            rows = derived.readable_vectors(session, self._vectors.model, access_ids)
        self._vectors.keep(rows)
        return exact_index(rows, dimension=self._vectors.dimension).search(vector, access_ids=access_ids, limit=limit)


def _load_exact(read: Read, embedder: Embedder) -> ExactIndex | None:
    with read() as session:
        if derived.count_chunks(session) > MOST_ROWS:
            return None
        rows = derived.all_vectors(session, embedder.model)
    return exact_index(rows, dimension=embedder.dimension)


def _open_dense(folder: Path, url: str, generation: str) -> DenseIndex:
    from rag.index.chroma import connect_chroma, open_chroma

    return connect_chroma(url, generation=generation) if url else open_chroma(folder / "chroma", generation=generation)
