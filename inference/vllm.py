"""The client: a ChatModel over one OpenAI-compatible endpoint, vLLM first of all. The one door of the openai library.

Why openai's own client and not langchain-openai's: this one shows every piece as the server sent it (role-only pieces,
the usage piece without choices), hands over the stream so that leaving it closes the connection, which is what makes
vLLM stop computing, and passes unknown options on (`extra_body`). ChatOpenAI hides all three behind its callbacks, and
importing it costs 0.6 s more. The client's own repetition is off: a repeated call would spend tokens nobody reserved.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from json import JSONDecodeError
from typing import Any

import openai

from inference.bound import bound_of
from inference.endpoint import Endpoint
from inference.model import (
    Chunk,
    Completion,
    Delta,
    JsonSchema,
    Malformed,
    ModelError,
    Overloaded,
    Refused,
    Regex,
    Request,
    Timings,
    Unavailable,
    Usage,
)

USAGE_GRACE = 0.25
"""Seconds given to the usage piece after the last word; a server that is slow to hang up holds nobody longer."""

NOT_SENT = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout"})
"""Causes after which the request certainly did not leave; by name: which HTTP library is used is openai's affair."""


class OpenAIChat:
    """A ChatModel over one endpoint. `clock` is in seconds and never goes backwards."""

    def __init__(self, endpoint: Endpoint, *, clock: Callable[[], float]) -> None:
        self._endpoint = endpoint
        self._clock = clock
        self._client = openai.AsyncOpenAI(
            base_url=endpoint.url,
            api_key=endpoint.key or "none",
            max_retries=0,
            timeout=openai.Timeout(None, connect=endpoint.connect, pool=endpoint.connect),
        )

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        heard = _Heard(request, self._clock, self._clock())
        with _translated(self._endpoint):
            stream = await self._client.chat.completions.create(**payload_of(request, self._endpoint))
        async with stream:
            pieces = aiter(stream)
            while (piece := await self._next(pieces, heard)) is not None:
                if heard.take(piece):
                    yield Delta(heard.texts[-1])
                if heard.is_whole:
                    break
        yield heard.completion(self._endpoint)

    async def _next(self, pieces: AsyncIterator[Any], heard: _Heard) -> Any | None:
        """The next piece; None when no more is to come."""
        if heard.finish:
            return await _bill(pieces)
        with _translated(self._endpoint):
            return await anext(pieces, None)

    async def close(self) -> None:
        await self._client.close()


async def _bill(pieces: AsyncIterator[Any]) -> Any | None:
    """The usage piece. Every word has come; where the bill does not, or not well, the call is charged whole."""
    try:
        async with asyncio.timeout(USAGE_GRACE):
            return await anext(pieces, None)
    except (TimeoutError, openai.OpenAIError, JSONDecodeError, ValueError):
        return None


