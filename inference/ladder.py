"""The ladder: the first endpoint, then the second or a smaller model; below both, the caller answers without one."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from inference.model import ChatModel, Chunk, Decision, ModelError, Request, Unavailable, noting


class Ladder:
    """A ChatModel of several, asked in order until one speaks. After the first word it stays."""

    def __init__(self, rungs: Sequence[ChatModel]) -> None:
        self._rungs = tuple(rungs)

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        noted: tuple[Decision, ...] = ()
        failed: ModelError = Unavailable("No model is configured.", sent=False)
        for rung in self._rungs:
            spoken = False
            try:
                async with aclosing(rung.stream(request)) as chunks:
                    async for chunk in chunks:
                        spoken = True
                        yield noting(chunk, *noted)
                return
            except ModelError as error:
                if spoken:
                    raise error.noting(*noted) from error.__cause__
                failed = error
                noted = (*noted, *error.decisions, Decision("ladder", "next rung", type(error).__name__))
        failed.decisions = noted
        raise failed
