"""What the metrics page shows of the database: read when the page is, the same in every process, kept over restarts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.answers.store_feedback import opinions
from bot.database import DatabaseError, Session


@dataclass(frozen=True)
class FeedbackCounted(Collector):
    """`gatehouse_answers_rated` by opinion. A database that does not answer takes nothing else from the page."""

    read: Callable[[], AbstractContextManager[Session]]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        rated = GaugeMetricFamily("gatehouse_answers_rated", "What people thought of answers", labels=["opinion"])
        try:
            with self.read() as session:
                found = opinions(session)
        except DatabaseError:
            return
        rated.add_metric(["helpful"], found.helpful)
        rated.add_metric(["not helpful"], found.not_helpful)
        yield rated

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing: registering it must not read the database."""
        yield from ()
