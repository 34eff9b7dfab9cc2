"""The retry guard: asks once more where that is safe, after a moment drawn at random.

Safe is: no word has been passed on, and the server said that it is busy, failed at once or was not reached. A timeout
is not repeated, for the time is gone; a refusal is not, for it would be refused again; nor an answer of no sense.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

from inference.model import ChatModel, Chunk, Decision, ModelError, Overloaded, Request, Unavailable, noting


@dataclass(frozen=True)
class RetryPolicy:
    """`attempts` counts the first one too. Waits are drawn between half and all of `wait` seconds, doubled each time.

    A server that asks for more than `most` seconds of patience is left alone.
    """

    attempts: int = 2
    wait: float = 0.1
    most: float = 1.0


def wait_before(error: ModelError, policy: RetryPolicy, *, attempt: int, draw: float) -> float | None:
    """Seconds to wait before attempt + 1; None where there is to be none. `draw` is from [0, 1)."""
    if attempt >= policy.attempts:
        return None
    wait: float = min(policy.most, policy.wait * 2.0 ** (attempt - 1)) * (0.5 + draw / 2)
    match error:
        case Unavailable():
            return wait
        case Overloaded(sent=True, retry_after=after) if after is not None and after <= policy.most:
            return after + wait
        case _:
            return None


class Retried:
    """A ChatModel that asks again where that is safe. `draw` gives numbers from [0, 1), `sleep` takes seconds."""

    def __init__(
        self,
        inner: ChatModel,
        policy: RetryPolicy,
        *,
        draw: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._inner = inner
        self._policy = policy
        self._draw = draw
        self._sleep = sleep

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        attempt, noted, spoken = 1, tuple[Decision, ...](), False
        while True:
            try:
                async with aclosing(self._inner.stream(request)) as chunks:
                    async for chunk in chunks:
                        spoken = True
                        yield noting(chunk, *noted)
                return
            except ModelError as error:
                wait = wait_before(error, self._policy, attempt=attempt, draw=self._draw())
                if spoken or wait is None:
                    raise error.noting(*noted) from error.__cause__
                noted = (*noted, *error.decisions, Decision("retry", "asked again", type(error).__name__))
            attempt += 1
            await self._sleep(wait)
