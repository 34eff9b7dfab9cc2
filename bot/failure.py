"""Writes down what went wrong so that it can be found again, without a word of what people wrote or documents say."""

from __future__ import annotations

import logging
import traceback
from pathlib import PurePath

FRAMES = 6


def log_broken(log: logging.Logger, error: BaseException, what: str, *about: object) -> None:
    """Log what broke, the kind of error and where it was raised; its own message may carry a text and stays out."""
    log.error(f"{what}: %s at %s", *about, type(error).__name__, raised_at(error))


def raised_at(error: BaseException) -> str:
    """The last places of the code an error came through, the innermost first."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return " < ".join(f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