def payload_of(request: Request, endpoint: Endpoint) -> dict[str, Any]:
    """The body of the call."""
    extra = dict(request.options)
    body: dict[str, Any] = {
        "model": endpoint.model,
        "messages": [{"role": message.role, "content": message.text} for message in request.messages],
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if request.seed is not None:
        body["seed"] = request.seed
    match request.grammar:
        case Regex(pattern) if endpoint.dialect == "vllm":
            extra["structured_outputs"] = {"regex": pattern}
        case JsonSchema(name, schema):
            shape = {"name": name, "schema": dict(schema), "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": shape}
    return body | ({"extra_body": extra} if extra else {})


@dataclass
class _Heard:
    """What has been heard of one answer so far."""

    request: Request
    clock: Callable[[], float]
    began: float
    texts: list[str] = field(default_factory=list)
    finish: str = ""
    model: str = ""
    usage: Usage | None = None
    first: float | None = None

    @property
    def is_whole(self) -> bool:
        return bool(self.finish) and self.usage is not None

    def take(self, piece: Any) -> bool:
        """Note a piece; whether there was text in it. Role-only pieces have none."""
        text, finish, usage = _read(piece)
        self.model = self.model or str(getattr(piece, "model", None) or "")
        self.finish = finish or self.finish
        self.usage = usage or self.usage
        if not text:
            return False
        if self.first is None:
            self.first = self.clock()
        self.texts.append(text)
        return True

    def completion(self, endpoint: Endpoint) -> Completion:
        """The end of the answer, if it has come to its end."""
        if not self.model:
            raise Malformed(
                f"{endpoint.url} answers something else than the chat protocol: no piece of an answer came."
            )
        if not self.finish:
            raise Unavailable(f"{endpoint.url} hung up in the middle of the answer. Look into the server's log.")
        now = self.clock()
        timings = Timings(((self.first or now) - self.began) * 1000, (now - self.began) * 1000)
        usage = self.usage or bound_of(self.request)
        model = self.model or endpoint.model
        return Completion("".join(self.texts), usage, model, self.finish, timings, tier=endpoint.tier)


def _read(piece: Any) -> tuple[str, str, Usage | None]:
    """Text, finish and usage of a piece, whose shape is the server's word only."""
    try:
        choice = piece.choices[0] if piece.choices else None
        text = (choice.delta.content or "") if choice is not None and choice.delta is not None else ""
        finish = (choice.finish_reason or "") if choice is not None else ""
        if not isinstance(text, str) or not isinstance(finish, str):
            raise TypeError("text and finish_reason are text")
        return text, finish, _usage(piece.usage) if piece.usage else None
    except (AttributeError, TypeError, ValueError, LookupError) as error:
        raise Malformed(f"The server sent a piece that is none of the protocol ({error}).") from error


def _usage(told: Any) -> Usage:
    details = getattr(told, "prompt_tokens_details", None)
    cached = int(getattr(details, "cached_tokens", None) or 0)
    prompt, answer = int(told.prompt_tokens), int(told.completion_tokens)
    if min(prompt, answer, cached) < 0:
        raise ValueError("negative usage")
    return Usage(prompt, answer, cached)


@contextmanager
def _translated(endpoint: Endpoint) -> Iterator[None]:
    """The library's errors as ours."""
    try:
        yield
    except openai.APIStatusError as error:
        raise _of_status(error, endpoint) from error
    except openai.APIConnectionError as error:
        sent = type(error.__cause__).__name__ not in NOT_SENT
        told = "hung up" if sent else "cannot be reached"
        raise Unavailable(f"{endpoint.url} {told} ({error.__cause__ or error}). Is it running?", sent=sent) from error
    except openai.APIError as error:
        raise Unavailable(f"{endpoint.url} failed in the middle of the answer: {error.message}") from error
    except (openai.OpenAIError, JSONDecodeError, UnicodeDecodeError, AttributeError, TypeError, ValueError) as error:
        raise Malformed(f"{endpoint.url} answers something else than the chat protocol ({error}).") from error


def _of_status(error: openai.APIStatusError, endpoint: Endpoint) -> ModelError:
    told = f"{endpoint.url} answered {error.status_code}: {_short(error.body, error.message)}"
    match error.status_code:
        case 401 | 403:
            return Refused(f"{told}. Check GATEHOUSE_MODEL_KEY.")
        case 404:
            return Refused(f"{told}. Check GATEHOUSE_MODEL_URL (it ends in /v1) and GATEHOUSE_MODEL.")
        case 429 | 503:
            return Overloaded(told, retry_after=_seconds(error.response.headers.get("retry-after")))
        case status if status >= 500 or status == 408:
            return Unavailable(told)
        case _:
            return Refused(told)


def _short(body: object, message: str) -> str:
    told = body.get("message") if isinstance(body, Mapping) else None
    return str(told or message)[:200]


def _seconds(header: str | None) -> float | None:
    """Seconds of a Retry-After header; one that gives a date is not followed."""
    return float(header) if header and header.replace(".", "", 1).isdigit() else None
