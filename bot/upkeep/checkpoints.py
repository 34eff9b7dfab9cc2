"""The checkpoint file: signed heads of the audit log, kept outside the database and only ever added to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.database import Database
from gates.audit.checkpoint import SignedHead, Signer, checkpoint_line, read_checkpoint, sign_head
from gates.audit.entry import GENESIS, Head
from gates.store_audit import load_head

_LONGEST_LINE = 4_096


@dataclass(frozen=True)
class CheckpointFile:
    """Adds heads to a file. Call it after a commit: what a checkpoint names must not be rolled back."""

    path: Path
    signer: Signer
    clock: Callable[[], datetime]

    def note_head(self, database: Database) -> SignedHead | None:
        """Sign and add the present head; None when the file has it already or nothing was recorded yet."""
        with database.read() as session:
            head = load_head(session)
        return self.note(head) if head != GENESIS else None

    def note(self, head: Head) -> SignedHead | None:
        """Sign and add this head, unless the file ends with it or a later one."""
        with _locked(self.path) as file:
            last = _last_line(file)
            if last and _seq_of(last) >= head.seq:
                return None
            signed = sign_head(head, self.signer, at=self.clock())
            # a line that a crash cut off is ended first, so that it spoils no other
            start = "" if not last or last.endswith("\n") else "\n"
            os.write(file, f"{start}{checkpoint_line(signed)}\n".encode())
            os.fsync(file)
            return signed


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    import fcntl

    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)


def _last_line(file: int) -> str:
    size = os.fstat(file).st_size
    start = max(0, size - _LONGEST_LINE)
    lines = os.pread(file, size - start, start).decode("utf-8", "replace").splitlines(keepends=True)
    return lines[-1] if lines else ""


def _seq_of(line: str) -> int:
    """The record a checkpoint names; 0 for a line that is none, so that a new one is added."""
    try:
        return read_checkpoint(line).head.seq
    except ValueError:
        return 0
