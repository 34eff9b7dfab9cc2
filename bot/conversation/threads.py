"""What a thread is about, so that "and who owns it?" keeps the subject."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock

MAX_THREADS = 10_000
"""Threads remembered at once; the one unused longest is forgotten first."""

MAX_TURNS = 3
"""Questions of a thread that are remembered, the newest of them."""

LONGEST_TURN = 300
"""Characters of each."""

_POINTING = re.compile(
    r"\b(it|its|that|this|they|them|their|those|these|there|he|she|him|her|his|the same|both|one|ones)\b", re.IGNORECASE
)
_OPENING = re.compile(r"^\s*(and|but|so|also|or|what about|how about|then)\b", re.IGNORECASE)
_ALONE = re.compile(r"^\s*(why|who|when|which|where|what|since when|how)( not| so| exactly| then)?\W*$", re.IGNORECASE)


@dataclass(frozen=True)
class Subject:
    """What was talked about last. `topic` are the words a follow-up leaves out.

    `record` is a standing record, as "project/kind/id"; `turns` are the last questions, the oldest first.
    """

    project: str | None = None
    gate: str | None = None
    criterion: str | None = None
    entities: tuple[str, ...] = ()
    topic: str = ""
    record: str | None = None
    turns: tuple[str, ...] = ()

    def turns_and(self, question: str) -> tuple[str, ...]:
        """The turns after one more question."""
        return (*self.turns, question[:LONGEST_TURN])[-MAX_TURNS:]


def leans_back(text: str, *, names_something: bool) -> bool:
    """Whether a message needs its thread to be understood: it points ("its owner"), or is short and names nothing."""
    if names_something:
        return False
    return any(pattern.search(text) for pattern in (_POINTING, _OPENING, _ALONE))


class Threads:
    """The memory of running conversations, of this process only: a restart forgets, it never mixes threads up."""

    def __init__(self) -> None:
        self._subjects: OrderedDict[Hashable, Subject] = OrderedDict()
        self._lock = Lock()

    def recall(self, thread: Hashable) -> Subject:
        with self._lock:
            return self._subjects.get(thread, Subject())

    def remember(self, thread: Hashable, subject: Subject) -> None:
        with self._lock:
            self._subjects[thread] = subject
            self._subjects.move_to_end(thread)
            while len(self._subjects) > MAX_THREADS:
                self._subjects.popitem(last=False)
