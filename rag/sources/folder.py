"""A folder on this machine: a sorted walk that follows no link and leaves out what is not for readers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from rag.model import FileStamp, RawFile, Unreadable
from rag.sources.errors import SourceError
from rag.sources.listing import (
    IGNORE_FILE,
    MAX_FILE,
    SKIPPED_FOLDERS,
    Entry,
    IgnoreRules,
    Skipped,
    modified_of,
    refusal,
    shown,
    version_of,
)


def list_folder(root: Path) -> Iterator[Entry]:
    """Every file under the root by path, with its stamp, or why it is not taken in.

    Hidden files and folders, virtual environments, caches and what `.gatehouseignore` names are left out
    silently. Raises SourceError when the root is no folder or cannot be listed.
    """
    check_folder(root)
    try:
        top = os.fspath(root)
        os.scandir(top).close()
    except OSError as error:
        raise SourceError(f"{root} cannot be listed: {error.strerror}. Check who may read it.") from None
    yield from _walk(top, "", ignored=IgnoreRules(root))


def read_folder_file(root: Path, stamp: FileStamp) -> RawFile | Unreadable:
    """The file's bytes, or why there are none: vanished, not allowed, grown too large, become a link out."""
    path = root / stamp.path
    try:
        if not path.resolve().is_relative_to(root.resolve()):
            return Unreadable(stamp.path, "it leads out of the source")
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with open(handle, "rb") as file:  # noqa: PTH123 - a path cannot be opened without following links
            content = file.read(MAX_FILE + 1)
    except (OSError, ValueError, RuntimeError) as error:
        return Unreadable(stamp.path, f"cannot be read: {getattr(error, 'strerror', None) or error}")
    if len(content) > MAX_FILE:
        return Unreadable(stamp.path, f"over the limit of {MAX_FILE:,} bytes; split it or leave it out")
    return RawFile(stamp, content)


def check_folder(root: Path) -> None:
    """Raises SourceError when there is no folder at this place."""
    if not root.exists():
        raise SourceError(f"There is no folder {str(root)!r}. Check the spelling, or make the folder first.")
    if not root.is_dir():
        raise SourceError(f"{str(root)!r} is a file, not a folder. Give the folder that holds it.")


def _walk(folder: str, prefix: str, *, ignored: IgnoreRules) -> Iterator[Entry]:
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=_sort_key)
    except OSError as error:
        yield Unreadable(shown(prefix.rstrip("/")), f"the folder cannot be listed: {error.strerror}")
        return
    for entry in entries:
        path = f"{prefix}{entry.name}"
        if _is_left_out(entry) or ignored.cover(f"{path}/" if entry.is_dir(follow_symlinks=False) else path):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, f"{path}/", ignored=ignored)
        else:
            yield _stamped(entry, path)


def _sort_key(entry: os.DirEntry[str]) -> str:
    """Folders sort as their contents will: "a/" comes behind "a.md"."""
    return f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name


def _is_left_out(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith(".") or entry.name == IGNORE_FILE:
        return True
    if not entry.is_dir(follow_symlinks=False):
        return False
    return entry.name in SKIPPED_FOLDERS or os.path.exists(f"{entry.path}/pyvenv.cfg")  # noqa: PTH110 - plain is faster


def _stamped(entry: os.DirEntry[str], path: str) -> FileStamp | Unreadable | Skipped:
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError as error:
        return Unreadable(shown(path), f"cannot be looked at: {error.strerror}")
    return refusal(path, found) or FileStamp(path, version_of(found), found.st_size, modified_of(found))
