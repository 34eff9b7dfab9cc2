"""The meter guard: reserves the most a call can cost before it is sent, and settles what it did cost after it.

It lies innermost, so that a second request of a hedge and a repeated one reserve for themselves. What a server reports
is charged; without a report, and for a call that broke off or was refused, the whole reservation is. It is given back
only where the request was certainly not sent: what a server did before it answered 429 or 503, and whether a proxy in
front of it bills that, nobody can tell from here. A meter that cannot be read or written fails closed: no call is made.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from inference.bound import bound_of
from inference.budget import Account, Budget, accounts_of, label_of
from inference.model import (
    BudgetExceeded,
    ChatModel,
    Chunk,
    Completion,
    Decision,
    ModelError,
    Request,
    Usage,
)
from inference.pricing import Prices
from inference.reservation import Charge, NewCall, Over
from inference.store import Commits, orphans, reserve, settle

log = logging.getLogger(__name__)

METER = "meter"
"""What `BudgetExceeded.budget` says when it is the meter itself that does not answer."""

FREE = Prices(prompt=Decimal(0), answer=Decimal(0))
"""No price is configured: tokens are counted, money is not."""


@dataclass(frozen=True)
class MeterPolicy:
    """`lease` is how long a call may stay open before it counts as an orphan: longer than any deadline.

    `patience` seconds are given to the database, `sweep_every` lie between two looks for orphans.
    """

    budgets: tuple[Budget, ...]
    lease: timedelta = timedelta(minutes=5)
    patience: float = 2.0
    sweep_every: timedelta = timedelta(minutes=1)


class Meter:
    """Reservations over the database. Its threads are its own; one is right for SQLite, which writes one at a time."""

    def __init__(
        self,
        commits: Commits,
        policy: MeterPolicy,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        threads: int = 1,
    ) -> None:
        self._commits = commits
        self._policy = policy
        self._now = now
        self._new_id = new_id
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="meter")
        self._swept_at: datetime | None = None

    async def reserve(self, request: Request, most: Usage, *, micros: int, model: str) -> NewCall | Over:
        """Reserve an upper bound.

        Raises:
            BudgetExceeded: The database does not answer; nothing is reserved, or it is given back.
        """
        now = self._now()
        self._sweep_if_due(now)
        until = now + self._policy.lease
        call = NewCall(
            self._new_id(), now, until, request.payer, request.request_class, request.prompt, model, most.total, micros
        )
        accounts = accounts_of(self._policy.budgets, request.payer, now=now)
        work = self._threads.submit(self._reserve, call, accounts)
        try:
            async with asyncio.timeout(self._policy.patience):
                return await asyncio.wrap_future(work) or call
        except asyncio.CancelledError:
            self._take_back(work, call)
            raise
        except Exception as error:  # whatever a database can raise: a dead meter fails closed
            self._take_back(work, call)
            log.warning("the model meter does not answer: no call is made", exc_info=error)
            told = f"The model's budget cannot be checked ({type(error).__name__}), so the model was not asked."
            raise BudgetExceeded(told, budget=METER).noting(Decision("budget", "meter down")) from error

    def settle(self, call: NewCall, charge: Charge) -> None:
        """End a call, on the meter's own thread; the caller does not wait. What fails here is swept as an orphan."""
        try:
            self._threads.submit(self._settle, call.id, charge).add_done_callback(_log_failure)
        except RuntimeError:
            log.warning("a call ended after the model meter was closed; the sweep will charge it")

    def sweep(self) -> int:
        """Charge the orphans; how many there were. On the calling thread."""
        with self._commits.soon() as session:
            found = orphans(session, now=self._now())
        for id_, charge in found.items():
            self._settle(id_, charge)
        return len(found)

    def close(self) -> None:
        """Wait for what is being settled."""
        self._threads.shutdown(wait=True)

    def _reserve(self, call: NewCall, accounts: Sequence[Account]) -> Over | None:
        with self._commits.on_disk() as session:
            return reserve(session, call, accounts=accounts)

    def _settle(self, call_id: str, charge: Charge) -> None:
        with self._commits.soon() as session:
            settle(session, call_id, charge)

    def _take_back(self, work: Future[Over | None], call: NewCall) -> None:
        """Nobody waits for this reservation any more, and nothing was sent: give it back once it is made."""
        if not work.cancel():
            work.add_done_callback(lambda _: self.settle(call, Charge("refunded")))

    def _sweep_if_due(self, now: datetime) -> None:
        if self._swept_at is None or now - self._swept_at >= self._policy.sweep_every:
            self._swept_at = now
            self._threads.submit(self.sweep).add_done_callback(_log_failure)


def _log_failure(work: Future[int] | Future[None]) -> None:
    if error := work.exception():
        log.warning("the model meter could not be written; the sweep will charge the call", exc_info=error)


CountPrompt = Callable[[Request], Awaitable[int | None]]


class Metered:
    """A ChatModel that reserves before each call. `count` asks the server for a prompt's exact length.

    It is asked only when the bound by bytes does not fit in a budget any more, which saves most requests the way.
    """

    def __init__(
        self, inner: ChatModel, meter: Meter, *, model: str, prices: Prices | None, count: CountPrompt | None
    ) -> None:
        self._inner = inner
        self._meter = meter
        self._model = model
        self._prices = prices
        self._count = count

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        call, most = await self._reserve(request)
        charge = self._charge("charged", most)
        try:
            async with aclosing(self._inner.stream(request)) as chunks:
                async for chunk in chunks:
                    if isinstance(chunk, Completion):
                        charge = self._charge("settled" if chunk.usage.reported else "charged", chunk.usage)
                        yield replace(chunk, cost_usd=self._prices.cost(chunk.usage) if self._prices else None)
                    else:
                        yield chunk
        except ModelError as error:
            charge = charge if error.sent else Charge("refunded")
            raise
        finally:
            self._meter.settle(call, charge)

    async def _reserve(self, request: Request) -> tuple[NewCall, Usage]:
        most = bound_of(request)
        outcome = await self._ask(request, most)
        if isinstance(outcome, Over) and self._count is not None:
            counted = await self._count(request)
            if counted is not None and counted < most.prompt_tokens:
                most = bound_of(request, prompt_tokens=counted)
                outcome = await self._ask(request, most)
        if isinstance(outcome, Over):
            raise _exceeded(outcome.account, most)
        return outcome, most

    async def _ask(self, request: Request, most: Usage) -> NewCall | Over:
        micros = (self._prices or FREE).micros(most)
        return await self._meter.reserve(request, most, micros=micros, model=self._model)

    def _charge(self, ending: str, usage: Usage) -> Charge:
        return Charge(
            "settled" if ending == "settled" else "charged",
            usage.prompt_tokens,
            usage.completion_tokens,
            usage.cached_tokens,
            (self._prices or FREE).micros(usage),
        )


def _exceeded(account: Account, most: Usage) -> BudgetExceeded:
    label = label_of(account.key)
    told = (
        f"The model budget for {label} has less left than the {most.total:,} tokens this request may take. "
        "Whoever runs this installation can raise it (GATEHOUSE_MODEL_BUDGETS)."
    )
    error = BudgetExceeded(told, budget=label)
    error.noting(Decision("budget", "exceeded", label))
    return error
