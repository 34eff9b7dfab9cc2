"""What the tests of the model road start from: requests, and models that do as they are told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from inference.model import (
    ChatModel,
    Chunk,
    Completion,
    Delta,
    Message,
    ModelError,
    Payer,
    Request,
    RequestClass,
    Timings,
    Usage,
    complete,
)

Step = str | float | ModelError | Usage
"""A text is said, a number of seconds waited, an error raised, a usage reported at the end."""


def a_request(text: str = "Where do we stand?", *, request_class: RequestClass = "question", **changed: Any) -> Request:
    given: dict[str, Any] = {
        "messages": (Message("user", text),),
        "max_tokens": 64,
        "request_class": request_class,
        "payer": Payer(person="ana", project="churn-uplift"),
        "audience": "team",
        "prompt": "answer@1",
    }
    return Request(**(given | changed))


@dataclass
class Scripted:
    """A model that goes through one script a call; the last script repeats. `asked` and `left` count calls."""

    scripts: Sequence[Sequence[Step]]
    asked: int = 0
    left: int = 0
    requests: list[Request] = field(default_factory=list)

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        script = self.scripts[min(self.asked, len(self.scripts) - 1)]
        self.asked += 1
        self.requests.append(request)
        said, usage = [], Usage(10, 5)
        try:
            for step in script:
                match step:
                    case str():
                        said.append(step)
                        yield Delta(step)
                    case ModelError():
                        raise step
                    case Usage():
                        usage = step
                    case _:
                        await asyncio.sleep(step)
            yield Completion("".join(said), usage, "scripted", "stop", Timings(1.0, 2.0))
        finally:
            self.left += 1


def says(*script: Step) -> Scripted:
    return Scripted([script])


class Ticking:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


async def ending(model: ChatModel, request: Request | None = None) -> Completion | ModelError:
    """The answer, or the error in its place."""
    try:
        return await complete(model, request or a_request())
    except ModelError as error:
        return error


async def until(met: Callable[[], bool], *, seconds: float = 2.0) -> None:
    """Wait for something that is about to happen."""
    async with asyncio.timeout(seconds):
        while not met():
            await asyncio.sleep(0.002)
