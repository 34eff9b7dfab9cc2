"""The dense index in Chroma: one collection per access id, so that a filter costs nothing inside the search.

A `where` filter made a query at 48k chunks 57-110 ms; searching only the readable collections takes 1-15 ms.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rag.index.port import Hit, Place, by_access

if TYPE_CHECKING:
    import chromadb
    import numpy as np
    from chromadb.api import ClientAPI
    from chromadb.api.collection_configuration import CreateCollectionConfiguration
    from chromadb.config import Settings
    from numpy.typing import NDArray

BATCH = 4_000  # Chroma takes at most 5,461 records in one call
OURS = "gatehouse-"  # a server may hold other people's collections, too


class ChromaIndex:
    """The collections of one generation behind the DenseIndex port."""

    def __init__(self, client: ClientAPI, *, generation: str) -> None:
        self._client = client
        self._prefix = f"{OURS}{generation}-"
        self._collections = {
            int(collection.name.removeprefix(self._prefix)): collection
            for collection in client.list_collections()
            if collection.name.startswith(self._prefix)
        }

    def put(self, places: Sequence[Place], vectors: NDArray[np.float32]) -> None:
        for access_id, rows in by_access(places):
            collection = self._collection(access_id)
            for start in range(0, len(rows), BATCH):
                batch = rows[start : start + BATCH]
                collection.upsert(ids=[str(places[row].chunk_id) for row in batch], embeddings=vectors[batch])

    def delete(self, places: Sequence[Place]) -> None:
        for access_id, rows in by_access(places):
            if collection := self._collections.get(access_id):
                for start in range(0, len(rows), BATCH):
                    collection.delete(ids=[str(places[row].chunk_id) for row in rows[start : start + BATCH]])

    def search(self, vector: NDArray[np.float32], *, access_ids: Collection[int], limit: int) -> list[Hit]:
        if limit < 1:
            return []
        found = [hit for access_id in access_ids for hit in self._search_one(access_id, vector, limit)]
        return heapq.nlargest(limit, found, key=lambda hit: hit.score)

    def _search_one(self, access_id: int, vector: NDArray[np.float32], limit: int) -> list[Hit]:
        collection = self._collections.get(access_id)
        if collection is None:
            return []
        result = collection.query(query_embeddings=vector.reshape(1, -1), n_results=limit, include=["distances"])
        distances = result["distances"] or [[]]
        return [Hit(int(key), 1.0 - distance) for key, distance in zip(result["ids"][0], distances[0], strict=True)]

    def _collection(self, access_id: int) -> chromadb.Collection:
        if access_id not in self._collections:
            self._collections[access_id] = self._client.get_or_create_collection(
                f"{self._prefix}{access_id}", configuration=_configuration(), embedding_function=None
            )
        return self._collections[access_id]

    def count(self) -> int:
        return sum(collection.count() for collection in self._collections.values())

    def close(self) -> None:
        close = getattr(self._client, "close", None)
        if close:
            close()


def open_chroma(folder: Path, *, generation: str) -> ChromaIndex:
    """Chroma in this process; the caller must hold the folder's lock (`lock.py`)."""
    import chromadb

    folder.mkdir(parents=True, exist_ok=True)
    return ChromaIndex(chromadb.PersistentClient(str(folder), settings=_settings()), generation=generation)


def connect_chroma(url: str, *, generation: str) -> ChromaIndex:
    """A Chroma server, for example `http://chroma:8000`."""
    import chromadb

    parts = urlsplit(url)
    client = chromadb.HttpClient(
        host=parts.hostname or "localhost", port=parts.port or 8000, ssl=parts.scheme == "https", settings=_settings()
    )
    return ChromaIndex(client, generation=generation)


def _settings() -> Settings:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


def _configuration() -> CreateCollectionConfiguration:
    """A graph dense enough that recall@100 against exact search stays above 0.98 (the default's was 0.928)."""
    return {"hnsw": {"space": "cosine", "ef_construction": 200, "max_neighbors": 32, "ef_search": 250}}
