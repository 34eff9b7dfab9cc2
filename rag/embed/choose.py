"""The embedder for a model's name."""

from __future__ import annotations

from pathlib import Path

from rag.embed.port import Embedder

DEFAULT_MODEL = "all-MiniLM-L6-v2"
OTHER_NAMES = {"sentence-transformers/all-MiniLM-L6-v2", "minilm"}


def open_embedder(name: str, cache_dir: Path) -> Embedder:
    """The built-in MiniLM for its own name (any case), else a sentence-transformers model of that name.

    `cache_dir` keeps what is built from the weights. Raises EmbedError when the model cannot be had.
    """
    if name.casefold() in {known.casefold() for known in (DEFAULT_MODEL, *OTHER_NAMES)}:
        from rag.embed.minilm import open_minilm

        return open_minilm(cache_dir)
    from rag.embed.sentence import open_sentence_model

    return open_sentence_model(name)
