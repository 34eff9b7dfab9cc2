"""What a command was called with and cannot use."""

from __future__ import annotations


class UsageError(Exception):
    """The command line asks for something that cannot be; the message says what to write instead."""
