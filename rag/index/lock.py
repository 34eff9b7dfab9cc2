"""One process at a time opens the embedded index: Chroma's folder is not made for two.

Two writers lost a third of the vectors in a test, and a second reader served deleted documents.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class IndexInUseError(Exception):
    """Another process has the index open; the message says which."""


@contextmanager
def hold_index(root: Path) -> Iterator[None]:
    """Hold `root`'s lock. Raises IndexInUseError at once when another process does; a crash frees it."""
    root.mkdir(parents=True, exist_ok=True)
    path = root / "lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _try_lock(descriptor):
            holder = os.read(descriptor, 32).decode(errors="replace").strip() or "unknown"
            raise IndexInUseError(
                f"the index under {root} is open in process {holder}: ask through that process, or stop it first"
            )
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    """An advisory lock of the open file, which the system drops when the process ends, however it ends."""
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
