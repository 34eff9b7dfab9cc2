"""The client and the guards against a real vLLM with a model of random weights: `make test-vllm`.

The model talks nonsense, which is a fine test: what is looked at is the road, and that the road's promises hold.
"""

from __future__ import annotations

import asyncio
import json
import re
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing

import httpx
import pytest

from inference.bound import bound_of
from inference.check import check_endpoint
from inference.deadline import Deadlines
from inference.endpoint import Endpoint
from inference.model import Completion, Delta, JsonSchema, Message, ModelError, Overloaded, Refused, Regex, complete
from inference.server import Absent, Load, ModelServer, read_load
from inference.shed import AdmissionPolicy
from inference.vllm import OpenAIChat
from tests.inference.given import a_request, ending, until
from tests.inference.roads import a_gateway, a_rung
from tests.vllm.conftest import PLACES, RealServer

pytestmark = [pytest.mark.anyio, pytest.mark.vllm]

LONG = {"ignore_eos": True}
"""Random weights may stop at once; with this the answer is as long as it may be."""


def endpoint(server: RealServer, **changed: str) -> Endpoint:
    return Endpoint(server.url, changed.get("model", server.model), changed.get("key", server.key))


@pytest.fixture
async def client(server: RealServer) -> AsyncIterator[OpenAIChat]:
    made = OpenAIChat(endpoint(server), clock=time.monotonic)
    yield made
    await made.close()


@pytest.fixture
async def pages(server: RealServer) -> AsyncIterator[ModelServer]:
    made = ModelServer(endpoint(server))
    yield made
    await made.close()


async def load_of(pages: ModelServer) -> Load:
    found = await pages.load()
    assert isinstance(found, Load), found
    return found


async def test_it_streams_with_usage_and_the_bound_by_bytes_holds(client: OpenAIChat, pages: ModelServer) -> None:
    request = a_request("Where do we stand? Über 100 % – ok", options=LONG, max_tokens=32)
    chunks = [chunk async for chunk in client.stream(request)]
    end = chunks[-1]
    assert isinstance(end, Completion)
    assert "".join(chunk.text for chunk in chunks[:-1] if isinstance(chunk, Delta)) == end.text
    assert (end.usage.reported, end.usage.completion_tokens, end.finish) == (True, 32, "length")
    assert end.usage.prompt_tokens <= bound_of(request).prompt_tokens
    assert await pages.prompt_tokens(request) == end.usage.prompt_tokens


async def test_leaving_the_answer_lets_the_servers_running_count_fall(client: OpenAIChat, pages: ModelServer) -> None:
    async with aclosing(client.stream(a_request(options=LONG, max_tokens=900))) as chunks:
        heard = 0
        async for _ in chunks:
            heard += 1
            if heard == 3:
                assert (await load_of(pages)).running == 1
                break
    began = time.monotonic()
    while (await load_of(pages)).running:
        assert time.monotonic() - began < 5
        await asyncio.sleep(0.02)
    print(f"\nrunning fell to 0 within {(time.monotonic() - began) * 1000:.0f} ms of leaving")  # noqa: T201


async def test_a_regular_expression_shapes_the_answer_even_of_random_weights(client: OpenAIChat) -> None:
    pattern = r"(The (limit|latency) is [0-9]{1,3} ms \[[12]\]\. ?){1,2}"
    for seed in range(5):
        answer = await complete(client, a_request(grammar=Regex(pattern), max_tokens=120, temperature=1.0, seed=seed))
        assert re.fullmatch(pattern, answer.text), answer.text


async def test_a_json_schema_is_taken_and_what_ends_by_itself_is_json_of_it(client: OpenAIChat) -> None:
    schema = {
        "type": "object",
        "properties": {"intent": {"enum": ["status", "blockers"]}},
        "required": ["intent"],
        "additionalProperties": False,
    }
    whole = 0
    for seed in range(5):
        request = a_request(grammar=JsonSchema("intent", schema), max_tokens=200, temperature=1.0, seed=seed)
        answer = await complete(client, request)
        if answer.finish == "stop":
            whole += 1
            assert json.loads(answer.text)["intent"] in ("status", "blockers")
    print(f"\n{whole} of 5 ended by themselves, the others in white space")  # noqa: T201


