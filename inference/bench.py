"""The gateway's own cost: guarded calls beside bare ones in the same run, and a reservation with its settlement.

Both kinds of call go to a small server on loopback that answers at once, in turns, so that whatever slows the machine
slows both. The meter is measured apart: it is a database's time.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from prometheus_client import CollectorRegistry

from inference.bench_server import Pace, paced_server
from inference.bound import bound_of
from inference.budget import Budget, accounts_of
from inference.deadline import Deadlines
from inference.endpoint import Endpoint
from inference.gateway import Door, Gateway, GuardPolicies, Rung
from inference.model import ChatModel, Message, Payer, Request, complete
from inference.observe import Measures
from inference.reservation import Charge, NewCall
from inference.server import LoadUnknown
from inference.store import Commits, reserve, settle
from inference.store_floor import write_one_row
from inference.vllm import OpenAIChat

CALLS = 400
TOKENS = 40
WARM_UP = 20


@dataclass(frozen=True)
class Took:
    """Milliseconds: the median, and what 19 of 20 stay below."""

    p50: float
    p95: float


@dataclass(frozen=True)
class GatewayFigures:
    """A bare call and the same through all guards but the meter: by the clock, and in processor time.

    On a machine that does other things as well the clock tells mostly of those; processor time tells of this.
    """

    bare: Took
    guarded: Took
    bare_cpu: Took
    guarded_cpu: Took

    @property
    def overhead(self) -> Took:
        return Took(self.guarded.p50 - self.bare.p50, self.guarded.p95 - self.bare.p95)

    @property
    def overhead_cpu(self) -> Took:
        return Took(self.guarded_cpu.p50 - self.bare_cpu.p50, self.guarded_cpu.p95 - self.bare_cpu.p95)


@dataclass(frozen=True)
class MeterFigures:
    """A reservation and its settlement beside the least there is: one row committed to the same disk."""

    one_row: Took
    ours: Took

    @property
    def ratio(self) -> float:
        return self.ours.p50 / self.one_row.p50


def measure_gateway(calls: int = CALLS) -> GatewayFigures:
    """Time whole answers of 40 tokens, bare and guarded in turns."""
    return asyncio.run(_measure(calls))


def measure_meter(commits: Commits, calls: int = CALLS) -> MeterFigures:
    """Time a reservation on disk and its settlement, on two budgets, and in turns with them one bare durable row.

    The rows it writes are of a payer of its own.
    """
    request = _request(0)
    now = datetime.now(UTC)
    budgets = (Budget("person", "day", tokens=10**12), Budget("everyone", "month", micros=10**15))
    accounts = accounts_of(budgets, request.payer, now=now)
    most = bound_of(request).total
    stamp = f"bench-{time.monotonic_ns()}"

    def bare(number: int) -> None:
        with commits.on_disk() as session:
            write_one_row(session, f"{stamp}-{number}")

    def once(number: int) -> None:
        until = now + timedelta(minutes=5)
        call = NewCall(f"{stamp}-{number}", now, until, request.payer, "question", "bench", "bench", most, 9)
        with commits.on_disk() as session:
            reserve(session, call, accounts=accounts)
        with commits.soon() as session:
            settle(session, call.id, Charge("settled", 100, 40, micros=5))

    took = [(_timed(bare, number), _timed(once, number)) for number in range(WARM_UP + calls)]
    floor, ours = zip(*took[WARM_UP:], strict=True)
    return MeterFigures(took_of(floor), took_of(ours))


def took_of(milliseconds: Sequence[float]) -> Took:
    """Median and 95th percentile."""
    return Took(statistics.median(milliseconds), statistics.quantiles(milliseconds, n=20)[-1])


def _timed(once: Callable[[int], None], number: int) -> float:
    began = time.perf_counter()
    once(number)
    return (time.perf_counter() - began) * 1000


async def _measure(calls: int) -> GatewayFigures:
    async with paced_server(Pace(tokens=TOKENS)) as url:
        client = OpenAIChat(Endpoint(url, "bench"), clock=time.monotonic)
        policies = GuardPolicies(Deadlines(5.0, 5.0, 20.0))
        door = Door(time.monotonic, asyncio.sleep, lambda: 0.5)
        rung = Rung("primary", "bench", client, None, LoadUnknown())
        gateway = Gateway([rung], policies, meter=None, measures=Measures(CollectorRegistry()), door=door)
        bare, guarded = [], []
        for number in range(WARM_UP + calls):
            bare.append(await _call(client, number))
            guarded.append(await _call(gateway, number))
        await client.close()
    return _figures(bare, guarded)


async def _call(model: ChatModel, number: int) -> tuple[float, float]:
    """Milliseconds of one call: by the clock, and of the processor."""
    began, worked = time.perf_counter(), time.process_time()
    await complete(model, _request(number))
    return (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000


def _figures(bare: list[tuple[float, float]], guarded: list[tuple[float, float]]) -> GatewayFigures:
    bare_clock, bare_cpu = zip(*bare[WARM_UP:], strict=True)
    clock, cpu = zip(*guarded[WARM_UP:], strict=True)
    return GatewayFigures(took_of(bare_clock), took_of(clock), took_of(bare_cpu), took_of(cpu))


def _request(number: int) -> Request:
    """Each of its own, so that nothing comes from the cache."""
    text = f"Question {number}: where does the project stand? " * 20
    return Request((Message("user", text),), TOKENS, "question", Payer("bench"), "bench", "bench@0")
