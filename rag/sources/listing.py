"""The words in which every kind of source lists its files, and the limits that hold for each."""

from __future__ import annotations

import stat
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from os import stat_result
from pathlib import Path

from rag.model import FileStamp, Unreadable
from rag.parse.formats import format_of, suffix_of

MAX_FILE = 50 * 1024 * 1024
"""Bytes of a file that is still opened."""

IGNORE_FILE = ".gatehouseignore"
SKIPPED_FOLDERS = {"node_modules", "__pycache__", "venv", "env", "site-packages"}


@dataclass(frozen=True)
class Skipped:
    """A file that is no document: a picture, a program, a link. Nothing has to be mended."""

    path: str
    reason: str


Entry = FileStamp | Unreadable | Skipped


class IgnoreRules:
    """The patterns of `.gatehouseignore` at the root of a source, in the syntax of `.gitignore`."""

    def __init__(self, root: Path) -> None:
        self._spec = None
        if (root / IGNORE_FILE).is_file():
            from pathspec import GitIgnoreSpec

            lines = (root / IGNORE_FILE).read_text(encoding="utf-8", errors="replace").splitlines()
            self._spec = GitIgnoreSpec.from_lines(lines)

    def cover(self, path: str) -> bool:
        """Whether a path is ignored; a folder's path ends in "/"."""
        return self._spec is not None and self._spec.match_file(path)


def refusal(path: str, found: stat_result) -> Unreadable | Skipped | None:
    """Why a file is not opened, None when it may be. Nothing of its content is looked at."""
    if stat.S_ISLNK(found.st_mode):
        return Skipped(path, "a link; the file it points to is taken in where it lies, if that is inside the source")
    if not stat.S_ISREG(found.st_mode):
        return Skipped(path, "no regular file")
    if strange := strange_name(path):
        return Unreadable(shown(path), strange)
    if format_of(path) is None:
        return Skipped(path, f"no reader for {suffix_of(path)!r} files")
    if found.st_size > MAX_FILE:
        return Unreadable(path, f"{found.st_size:,} bytes, over the limit of {MAX_FILE:,}; split it or leave it out")
    return None


def version_of(found: stat_result) -> str:
    """Equal means not changed: size and time of the last write."""
    return f"{found.st_size}-{found.st_mtime_ns}"


def modified_of(found: stat_result) -> datetime:
    return datetime.fromtimestamp(max(found.st_mtime, 0), tz=UTC)


def in_order(entries: Iterable[Entry]) -> Iterator[Entry]:
    return iter(sorted(entries, key=lambda entry: entry.path))


def shown(path: str) -> str:
    """A path that can be printed and stored, whatever its bytes."""
    return path.encode("utf-8", "backslashreplace").decode().encode("unicode_escape").decode("ascii")


def strange_name(path: str) -> str | None:
    """Why a name cannot be stored or shown, None when it can."""
    if path.isascii() and path.isprintable():
        return None
    if any(unicodedata.category(character) == "Cs" for character in path):
        return "its name is not UTF-8; rename it"
    if any(unicodedata.category(character) in {"Cc", "Cf"} for character in path):
        return "its name holds invisible or control characters; rename it"
    return None
