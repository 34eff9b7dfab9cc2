"""What the disk alone takes: the floor under every acknowledgement that waits for one."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from bot.bench.load import Load

BLOCK = 32 * 1024
"""Bytes: what SQLite's journal is written for one event, eight pages."""


def paced_flushes(folder: Path, many: int, *, per_second: float) -> Load:
    """Write a block and flush it, one after the other and none before its moment; milliseconds that each took."""
    took, block = [], os.urandom(BLOCK)
    with tempfile.TemporaryFile(dir=folder) as file:
        began = time.perf_counter()
        for number in range(many):
            time.sleep(max(0.0, began + number / per_second - time.perf_counter()))
            begun = time.perf_counter()
            os.pwrite(file.fileno(), block, number % 100 * BLOCK)
            os.fdatasync(file.fileno())
            took.append((time.perf_counter() - begun) * 1000)
        return Load(tuple(took), 0, time.perf_counter() - began)
