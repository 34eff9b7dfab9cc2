"""A Git working tree: what is tracked, and what is new and not ignored, with the date of each file's last commit."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rag.model import FileStamp
from rag.sources.errors import SourceError
from rag.sources.folder import check_folder
from rag.sources.listing import SKIPPED_FOLDERS, Entry, IgnoreRules, in_order, modified_of, refusal, version_of

_QUIET = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false",
          "-c", "log.showSignature=false")  # fmt: skip
_LINK_MODES = {"120000", "160000"}  # symbolic links and submodules
_TIMEOUT = 120


def list_git(root: Path) -> Iterator[Entry]:
    """Every tracked, and every untracked but not ignored file under the root, by path.

    A clean file's version is its blob id and its date that of the last commit that touched it; a file changed since
    has size and time of the last write for both. Nothing of the repository is run. Raises SourceError when
    Git is missing or refuses the folder.
    """
    check_folder(root)
    blobs = _tracked(root)
    dirty = _dirty(root)
    dates = _commit_dates(root, wanted=set(blobs) - dirty)
    fallback = max(dates.values(), default=datetime.fromtimestamp(0, tz=UTC))
    ignored = IgnoreRules(root)
    found: list[Entry] = []
    for path in {*blobs, *_names(root, "ls-files", "-o", "--exclude-standard", "-z")}:
        if _is_left_out(path) or ignored.cover(path):
            continue
        entry = _entry(root, path, blob=None if path in dirty else blobs.get(path), date=dates.get(path, fallback))
        found += [entry] if entry else []
    return in_order(found)


def is_git(root: Path) -> bool:
    """Whether the folder itself is the top of a working tree (also a linked one, whose `.git` is a file)."""
    return (root / ".git").exists()


def _entry(root: Path, path: str, *, blob: str | None, date: datetime) -> Entry | None:
    """None: deleted in the working tree, or (a submodule) a folder."""
    try:
        found = (root / path).lstat()
    except OSError:
        return None
    if (root / path).is_dir() and not (root / path).is_symlink():
        return None
    refused = refusal(path, found)
    if refused:
        return refused
    if blob is None:
        return FileStamp(path, version_of(found), found.st_size, modified_of(found))
    return FileStamp(path, blob, found.st_size, date)


def _is_left_out(path: str) -> bool:
    parts = path.split("/")
    return any(part.startswith(".") or part in SKIPPED_FOLDERS for part in parts)


def _tracked(root: Path) -> dict[str, str]:
    """Path to blob id. A file in conflict has several; the working tree's version counts then."""
    blobs: dict[str, str] = {}
    for line in _names(root, "ls-files", "-s", "-z"):
        about, _, path = line.partition("\t")
        mode, blob, _ = about.split(" ")
        if mode not in _LINK_MODES:
            blobs[path] = blob
    return blobs


def _dirty(root: Path) -> set[str]:
    """What differs from the last commit; everything while there is none."""
    try:
        return set(_names(root, "diff-index", "--name-only", "--relative", "-z", "HEAD"))
    except SourceError:
        return set(_names(root, "ls-files", "-z"))


def _commit_dates(root: Path, wanted: set[str]) -> dict[str, datetime]:
    """One walk down the history, newest commit first, that ends when every file has been seen."""
    dates: dict[str, datetime] = {}
    if not wanted:
        return dates
    command = ("log", "--no-renames", "--no-ext-diff", "--relative", "--name-only", "--format=%x01%cI", "-z", "--", ".")
    with _git(root, *command, problems=subprocess.DEVNULL) as process:
        when = datetime.fromtimestamp(0, tz=UTC)
        for record in _records(process):
            if "\x01" in record:
                when = datetime.fromisoformat(record.rpartition("\x01")[2].strip()).astimezone(UTC)
            elif (path := record.lstrip("\n")) in wanted:
                dates[path] = when
                wanted.discard(path)
            if not wanted:
                process.kill()
                break
    return dates


def _records(process: subprocess.Popen[bytes]) -> Iterator[str]:
    """The NUL-ended records of a process' output, as they come."""
    assert process.stdout is not None
    rest = b""
    while block := process.stdout.read(65_536):
        *records, rest = (rest + block).split(b"\x00")
        yield from (os.fsdecode(record) for record in records)
    if rest.strip():
        yield os.fsdecode(rest)


def _names(root: Path, *arguments: str) -> list[str]:
    with _git(root, *arguments) as process:
        out, problem = process.communicate(timeout=_TIMEOUT)
    if process.returncode:
        raise SourceError(f"Git cannot list {str(root)!r}: {_hint(problem.decode(errors='replace'))}")
    return [os.fsdecode(name) for name in out.split(b"\x00") if name]


def _hint(problem: str) -> str:
    first = problem.strip().splitlines()[0] if problem.strip() else "it gave no reason"
    if "dubious ownership" in problem:
        return f"{first}. The folder belongs to somebody else; allow it with `git config --global safe.directory`."
    return first


def _git(root: Path, *arguments: str, problems: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            ["git", "--no-optional-locks", *_QUIET, "-C", os.fspath(root), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=problems,
        )
    except FileNotFoundError:
        raise SourceError("Git is not installed. Install it, or take the tree in as a plain folder.") from None
