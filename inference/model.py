"""The words of the road to the model: a request, the pieces of its answer, the ChatModel port and the error tree.

Whatever stands between a caller and a model server is a `ChatModel` round a `ChatModel`, so that a guard, a fake of a
test and the server's client can be put in each other's place. The errors, all of them values a caller can `match`:

    ModelError            nothing more will come; the caller answers without the model
    ├── Unavailable       not reached, failed, or hung up in the middle of the answer; also an open breaker
    ├── Overloaded        the server's queue is full, or admission turned the request away (`retry_after` seconds)
    ├── TimedOut          `what` took too long: "first_token", "silence" between two tokens, or the "whole" answer
    ├── BudgetExceeded    a budget has not enough left (`budget` names it); also a meter that cannot be read
    ├── Refused           the server will not have this request, now or later: key, model name, length
    └── Malformed         what came back is no answer in the protocol
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal, Protocol

RequestClass = Literal["sign-off", "question", "digest", "background"]
"""Who goes first when there is not room for all, the most urgent first."""

CLASSES: tuple[RequestClass, ...] = ("sign-off", "question", "digest", "background")

Tier = Literal["primary", "second"]
"""Which rung of the ladder wrote the answer; the third, extractive, is the caller's."""


@dataclass(frozen=True)
class Message:
    """One message of the rendered prompt."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True)
class Payer:
    """For whom tokens are spent; each that is named is looked up among the budgets, None is nobody's budget."""

    person: str | None = None
    channel: str | None = None
    project: str | None = None
    programme: str | None = None


@dataclass(frozen=True)
class Regex:
    """The whole answer matches this regular expression (vLLM's structured output: no look-around)."""

    pattern: str


@dataclass(frozen=True)
class JsonSchema:
    """The whole answer is JSON of this schema."""

    name: str
    schema: Mapping[str, object]


Grammar = Regex | JsonSchema


@dataclass(frozen=True)
class Request:
    """One call of a model.

    `max_tokens` is always sent: with it the most a call can cost is known before it is made. `audience` is the
    fingerprint of everyone who will read the answer: an answer is never taken from the cache for another one.
    `prompt` is "name@hash" of the prompt file. `options` go to the server as they are (vLLM's own sampling options).
    """

    messages: tuple[Message, ...]
    max_tokens: int
    request_class: RequestClass
    payer: Payer
    audience: str
    prompt: str
    grammar: Grammar | None = None
    temperature: float = 0.0
    seed: int | None = None
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Usage:
    """Tokens of one call. `reported` is False where the server told none and the figures are our upper bound."""

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0
    reported: bool = True

    @property
    def total(self) -> int:
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True)
class Timings:
    """Milliseconds since the request was made; `first_token_ms` to the first piece with text in it."""

    first_token_ms: float
    total_ms: float


@dataclass(frozen=True)
class Decision:
    """What one guard decided about a request: `guard` "hedge", `verdict` "second sent", `reason` in a few words."""

    guard: str
    verdict: str
    reason: str = ""


@dataclass(frozen=True)
class Delta:
    """A piece of the answer; never empty."""

    text: str


@dataclass(frozen=True)
class Completion:
    """The end of an answer, and all of it: the last piece of every stream that did not fail.

    `model` is what the server calls the model that answered, `finish` the server's word ("stop", "length").
    `cost_usd` is None where no price is configured. `decisions` are those of the guards, in order.
    """

    text: str
    usage: Usage
    model: str
    finish: str
    timings: Timings
    tier: Tier = "primary"
    cost_usd: Decimal | None = None
    decisions: tuple[Decision, ...] = ()

    @property
    def from_cache(self) -> bool:
        return any(decision.guard == "cache" and decision.verdict == "hit" for decision in self.decisions)

    def noting(self, *decisions: Decision) -> Completion:
        """The same completion with these decisions before the ones it carries."""
        return replace(self, decisions=(*decisions, *self.decisions))


Chunk = Delta | Completion


def noting(chunk: Chunk, *decisions: Decision) -> Chunk:
    """The chunk; the end of an answer carries these decisions before its own."""
    return chunk.noting(*decisions) if decisions and isinstance(chunk, Completion) else chunk


class ChatModel(Protocol):
    """A model that streams: any number of `Delta`, then exactly one `Completion`; or a ModelError at any point.

    Closing the generator (`aclosing`) ends the call at the server as well. Once a Delta has been seen nothing is
    repeated behind the caller's back: what comes later continues it or fails.
    """

    def stream(self, request: Request) -> AsyncGenerator[Chunk, None]: ...


async def complete(model: ChatModel, request: Request) -> Completion:
    """The whole answer at once.

    Raises:
        ModelError: As the stream does.
    """
    async with aclosing(model.stream(request)) as chunks:
        async for chunk in chunks:
            if isinstance(chunk, Completion):
                return chunk
    raise Malformed("The answer ended without its end.")


class ModelError(Exception):
    """No answer, or no more of it. The message says why and what to do, for a log or an operator.

    `sent` is False only when the request certainly did not reach a server: then nothing can have been spent.
    `decisions` are those of the guards on the way.
    """

    def __init__(self, message: str, *, sent: bool = True) -> None:
        super().__init__(message)
        self.sent = sent
        self.decisions: tuple[Decision, ...] = ()

    def noting(self, *decisions: Decision) -> ModelError:
        """The same error with these decisions before the ones it carries."""
        self.decisions = (*decisions, *self.decisions)
        return self


class Unavailable(ModelError):  # noqa: N818 (reads as what happened)
    """The server was not reached, failed, or hung up."""


class Overloaded(ModelError):  # noqa: N818 (reads as what happened)
    """There is no room now; `retry_after` seconds may help, None when nobody said."""

    def __init__(self, message: str, *, sent: bool = True, retry_after: float | None = None) -> None:
        super().__init__(message, sent=sent)
        self.retry_after = retry_after


class TimedOut(ModelError):  # noqa: N818 (reads as what happened)
    """A deadline passed; `what` says which."""

    def __init__(self, message: str, *, what: Literal["first_token", "silence", "whole"]) -> None:
        super().__init__(message)
        self.what = what


class BudgetExceeded(ModelError):  # noqa: N818 (reads as what happened)
    """Not enough is left in the budget called `budget`, or the meter cannot be read."""

    def __init__(self, message: str, *, budget: str) -> None:
        super().__init__(message, sent=False)
        self.budget = budget


class Refused(ModelError):  # noqa: N818 (reads as what happened)
    """The server will not take this request; repeating it does not help."""


class Malformed(ModelError):  # noqa: N818 (reads as what happened)
    """What came back is no answer in the protocol."""