async def test_a_wrong_key_a_wrong_name_and_a_long_prompt_are_refused(server: RealServer) -> None:
    wrong = {"key": {"key": "nothing"}, "name": {"model": "other"}, "length": {}}
    for what, changed in wrong.items():
        made = OpenAIChat(endpoint(server, **changed), clock=time.monotonic)
        text = "long " * 10_000 if what == "length" else "short"
        failed = await ending(made, a_request(text))
        await made.close()
        assert isinstance(failed, Refused), (what, failed)


async def test_the_metrics_are_there_under_names_we_know_and_stay_open_without_a_key(server: RealServer) -> None:
    async with httpx.AsyncClient() as anybody:
        page = (await anybody.get(f"{server.root}/metrics")).text
        assert (await anybody.get(f"{server.url}/models")).status_code == httpx.codes.UNAUTHORIZED
    names = set(re.findall(r"^(vllm:\w+)", page, re.MULTILINE))
    print(f"\n{len(names)} names of vllm")  # noqa: T201
    assert not isinstance(read_load(page), Absent)


async def test_the_check_of_an_endpoint_finds_nothing_to_mend(server: RealServer) -> None:
    findings = [finding async for finding in check_endpoint(endpoint(server), clock=time.monotonic)]
    assert [finding for finding in findings if finding.mend] == []


async def test_under_overload_sign_offs_are_served_and_digests_turned_away_first(server: RealServer) -> None:
    """Twice as many places as the server has, so that its own queue grows and is seen."""
    ended: dict[str, Counter[str]] = {}
    took: dict[str, list[float]] = {}
    rung = a_rung(endpoint(server), watched=True)
    policy = AdmissionPolicy(places=2 * PLACES, queue=40)
    async with a_gateway(rung, deadlines=Deadlines(20, 10, 30), admission=policy, hedge=None) as gateway:
        await ending(gateway)

        async def one(kind: str, number: int) -> None:
            await asyncio.sleep(number * 0.01)
            began = time.monotonic()
            request = a_request(f"{number}?", request_class=kind, options=LONG, max_tokens=40)  # type: ignore[arg-type]
            answer = await ending(gateway, request)
            assert isinstance(answer, Completion | Overloaded), answer
            ended.setdefault(kind, Counter())[type(answer).__name__] += 1
            took.setdefault(kind, []).append(time.monotonic() - began)

        asked = (("digest", 60), ("question", 120), ("sign-off", 20))
        await asyncio.gather(*(one(kind, number) for kind, many in asked for number in range(many)))
    for kind, found in ended.items():
        print(f"\n{kind}: {dict(found)}, median {statistics.median(took[kind]) * 1000:.0f} ms")  # noqa: T201
    served = {kind: found["Completion"] / found.total() for kind, found in ended.items()}
    assert served["sign-off"] == 1.0
    assert served["digest"] < served["question"]


async def test_its_speed_as_seen_from_here(client: OpenAIChat) -> None:
    for at_once in (1, PLACES):
        began = time.monotonic()
        requests = [a_request(f"{n}", options=LONG, max_tokens=100) for n in range(at_once * 3)]
        answers = []
        for start in range(0, len(requests), at_once):
            wave = requests[start : start + at_once]
            answers += await asyncio.gather(*(complete(client, request) for request in wave))
        seconds = time.monotonic() - began
        first = statistics.median(answer.timings.first_token_ms for answer in answers)
        said = sum(answer.usage.completion_tokens for answer in answers)
        print(f"\n{at_once} at once: {said / seconds:.0f} tokens/s, first word {first:.0f} ms")  # noqa: T201


async def test_its_nonsense_is_only_ever_words_of_an_answer(client: OpenAIChat) -> None:
    """Whatever random weights say arrives as text or as an error of the tree, never as anything else."""
    for seed in range(10):
        messages = (Message("system", "Answer in one sentence."), Message("user", "Where do we stand?"))
        answer = await ending(client, a_request(messages=messages, temperature=1.5, seed=seed, max_tokens=64))
        assert isinstance(answer, Completion | ModelError)
        await until(lambda: True)
