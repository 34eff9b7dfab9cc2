"""The client over real sockets: what it hears from a server that behaves, and from one that does not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any, Protocol

import pytest

from inference.endpoint import Endpoint
from inference.model import (
    Completion,
    Delta,
    JsonSchema,
    Malformed,
    ModelError,
    Overloaded,
    Refused,
    Regex,
    Unavailable,
    complete,
)
from inference.vllm import OpenAIChat
from tests.inference.given import a_request, ending, until
from tests.stand_ins.model_server import PLAIN, ModelServer, model_server

pytestmark = pytest.mark.anyio


class Make(Protocol):
    def __call__(self, server: ModelServer, behaviour: str = "plain", **changed: Any) -> OpenAIChat: ...


@pytest.fixture
async def client() -> AsyncIterator[Make]:
    """Makes clients of a stand-in, and closes them."""
    made: list[OpenAIChat] = []

    def make(server: ModelServer, behaviour: str = "plain", **changed: Any) -> OpenAIChat:
        made.append(OpenAIChat(Endpoint(server.url, behaviour, **changed), clock=time.monotonic))
        return made[-1]

    yield make
    for one in made:
        await one.close()


async def test_the_answer_comes_in_pieces_and_ends_with_the_servers_own_count(client: Make) -> None:
    async with model_server() as server:
        chunks = [chunk async for chunk in client(server).stream(a_request())]
    assert all(isinstance(chunk, Delta) and chunk.text for chunk in chunks[:-1])
    end = chunks[-1]
    assert isinstance(end, Completion)
    assert end.text == PLAIN == "".join(chunk.text for chunk in chunks[:-1] if isinstance(chunk, Delta))
    assert (end.usage.reported, end.usage.completion_tokens, end.finish) == (True, len(PLAIN.split()), "stop")


async def test_the_most_the_answer_may_have_is_always_sent(client: Make) -> None:
    async with model_server() as server:
        await complete(client(server), a_request(max_tokens=7, seed=3, options={"top_k": 5}))
    [body] = server.bodies
    assert (body["max_tokens"], body["seed"], body["top_k"], body["stream_options"]) == (
        7,
        3,
        5,
        {"include_usage": True},
    )


async def test_a_grammar_goes_to_the_server_in_its_own_dialect(client: Make) -> None:
    schema = JsonSchema("intent", {"type": "object"})
    async with model_server() as server:
        await complete(client(server), a_request(grammar=Regex("yes|no")))
        await complete(client(server, dialect="plain"), a_request(grammar=Regex("yes|no")))
        await complete(client(server), a_request(grammar=schema))
    ours, plain, shaped = server.bodies
    assert ours["structured_outputs"] == {"regex": "yes|no"}
    assert "structured_outputs" not in plain
    assert shaped["response_format"]["json_schema"]["schema"] == {"type": "object"}


async def test_leaving_the_answer_ends_it_at_the_server_too(client: Make) -> None:
    async with model_server() as server:
        async with aclosing(client(server, "gap-20+length-60").stream(a_request())) as chunks:
            async for _ in chunks:
                break
        await until(lambda: server.gone == 1)
        assert server.running == 0


async def test_a_cancelled_wait_for_the_first_word_ends_it_at_the_server_too(client: Make) -> None:
    async with model_server() as server:
        asking = asyncio.ensure_future(complete(client(server, "hang"), a_request()))
        await until(lambda: server.running == 1)
        asking.cancel()
        await until(lambda: server.running == 0)
        assert server.gone == 1


@pytest.mark.parametrize(("behaviour", "kind", "said"), [
    ("garbage", Malformed, "something else"), ("odd", Malformed, "none of the protocol"),
    ("html", Malformed, "something else"), ("cut-3", Unavailable, "hung up"),
    ("429", Overloaded, "429"), ("500", Unavailable, "500"), ("400", Refused, "400"),
    ("401", Refused, "GATEHOUSE_MODEL_KEY"), ("404", Refused, "GATEHOUSE_MODEL"),
])  # fmt: skip
async def test_each_failure_has_its_own_name_and_says_what_to_do(
    client: Make, behaviour: str, kind: type[ModelError], said: str
) -> None:
    async with model_server() as server:
        failed = await ending(client(server, behaviour))
    assert type(failed) is kind
    assert said in str(failed)
    assert failed.sent


async def test_a_busy_server_says_when_to_come_again(client: Make) -> None:
    async with model_server() as server:
        failed = await ending(client(server, "429"))
    assert isinstance(failed, Overloaded)
    assert failed.retry_after == 0.05


async def test_a_server_that_is_not_there_was_certainly_not_sent_anything(client: Make) -> None:
    async with model_server() as server:
        gone = client(server)
    failed = await ending(gone)
    assert isinstance(failed, Unavailable)
    assert not failed.sent


async def test_without_a_count_from_the_server_the_upper_bound_stands_and_says_so(client: Make) -> None:
    async with model_server() as server:
        end = await complete(client(server, "nousage"), a_request(max_tokens=30))
    assert (end.usage.reported, end.usage.completion_tokens) == (False, 30)


async def test_a_server_that_does_not_hang_up_holds_nobody(client: Make) -> None:
    async with model_server() as server:
        async with asyncio.timeout(10.0):
            whole = await complete(client(server, "slowclose"), a_request())
            bare = await complete(client(server, "slowclose+nousage"), a_request())
    assert whole.text == bare.text == PLAIN


async def test_the_key_is_sent_and_never_shown(client: Make) -> None:
    endpoint = Endpoint("http://127.0.0.1:9/v1", "m", key="sesame-7")
    assert "sesame" not in repr(endpoint)
    async with model_server(key="sesame-7") as server:
        assert isinstance(await ending(client(server, key="sesame-7")), Completion)
        wrong = await ending(client(server, key="sesame-8"))
    assert isinstance(wrong, Refused)
    assert "sesame" not in str(wrong)
