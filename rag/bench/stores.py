"""What the bench is given to work on: databases, models, and how both are opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rag.embed.port import Embedder
from rag.index.encode import Write
from rag.index.library import KeptLibrary, Read, update_library

OpenStore = Callable[[Path], tuple[Read, Write]]
"""Opens an empty or existing database file with this room's tables; returns its two transactions."""

OpenModel = Callable[[], Embedder]
"""Opens the embedding model. Like `OpenStore` it must be picklable: another process opens it, too."""

CHUNKER = "bench"


def update(kept: KeptLibrary, write: Write) -> None:
    update_library(kept, write=write, progress=lambda _phase, _done, _total: None)
