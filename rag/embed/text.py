"""The text of a passage as it is embedded and indexed, and the hash its vector is kept under."""

from __future__ import annotations

import hashlib

from rag.model import Chunk


def embedding_text(chunk: Chunk, title: str) -> str:
    """Where the passage stands (title and headings), then the passage: a vector of both finds it by either."""
    return placed_text(chunk.context(title), chunk.text)


def placed_text(context: str, text: str) -> str:
    """The same from a stored row, whose context is already joined."""
    return f"{context}\n{text}"


def text_hash(text: str) -> str:
    """SHA-256 of the embedded text, hexadecimal: equal text has one vector, whatever document it stands in."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
