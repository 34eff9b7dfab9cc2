"""What our speed is measured against: the graph alone, and a search without a filter, fusing or SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from rag.bench.clock import seconds
from rag.embed.minilm import open_bare
from rag.index.chroma import open_chroma
from rag.index.encode import to_rows
from rag.index.library import Library
from rag.index.port import Place, Within
from rag.pool import DEPTH
from rag.store.derived import readable_vectors

Ask = Callable[[str], object]
BATCHES = (1, 4, 8, 32)


def bare_rates(texts: Sequence[str], cache_dir: Path) -> dict[str, float]:
    """Texts per second of the graph alone, sorted by length, for each batch size and way of using two cores."""
    ordered = sorted(texts, key=len, reverse=True)
    rates = {}
    for size in BATCHES:
        batches = [ordered[start : start + size] for start in range(0, len(ordered), size)]
        rates[f"batch {size}, one session with two threads"] = _rate(len(texts), _one_after_another(cache_dir, batches))
        rates[f"batch {size}, two workers with one thread"] = _rate(len(texts), _two_workers(cache_dir, batches))
    return rates


def _rate(count: int, work: Callable[[], object]) -> float:
    return count / seconds(work)


def _one_after_another(cache_dir: Path, batches: Sequence[Sequence[str]]) -> Callable[[], object]:
    encode = open_bare(cache_dir, threads=2)
    encode(batches[-1])
    return lambda: [encode(batch) for batch in batches]


def _two_workers(cache_dir: Path, batches: Sequence[Sequence[str]]) -> Callable[[], object]:
    sessions = [open_bare(cache_dir, threads=1) for _ in range(2)]
    for encode in sessions:
        encode(batches[-1])

    def work() -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda worker: [sessions[worker](batch) for batch in batches[worker::2]], range(2)))

    return work


@contextmanager
def open_floor(library: Library, folder: Path, *, access_ids: frozenset[int]) -> Iterator[Ask]:
    """Encode, search one Chroma collection of everything and tantivy, `DEPTH` hits each."""
    with library.read() as session:
        rows = readable_vectors(session, library.embedder.model, access_ids)
    dense = open_chroma(folder, generation="floor")
    dense.put([Place(row[0], 0) for row in rows], to_rows([row[2] for row in rows], library.embedder.dimension))
    everything = Within(access_ids, DEPTH)

    def ask(question: str) -> None:
        dense.search(library.embedder.encode_query(question), access_ids={0}, limit=DEPTH)
        library.lexical.search_chunks(Counter(library.lexical.terms(question)), everything)

    yield ask
    dense.close()
