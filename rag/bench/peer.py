"""LangChain's EnsembleRetriever over the same chunks and vectors: the way most people would build this."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from rag.index.encode import to_rows
from rag.index.library import Library
from rag.pool import DEPTH
from rag.store.derived import readable_texts

if TYPE_CHECKING:
    from langchain_chroma import Chroma

BATCH = 4_000


class AskFor(Protocol):
    """Ask a question for readers of these access ids."""

    def __call__(self, question: str, access_ids: frozenset[int]) -> object: ...


class OurVectors(Embeddings):
    """Our embedder behind LangChain's interface, so that both sides encode alike."""

    def __init__(self, library: Library) -> None:
        self._embedder = library.embedder

    def embed_query(self, text: str) -> list[float]:
        return [float(x) for x in self._embedder.encode_query(text)]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[float(x) for x in row] for row in self._embedder.encode(texts)]


@contextmanager
def open_peer(library: Library, folder: Path, *, readable: frozenset[int]) -> Iterator[AskFor]:
    """Over every chunk with these readable ids: BM25 in memory and Chroma with a `where`, fused by reciprocal rank.

    BM25Retriever knows no filter, so what may not be read is dropped from its hits afterwards.
    Raises ImportError where LangChain's packages are not installed.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # langchain-community announces its own end on import
        from langchain_chroma import Chroma
        from langchain_classic.retrievers import EnsembleRetriever
        from langchain_community.retrievers import BM25Retriever
    with library.read() as session:
        rows = readable_texts(session, library.embedder.model, readable)
    documents = [Document(text, id=str(number), metadata={"access_id": access}) for number, access, text, _ in rows]
    words = BM25Retriever.from_documents(documents, k=DEPTH, preprocess_func=_words)
    store = Chroma("peer", OurVectors(library), str(folder), collection_configuration={"hnsw": {"space": "cosine"}})
    _fill(store, documents, [row[3] for row in rows], library.embedder.dimension)

    def ask(question: str, access_ids: frozenset[int]) -> object:
        where = {"access_id": {"$in": sorted(access_ids)}}
        near = store.as_retriever(search_kwargs={"k": DEPTH, "filter": where})
        found = EnsembleRetriever(retrievers=[words, near], weights=[0.5, 0.5]).invoke(question)
        return [document for document in found if document.metadata["access_id"] in access_ids]

    yield ask


def _fill(store: Chroma, documents: Sequence[Document], vectors: Sequence[bytes], dimension: int) -> None:
    """Put the vectors there are into the peer's collection; encoding them again would measure nothing."""
    for start in range(0, len(documents), BATCH):
        batch = documents[start : start + BATCH]
        store._collection.upsert(
            ids=[str(document.id) for document in batch],
            embeddings=to_rows(vectors[start : start + BATCH], dimension),
            documents=[document.page_content for document in batch],
            metadatas=[dict(document.metadata) for document in batch],
        )


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
