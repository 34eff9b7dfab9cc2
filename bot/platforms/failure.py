"""Writes down a failed question so that it can be found again, without a word of what was asked or quoted."""

from __future__ import annotations

import logging
import traceback
from pathlib import PurePath
from uuid import uuid4


def log_failure(log: logging.Logger, error: BaseException) -> str:
    """Logs the kind of error and where it was raised; returns the event id to show.

    The error's own message stays out of the log: it may carry the question or a passage.
    """
    event = uuid4().hex[:12]
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    where = " < ".join(f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    log.error("question failed: %s at %s", type(error).__name__, where, extra={"event": event})
    return event
