"""How fast passages become searchable, beside the graph alone over the same texts."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rag.bench.clock import seconds
from rag.bench.make import made_texts, store_texts
from rag.bench.stores import CHUNKER, OpenStore, update
from rag.bench.yardstick import fastest_bare
from rag.embed.port import Embedder
from rag.index.library import keep_library

TEXTS = 256
ROUNDS = 3


@dataclass(frozen=True)
class EncodingFigures:
    """Texts per second, medians of rounds in turn: ours from missing vector to searchable, and the graph alone."""

    ours: float
    bare: Mapping[str, float]

    @property
    def ratio(self) -> float:
        """Ours of the fastest bare way; 1 would be no overhead at all."""
        return self.ours / max(self.bare.values())


def measure_encoding(folder: Path, open_store: OpenStore, embedder: Embedder, model_cache: Path) -> EncodingFigures:
    """Ours and the fastest bare ways in turn, `ROUNDS` times, so that what else this machine does hits them alike."""
    texts = list(made_texts(TEXTS, seed=4))
    bare = fastest_bare(texts, model_cache)
    ours: list[float] = []
    others: dict[str, list[float]] = {name: [] for name in bare}
    for number in range(ROUNDS):
        ours.append(_ours(folder / f"encoding-{number}", open_store, embedder, texts))
        for name, work in bare.items():
            others[name].append(TEXTS / seconds(work))
    return EncodingFigures(statistics.median(ours), {name: statistics.median(all_) for name, all_ in others.items()})


def _ours(folder: Path, open_store: OpenStore, embedder: Embedder, texts: list[str]) -> float:
    folder.mkdir(parents=True)
    read, write = open_store(folder / "db.sqlite")
    with write() as session:
        store_texts(session, texts)
    with keep_library(folder / "index", read=read, embedder=embedder, chunker=CHUNKER) as kept:
        return len(texts) / seconds(lambda: update(kept, write))
