"""Which reader a file goes to: its suffix first, its first bytes as a second opinion."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

from rag.model import RawFile

FORMATS = {
    ".md": "markdown", ".markdown": "markdown", ".mdown": "markdown", ".mkd": "markdown", ".mdx": "markdown",
    ".rst": "rst", ".rest": "rst",
    ".html": "html", ".htm": "html", ".xhtml": "html",
    ".txt": "text", ".text": "text", ".log": "text", ".adoc": "text", ".asciidoc": "text", ".org": "text", "": "text",
    ".eml": "mail",
    ".docx": "docx", ".docm": "docx",
    ".pdf": "pdf",
    ".csv": "csv", ".tsv": "csv",
    ".json": "json",
    ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".yaml": "yaml", ".yml": "yaml",
    ".ipynb": "notebook",
}  # fmt: skip
"""Suffix to format; a file without a suffix (README, OWNERS) is taken as text."""

_RECORD_LIMIT = 20 * 1024 * 1024
_TEXTUAL = {"markdown", "rst", "text", "html"}


def suffix_of(path: str) -> str:
    """The suffix in lower case; a dot file such as `.env` has none of its own."""
    return PurePosixPath(path).suffix.lower()


def format_of(path: str) -> str | None:
    """The format that the name promises, None when no reader is known."""
    return FORMATS.get(suffix_of(path))


def sniffed(content: bytes, promised: str) -> str:
    """The format of these bytes: what the name promised unless they plainly say otherwise."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"PK\x03\x04") and b"word/" in content:
        return "docx"
    if promised in _TEXTUAL and _is_html(content):
        return "html"
    return promised


def is_record(raw: RawFile) -> bool:
    """Whether these bytes are a BEIR record: a JSON object with a text whose id is the path it is listed under."""
    content = raw.content.lstrip()
    if not content.startswith(b"{") or b'"text"' not in content or len(content) > _RECORD_LIMIT:
        return False
    if raw.stamp.path.isascii() and raw.stamp.path.encode() not in content:
        return False  # cheaper than decoding every JSON file twice
    try:
        record = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return "text" in record and raw.stamp.path in {str(record.get("_id", "")), str(record.get("id", ""))}


def _is_html(content: bytes) -> bool:
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html", b"<?xml")) and b"<html" in content[:4096].lower()
