"""What is measured of every request, for dashboards and alarms. The one door of prometheus_client in this room.

Names and labels are stable: dashboards and alarms in deploy/dashboards rest on them. No label carries a person, a
question or a project: those are in the spend report, behind its own door.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from inference.breaker import Breaker
from inference.model import ChatModel, Chunk, Completion, Decision, Delta, ModelError, Request
from inference.server import Load
from inference.spans import Span, begin_span

SECONDS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2.0, 3.0, 5.0, 8.0, 13.0, 20.0, 30.0, 60.0)


@dataclass(frozen=True)
class Watched:
    """What is looked at when the metrics are read: one endpoint's breaker, places and queue as last seen."""

    tier: str
    breaker: Breaker
    running: Callable[[], int]
    waiting: Callable[[], int]
    load: Callable[[], Load | None]


class Measures:
    """The metrics of one gateway, in `registry`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._gauges: dict[str, Gauge] = {}
        self.requests = _counter(registry, "requests", "Requests by how they ended", "request_class", "outcome", "tier")
        self.first = _histogram(registry, "first_token_seconds", "Time to the first word", "request_class", "tier")
        self.whole = _histogram(registry, "answer_seconds", "Time to the whole answer", "request_class", "tier")
        self.tokens = _counter(registry, "tokens", "Tokens as charged", "request_class", "kind")
        self.cost = _counter(registry, "cost_usd", "US dollars", "request_class")
        self.decisions = _counter(registry, "guard_decisions", "What the guards decided", "guard", "verdict", "reason")

    def watch(self, watched: Watched) -> None:
        """Show one endpoint's state whenever the metrics are read."""
        state = {"closed": 0, "half-open": 1, "open": 2}
        self._gauge(
            "breaker_state", "0 closed, 1 half-open, 2 open", watched.tier, lambda: state[watched.breaker.state]
        )
        self._gauge("running", "Requests under way from here", watched.tier, watched.running)
        self._gauge("waiting", "Requests waiting here for a place", watched.tier, watched.waiting)
        self._gauge("server_queue", "Requests waiting at the server, as last seen; NaN when not known", watched.tier,
                    lambda: load.waiting if (load := watched.load()) else float("nan"))  # fmt: skip
        self._gauge("server_kv_used", "Share of the server's KV cache in use; NaN when not known", watched.tier,
                    lambda: load.kv_used if (load := watched.load()) else float("nan"))  # fmt: skip
        self._gauge("server_metrics_absent", "1 when the server's metrics cannot be read", watched.tier,
                    lambda: int(watched.load() is None))  # fmt: skip

    def answered(self, request: Request, answer: Completion) -> None:
        kind = "cache" if answer.from_cache else "answered"
        labels = (request.request_class, answer.tier)
        self.requests.labels(request.request_class, kind, answer.tier).inc()
        self.noted(answer.decisions)
        if answer.from_cache:
            return
        self.first.labels(*labels).observe(answer.timings.first_token_ms / 1000)
        self.whole.labels(*labels).observe(answer.timings.total_ms / 1000)
        usage = answer.usage
        figures = (
            ("prompt", usage.prompt_tokens),
            ("cached", usage.cached_tokens),
            ("answer", usage.completion_tokens),
        )
        for name, count in figures:
            self.tokens.labels(request.request_class, name).inc(count)
        self.cost.labels(request.request_class).inc(float(answer.cost_usd or 0))

    def failed(self, request: Request, error: BaseException) -> None:
        outcome = type(error).__name__ if isinstance(error, ModelError) else "given up"
        self.requests.labels(request.request_class, outcome, "").inc()
        self.noted(error.decisions if isinstance(error, ModelError) else ())

    def noted(self, decisions: tuple[Decision, ...]) -> None:
        for decision in decisions:
            self.decisions.labels(decision.guard, decision.verdict, reason_label(decision)).inc()

    def _gauge(self, name: str, told: str, tier: str, read: Callable[[], float]) -> None:
        if name not in self._gauges:
            self._gauges[name] = Gauge(f"gatehouse_model_{name}", told, ["tier"], registry=self._registry)
        self._gauges[name].labels(tier).set_function(read)


FEW_REASONS = frozenset({"retry", "ladder", "shed", "deadline", "hedge"})
"""Guards whose reasons are of a few kinds; a budget's names people, which is no label."""

_FIGURE = re.compile(r"\d[\d.,]*")


def reason_label(decision: Decision) -> str:
    """A decision's reason without its figures: there are few of these, however long the server's queue is."""
    return _FIGURE.sub("N", decision.reason) if decision.guard in FEW_REASONS else ""


class Observed:
    """A ChatModel whose requests are counted, timed and traced."""

    def __init__(self, inner: ChatModel, measures: Measures) -> None:
        self._inner = inner
        self._measures = measures

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        span = begin_span("model.answer", request)
        ended = False
        try:
            async with aclosing(self._inner.stream(request)) as chunks:
                async for chunk in chunks:
                    if isinstance(chunk, Completion):
                        ended = True
                        self._answered(request, chunk, span)
                    elif isinstance(chunk, Delta):
                        span.spoke()
                    yield chunk
        except BaseException as error:
            if not ended:
                self._measures.failed(request, error)
                span.failed(error)
            raise
        finally:
            span.end()

    def _answered(self, request: Request, answer: Completion, span: Span) -> None:
        self._measures.answered(request, answer)
        span.answered(answer)


def _counter(registry: CollectorRegistry, name: str, told: str, *labels: str) -> Counter:
    return Counter(f"gatehouse_model_{name}", told, labels, registry=registry)


def _histogram(registry: CollectorRegistry, name: str, told: str, *labels: str) -> Histogram:
    return Histogram(f"gatehouse_model_{name}", told, labels, buckets=SECONDS, registry=registry)
