"""What goes wrong with a source as a whole; what goes wrong with one file is a value (`Unreadable`)."""

from __future__ import annotations


class SourceError(Exception):
    """A source cannot be listed: what is wrong, where, and what to do next, in one sentence each."""
