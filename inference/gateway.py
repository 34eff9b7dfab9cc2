"""The gateway: the guards put round the endpoints in their order, as one ChatModel.

From outside in: measured -> whole deadline -> cache -> ladder; and on each rung of the ladder: breaker -> retry ->
hedge -> admission -> deadlines for words -> meter -> client. So a cached answer costs nothing and waits for nothing; a
doubled or repeated request takes a place and a reservation of its own; the breaker judges what came of it all; and
whatever happens inside, the caller hears by the whole deadline.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from inference.breaker import Breaker, BreakerPolicy, Broken
from inference.cache import AnswerCache, Cached, CachePolicy
from inference.deadline import Deadlined, Deadlines
from inference.hedge import Hedged, HedgePolicy, Pace
from inference.ladder import Ladder
from inference.meter import CountPrompt, Meter, Metered
from inference.model import ChatModel, Chunk, Request, Tier
from inference.observe import Measures, Observed, Watched
from inference.pricing import Prices
from inference.retry import Retried, RetryPolicy
from inference.server import Loads
from inference.shed import Admission, AdmissionPolicy, Admitted


@dataclass(frozen=True)
class Door:
    """The machine's side: clock in seconds, sleep, and numbers from [0, 1)."""

    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    draw: Callable[[], float]


@dataclass(frozen=True)
class GuardPolicies:
    """How strict the guards are. `cache` and `hedge` may be None: off."""

    deadlines: Deadlines
    admission: AdmissionPolicy = field(default_factory=AdmissionPolicy)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    breaker: BreakerPolicy = field(default_factory=BreakerPolicy)
    hedge: HedgePolicy | None = field(default_factory=HedgePolicy)
    cache: CachePolicy | None = field(default_factory=CachePolicy)


@dataclass(frozen=True)
class Rung:
    """One endpoint: its client, what it costs, its state as last seen, and its own count of a prompt."""

    tier: Tier
    model: str
    client: ChatModel
    prices: Prices | None
    load: Loads
    count: CountPrompt | None = None
    close: Callable[[], Awaitable[None]] | None = None


class Gateway:
    """A ChatModel behind all guards. `meter` None counts nothing: for measurements only."""

    def __init__(
        self,
        rungs: Sequence[Rung],
        policies: GuardPolicies,
        *,
        meter: Meter | None,
        measures: Measures,
        door: Door,
    ) -> None:
        self._rungs = tuple(rungs)
        self._meter = meter
        ladder: ChatModel = Ladder([_guarded(rung, policies, meter, measures, door) for rung in rungs])
        if policies.cache is not None:
            ladder = Cached(ladder, AnswerCache(policies.cache), clock=door.clock)
        whole = policies.deadlines.whole
        in_time = Deadlined(ladder, Deadlines(whole, whole, whole), clock=door.clock)
        self._outermost = Observed(in_time, measures)

    def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        return self._outermost.stream(request)

    async def close(self) -> None:
        """Close the connections, and wait for what is being settled."""
        for rung in self._rungs:
            if rung.close is not None:
                await rung.close()
        if self._meter is not None:
            self._meter.close()


def _guarded(rung: Rung, policies: GuardPolicies, meter: Meter | None, measures: Measures, door: Door) -> ChatModel:
    """One endpoint behind its guards, from the inside out."""
    model: ChatModel = rung.client
    if meter is not None:
        model = Metered(model, meter, model=rung.model, prices=rung.prices, count=rung.count)
    model = Deadlined(model, policies.deadlines, clock=door.clock)
    admission = Admission(policies.admission)
    model = Admitted(model, admission, policies.admission, load=rung.load.look)
    if policies.hedge is not None:
        model = Hedged(model, Pace(policies.hedge), clock=door.clock)
    model = Retried(model, policies.retry, draw=door.draw, sleep=door.sleep)
    breaker = Breaker(policies.breaker)
    measures.watch(
        Watched(rung.tier, breaker, lambda: admission.running, lambda: admission.waiting, load=rung.load.last)
    )
    return Broken(model, breaker, clock=door.clock)
