"""What a reader has set about his digest. A reader is a person's id, or a channel of programme.yaml ("#churn")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from bot.chat import Reply
from gates.digest.model import TOPICS

Every = Literal["day", "week", "quarter"]
AT = time(8, 30)
WEEKDAYS = (0, 1, 2, 3, 4, 5, 6)


@dataclass(frozen=True)
class Subscription:
    """One reader's digest.

    It goes out at local time `at` in `zone` (None: the person's own, else the programme's) on those working days of the
    programme whose weekday is in `days`; `week`: on the first such day of a week; `quarter`: of a quarter. Nothing is
    sent within `quiet` hours. It begins with `since`. `everything`: all projects that may be read; `projects`: these.
    """

    reader: str
    since: datetime
    at: time = AT
    days: tuple[int, ...] = WEEKDAYS
    every: Every = "day"
    zone: str | None = None
    quiet: tuple[time, time] | None = None
    paused_until: date | None = None
    muted: tuple[str, ...] = ()
    everything: bool = False
    projects: tuple[str, ...] = ()
    on: bool = True

    @property
    def person(self) -> str | None:
        """The reader where he is a person, None for a channel."""
        return None if self.reader.startswith("#") else self.reader


@dataclass(frozen=True)
class SentDigest:
    """A digest as it went out on a local date; `marks` name by project what it showed."""

    day: date
    outcome: str
    marks: Mapping[str, str]
    reply: Reply


def topic_named(said: str) -> str | None:
    """The topic that somebody means by a word of its name or title."""
    wanted = said.strip().casefold().rstrip("s")
    for topic, title in TOPICS.items():
        if wanted and wanted in (
            topic.rstrip("s"),
            title.casefold().rstrip("s"),
            title.casefold().split()[0].rstrip("s"),
        ):
            return topic
    return None
