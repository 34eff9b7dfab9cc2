"""The bench: one run that measures us, the floor and the peer on the same data, and gives the ratios."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rag.bench.clock import Times, resident_mb, seconds, time_calls
from rag.bench.make import LABELS, audience, fill, made_texts, questions, store_texts
from rag.bench.peer import open_peer
from rag.bench.yardstick import bare_rates, open_floor
from rag.embed.port import Embedder
from rag.index.encode import Write
from rag.index.library import KeptLibrary, Library, Progress, Read, keep_library, update_library
from rag.retrieve import retrieve
from rag.store.documents import readable_access_ids

if TYPE_CHECKING:
    from rich.table import Table

SIZES = (1_000, 10_000, 50_000)
FILTERS = (1, 4, LABELS)
QUESTIONS = 60
ENCODED = 400  # texts of the comparison of encoding speeds

OpenStore = Callable[[Path], tuple[Read, Write]]
"""Opens an empty or existing database file with this room's tables; returns its two transactions."""


@dataclass(frozen=True)
class EncodingFigures:
    """Texts per second: ours from missing vector to searchable, and the graph alone in every way tried."""

    ours: float
    bare: Mapping[str, float]

    @property
    def ratio(self) -> float:
        """Ours of the fastest bare way; 1 would be no overhead at all."""
        return self.ours / max(self.bare.values())


@dataclass(frozen=True)
class QueryFigures:
    """Milliseconds of one warm question at one size and one number of readable access ids."""

    chunks: int
    labels: int
    ours: Times
    floor: Times | None = None
    peer: Times | None = None


@dataclass(frozen=True)
class BenchReport:
    """Everything one run measured. `resident_mb` is this process after the questions at each size, before any peer."""

    model: str
    encoding: EncodingFigures
    index_seconds: Mapping[int, float]
    queries: tuple[QueryFigures, ...]
    resident_mb: Mapping[int, float]
    note: str = "made-up texts; vectors of 400 real texts, the others scattered round them"

    def to_json(self) -> dict[str, object]:
        return asdict(self) | {"encoding_ratio": self.encoding.ratio}


def run_bench(
    home: Path,
    *,
    open_store: OpenStore,
    embedder: Embedder,
    model_cache: Path,
    progress: Progress,
    sizes: Sequence[int] = SIZES,
) -> BenchReport:
    """Measure everything under `home`, which is emptied of this bench's own folder before and after.

    The floor and the peer are measured at the largest size only: building theirs takes longer than measuring it.
    """
    folder = home / "bench"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        progress("encoding", 0, 1)
        encoding = _measure_encoding(folder, open_store, embedder, model_cache)
        taken: dict[int, float] = {}
        memory: dict[int, float] = {}
        figures: list[QueryFigures] = []
        for done, size in enumerate(sorted(sizes)):
            progress("asking", done, len(sizes))
            found, taken[size], memory[size] = _measure_size(
                folder / str(size), open_store, embedder, chunks=size, peers=size == max(sizes)
            )
            figures += found
        return BenchReport(embedder.model, encoding, taken, tuple(figures), memory)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure_encoding(folder: Path, open_store: OpenStore, embedder: Embedder, model_cache: Path) -> EncodingFigures:
    texts = list(made_texts(ENCODED, seed=4))
    read, write = open_store(folder / "encoding.sqlite")
    with write() as session:
        store_texts(session, texts)
    with keep_library(folder / "encoding", read=read, embedder=embedder, chunker="bench") as kept:
        ours = seconds(lambda: _update(kept, write))
    return EncodingFigures(ENCODED / ours, bare_rates(texts, model_cache))


def _measure_size(
    folder: Path, open_store: OpenStore, embedder: Embedder, *, chunks: int, peers: bool
) -> tuple[list[QueryFigures], float, float]:
    """(figures, seconds of indexing, resident megabytes) at one size."""
    folder.mkdir()
    read, write = open_store(folder / "db.sqlite")
    fill(write, embedder, chunks=chunks)
    with keep_library(folder / "index", read=read, embedder=embedder, chunker="bench") as kept:
        taken = seconds(lambda: _update(kept, write))
        asked = questions(QUESTIONS)
        ours = {labels: time_calls(_ours(kept.library, labels), asked) for labels in FILTERS}
        gc.collect()
        memory = resident_mb()
        floor, peer = _measure_peers(kept.library, folder, asked) if peers else (None, {})
    figures = [QueryFigures(chunks, labels, ours[labels], floor, peer.get(labels)) for labels in FILTERS]
    return figures, taken, memory


def _measure_peers(library: Library, folder: Path, asked: Sequence[str]) -> tuple[Times, dict[int, Times]]:
    readable = {labels: _readable(library, labels) for labels in FILTERS}
    with open_floor(library, folder / "floor", access_ids=readable[LABELS]) as ask:
        floor = time_calls(ask, asked)
    try:
        with open_peer(library, folder / "peer", readable=readable[LABELS]) as ask_for:
            few = asked[: QUESTIONS // 3]
            peer = {
                labels: time_calls(partial(ask_for, access_ids=ids), few, warm_up=2) for labels, ids in readable.items()
            }
    except ImportError:
        peer = {}
    return floor, peer


def _ours(library: Library, labels: int) -> Callable[[str], object]:
    readers = audience(labels)
    return lambda question: retrieve(question, audience=readers, library=library)


def _readable(library: Library, labels: int) -> frozenset[int]:
    with library.read() as session:
        return readable_access_ids(session, audience(labels))


def _update(kept: KeptLibrary, write: Write) -> None:
    update_library(kept, write=write, progress=lambda _phase, _done, _total: None)


def bench_table(report: BenchReport) -> Table:
    """The report for a terminal; every figure of ours beside what it is compared with."""
    from rich.table import Table

    table = Table(title=f"Bench: {report.model}", caption=report.note)
    for heading in ("what", "ours", "compared with", "ratio"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    way, best = max(report.encoding.bare.items(), key=lambda pair: pair[1])
    table.add_row(
        f"encode and index, texts/s ({way})",
        f"{report.encoding.ours:.0f}",
        f"{best:.0f}",
        f"{report.encoding.ratio:.2f}",
    )
    for size, taken in report.index_seconds.items():
        table.add_row(f"index {size:,} encoded chunks, s", f"{taken:.1f}", "", "")
        table.add_row(f"memory at {size:,} chunks, MB", f"{report.resident_mb[size]:.0f}", "700", "")
    for figures in report.queries:
        _add_question(table, figures)
    return table


def _add_question(table: Table, figures: QueryFigures) -> None:
    what = f"question, {figures.chunks:,} chunks, {figures.labels} access ids, ms p50 / p95"
    ours = f"{figures.ours.p50:.1f} / {figures.ours.p95:.1f}"
    if figures.floor is None and figures.peer is None:
        table.add_row(what, ours, "", "")
    for name, other in (("floor", figures.floor), ("LangChain", figures.peer)):
        if other:
            ratio = f"{figures.ours.p50 / other.p50:.2f}"
            table.add_row(what, ours, f"{name} {other.p50:.1f} / {other.p95:.1f}", ratio)
