"""Writes down a failed question so that it can be found again, without a word of what was asked or quoted."""

from __future__ import annotations

import logging
from uuid import uuid4

from bot.failure import raised_at


def log_failure(log: logging.Logger, error: BaseException) -> str:
    """Logs the kind of error and where it was raised; returns the event id to show.

    The error's own message stays out of the log: it may carry the question or a passage.
    """
    event = uuid4().hex[:12]
    log.error("question failed: %s at %s", type(error).__name__, raised_at(error), extra={"event": event})
    return event
