"""Tests an endpoint for all that Gatehouse uses of one, and says what to mend."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from inference.endpoint import Endpoint
from inference.model import (
    ChatModel,
    Completion,
    Delta,
    JsonSchema,
    Message,
    ModelError,
    Payer,
    Regex,
    Request,
    complete,
)
from inference.server import Absent, ModelServer
from inference.vllm import OpenAIChat

SLOW_FIRST_WORD_MS = 2_000
"""With the question's other work a first word later than this is no answer in two seconds (issue: < 2 s at p95)."""

SAMPLES = 3


@dataclass(frozen=True)
class Finding:
    """One thing that was tried: what was found, and what to mend; an empty `mend` is good."""

    what: str
    found: str
    mend: str = ""


async def check_endpoint(endpoint: Endpoint, *, clock: Callable[[], float]) -> AsyncIterator[Finding]:
    """Try everything Gatehouse uses of an endpoint, the most basic first. Costs a few hundred tokens."""
    server, client = ModelServer(endpoint, timeout=5.0), OpenAIChat(endpoint, clock=clock)
    try:
        models = await _models(server, endpoint)
        yield models
        if models.mend:
            return
        for check in (_stream, _length, _regex, _schema, _speed):
            yield await _tried(check, client, endpoint)
        yield await _metrics(server, endpoint)
        yield await _count(server)
    finally:
        await client.close()
        await server.close()


def a_request(text: str = "Say in one sentence what a stage gate is.", **changed: object) -> Request:
    """A small request that nobody pays for."""
    given: dict[str, object] = {
        "messages": (Message("user", text),),
        "max_tokens": 48,
        "request_class": "background",
        "payer": Payer(),
        "audience": "check",
        "prompt": "check",
    }
    return Request(**(given | changed))  # type: ignore[arg-type]


async def _models(server: ModelServer, endpoint: Endpoint) -> Finding:
    try:
        names = await server.models()
    except ModelError as error:
        return Finding("models", "the server does not list its models", str(error))
    if endpoint.model not in names:
        mend = f"Set GATEHOUSE_MODEL to one of these; it is {endpoint.model!r}."
        return Finding("models", f"the server has {', '.join(names) or 'none'}", mend)
    return Finding("models", f"{endpoint.model} is served")


async def _tried(
    check: Callable[[ChatModel, Endpoint], Awaitable[Finding]], client: ChatModel, endpoint: Endpoint
) -> Finding:
    try:
        return await check(client, endpoint)
    except ModelError as error:
        return Finding(check.__name__.strip("_"), "the call failed", str(error))


async def _stream(client: ChatModel, _endpoint: Endpoint) -> Finding:
    pieces = 0
    async for chunk in client.stream(a_request()):
        pieces += isinstance(chunk, Delta)
        if isinstance(chunk, Completion) and not chunk.usage.reported:
            mend = "The server does not report usage: every call is charged at its upper bound. vLLM reports it."
            return Finding("stream", f"{pieces} pieces, no usage", mend)
    if pieces < 2:
        return Finding("stream", f"{pieces} piece", "The answer does not come in pieces: a proxy may hold it back.")
    return Finding("stream", f"{pieces} pieces, usage reported")


async def _length(client: ChatModel, _endpoint: Endpoint) -> Finding:
    answer = await complete(client, a_request("Count from one to a hundred in words.", max_tokens=8))
    said = answer.usage.completion_tokens
    if said > 8:
        return Finding("length", f"{said} tokens of 8", "The server ignores max_tokens: budgets could be overdrawn.")
    return Finding("length", "max_tokens is kept")


async def _regex(client: ChatModel, endpoint: Endpoint) -> Finding:
    if endpoint.dialect != "vllm":
        return Finding("regex", "not sent to this kind of server")
    pattern = r"(yes|no), because [a-z ]{3,20}\. \[[1-3]\]"
    answer = await complete(client, a_request("Is it late?", grammar=Regex(pattern)))
    if re.fullmatch(pattern, answer.text) is None:
        mend = "Serve with a structured-output backend (vLLM's default), or set GATEHOUSE_MODEL_DIALECT=plain."
        return Finding("regex", f"the answer is {answer.text[:40]!r}", mend)
    return Finding("regex", "the answer has the asked form")


async def _schema(client: ChatModel, _endpoint: Endpoint) -> Finding:
    """Only that the server takes a schema: a small model may fill its answer with white space and not finish."""
    shape = JsonSchema("intent", {"type": "object", "properties": {"intent": {"enum": ["status", "who"]}}})
    answer = await complete(client, a_request("status of churn?", grammar=shape))
    return Finding("schema", "taken" + ("" if answer.finish == "stop" else ", but the answer did not end by itself"))


async def _speed(client: ChatModel, _endpoint: Endpoint) -> Finding:
    answers = [await complete(client, a_request(seed=n)) for n in range(SAMPLES)]
    first = sorted(answer.timings.first_token_ms for answer in answers)[SAMPLES // 2]
    said = sum(answer.usage.completion_tokens for answer in answers)
    rate = said / max(0.001, sum(answer.timings.total_ms - answer.timings.first_token_ms for answer in answers) / 1000)
    pace = f"then {rate:.0f} tokens/s" if said >= 20 * SAMPLES else "too few words to tell the pace"
    found = f"first word after {first:.0f} ms, {pace}"
    if first > SLOW_FIRST_WORD_MS:
        return Finding("speed", found, "People wait longer than 2 s: a smaller model, prefix caching, or a larger GPU.")
    return Finding("speed", found)


async def _metrics(server: ModelServer, endpoint: Endpoint) -> Finding:
    if endpoint.dialect != "vllm":
        return Finding("metrics", "not read from this kind of server")
    load = await server.load()
    if isinstance(load, Absent):
        told = f"absent: {load.reason}" + (f" ({', '.join(load.missing)})" if load.missing else "")
        return Finding(
            "metrics", told, "Let Gatehouse reach /metrics: without it nothing is shed by the server's queue."
        )
    return Finding(
        "metrics", f"{load.running:.0f} running, {load.waiting:.0f} waiting, KV cache {load.kv_used:.0%} full"
    )


async def _count(server: ModelServer) -> Finding:
    counted = await server.prompt_tokens(a_request())
    if counted is None:
        return Finding("tokenize", "not there: prompts are bounded by their bytes, about four times too high")
    return Finding("tokenize", f"{counted} tokens for the sample")
