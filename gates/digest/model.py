"""The values of a digest: notes under topics, for one reader, as of one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Topic = Literal["you", "contradiction", "moved", "waiting", "due", "blocked", "lapsed", "stale", "spend", "decided"]

TOPICS: Mapping[Topic, str] = {
    "you": "For you",
    "contradiction": "Contradiction",
    "moved": "Moved",
    "waiting": "Waiting for sign-off",
    "due": "Due",
    "blocked": "Blocked",
    "lapsed": "Lapsed",
    "stale": "Stale or expiring",
    "spend": "Spend",
    "decided": "Decided",
}
"""Every topic with its title, in reading order: what the reader can move comes first."""

MOST: Mapping[Topic, int] = {
    "you": 4,
    "contradiction": 2,
    "moved": 3,
    "waiting": 2,
    "due": 2,
    "blocked": 2,
    "lapsed": 1,
    "stale": 2,
    "spend": 2,
    "decided": 1,
}
"""Lines of a topic that fit on one screen with the others; the rest stands behind "more"."""


@dataclass(frozen=True, slots=True)
class Note:
    """One line of a digest.

    `about` is the matter ("churn-uplift/production/latency-p95"): it is snoozed, opened and explained by that name.
    `why` says in a sentence by which rule it is there. `movers` can move it, by id. `rank` orders notes of a topic, the
    smallest first. `age` is in working days.
    """

    topic: Topic
    about: str
    text: str
    why: str
    movers: tuple[str, ...] = ()
    rank: float = 0.0
    age: int | None = None

    @property
    def project(self) -> str:
        return self.about.partition("/")[0]

    @property
    def gate(self) -> str:
        """The gate's slug, empty for what is about the whole project."""
        return self.about.split("/")[1] if self.about.count("/") == 2 else ""


@dataclass(frozen=True, slots=True)
class Section:
    """The notes of one topic that are shown, and how many more there are. `failed`: it could not be worked out."""

    topic: Topic
    notes: tuple[Note, ...] = ()
    more: int = 0
    failed: str = ""

    @property
    def title(self) -> str:
        return TOPICS[self.topic]


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a digest is.

    `readable` are access labels. `person` is None for a channel. `projects` are those he follows, None for the ones he
    has a part in (all that may be read, for a channel). `muted` topics are left out, `snoozed` matters until their day
    has come. `pays`: what models cost in the whole programme is for him.
    """

    readable: frozenset[int]
    person: str | None = None
    projects: frozenset[str] | None = None
    everything: bool = False
    muted: frozenset[str] = frozenset()
    snoozed: Mapping[str, date] = field(default_factory=dict)
    pays: bool = False


@dataclass(frozen=True, slots=True)
class Digest:
    """What one reader is told. `unchanged`: nothing moved since `since`. `first`: no earlier digest to compare with.

    `projects` are the slugs it covers, `yours` how many matters the reader can move himself.
    """

    today: date
    sections: tuple[Section, ...]
    projects: tuple[str, ...]
    since: date
    yours: int = 0
    unchanged: bool = False
    first: bool = False

    @property
    def more(self) -> int:
        return sum(section.more for section in self.sections)

    def note(self, about: str) -> Note | None:
        """The first note about a matter."""
        return next((note for section in self.sections for note in section.notes if note.about == about), None)


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date that a document states for a gate or a milestone of a project; `access_id` is the document's label."""

    project: str
    what: str
    day: date
    document: str
    access_id: int = 0


@dataclass(frozen=True, slots=True)
class Besides:
    """What a digest says beyond the reports: dates stated in documents, and model-serving cost by project in USD.

    `waivers` are the days on which waivers end, by (project, gate, criterion). `model_cost` says what models cost in
    the whole programme, "" where nothing.
    """

    dates: tuple[StatedDate, ...] = ()
    serving: Mapping[str, Decimal] = field(default_factory=dict)
    waivers: Mapping[tuple[str, str, str], date] = field(default_factory=dict)
    model_cost: str = ""
