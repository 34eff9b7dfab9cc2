"""All guards together over real sockets: whatever the server does, the caller hears in time, and nothing leaks."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field, replace

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from inference.breaker import BreakerPolicy
from inference.cache import CachePolicy
from inference.deadline import Deadlines
from inference.endpoint import Endpoint
from inference.gateway import Gateway
from inference.model import Completion, Decision, ModelError, Overloaded, RequestClass
from inference.observe import reason_label
from inference.shed import TERMS, AdmissionPolicy
from tests.inference.given import a_request, ending, until
from tests.inference.roads import SHORT, a_gateway, a_rung
from tests.stand_ins.model_server import PLAIN, ModelServer, model_server

pytestmark = pytest.mark.anyio

FAULTS = (
    "hang", "keepalive", "first-5000", "gap-600", "stall-5", "cut-5", "garbage", "odd", "html", "500", "429",
    "slowclose", "nousage", "down",
)  # fmt: skip
AT_ONCE = 25


def endpoint(server: ModelServer, behaviour: str = "plain", tier: str = "primary") -> Endpoint:
    url = "http://127.0.0.1:9/v1" if behaviour == "down" else server.url
    return Endpoint(url, behaviour, tier=tier)  # type: ignore[arg-type]  # one of the tiers


@dataclass
class Ended:
    """How questions ended, and the seconds each caller waited."""

    kinds: Counter[str] = field(default_factory=Counter)
    waited: list[float] = field(default_factory=list)


async def ask_all(gateway: Gateway, questions: int) -> Ended:
    """Ask in waves; a whole answer is word for word what the server said."""
    ended = Ended()

    async def one(number: int) -> None:
        began = time.monotonic()
        answer = await ending(gateway, a_request(f"Question {number}?"))
        ended.waited.append(time.monotonic() - began)
        assert isinstance(answer, ModelError) or answer.text == PLAIN
        ended.kinds[type(answer).__name__] += 1

    for start in range(0, questions, AT_ONCE):
        await asyncio.gather(*(one(number) for number in range(start, min(start + AT_ONCE, questions))))
    return ended


async def run_fault(fault: str, questions: int, *, deadlines: Deadlines, breaker: BreakerPolicy) -> Ended:
    room = AdmissionPolicy(places=AT_ONCE * 2)
    async with model_server() as server:
        rung = a_rung(endpoint(server, fault))
        async with a_gateway(rung, deadlines=deadlines, breaker=breaker, admission=room) as gateway:
            ended = await ask_all(gateway, questions)
        await until(lambda: server.running == server.waiting == 0, seconds=10)
    return ended


@pytest.mark.parametrize("fault", FAULTS)
async def test_whatever_the_server_does_every_caller_hears_and_no_call_is_left_behind(fault: str) -> None:
    answered = fault in ("slowclose", "nousage")
    deadlines = Deadlines(20, 20, 30) if answered else SHORT
    ended = await run_fault(fault, AT_ONCE, deadlines=deadlines, breaker=BreakerPolicy(failures=10**9))
    assert ended.kinds.total() == AT_ONCE
    assert ended.kinds["Completion"] == (AT_ONCE if answered else 0)


@pytest.mark.parametrize(
    "questions", [pytest.param(100, marks=pytest.mark.slow), pytest.param(1_000, marks=pytest.mark.proof)]
)
@pytest.mark.parametrize("fault", FAULTS)
async def test_everybody_who_asks_hears_whatever_the_fault(fault: str, questions: int) -> None:
    """The figures of the run; the last column is how many heard later than the deadline and 200 ms."""
    ended = await run_fault(fault, questions, deadlines=SHORT, breaker=BreakerPolicy())
    late = sum(seconds > SHORT.whole + 0.2 for seconds in ended.waited)
    print(f"\n{fault}: {dict(ended.kinds)}, longest {max(ended.waited) * 1000:.0f} ms, late {late}")  # noqa: T201
    assert ended.kinds.total() == questions


@pytest.mark.parametrize("fault", ["hang", "keepalive", "html", "500", "down", "401"])
async def test_a_second_endpoint_answers_in_its_place_and_says_so(fault: str) -> None:
    async with model_server() as server:
        rungs = (a_rung(endpoint(server, fault)), a_rung(endpoint(server, "plain", "second")))
        async with a_gateway(*rungs) as gateway:
            answer = await ending(gateway)
    assert isinstance(answer, Completion)
    assert (answer.text, answer.tier) == (PLAIN, "second")
    assert "ladder" in {decision.guard for decision in answer.decisions}


async def test_a_cached_answer_does_not_ask_the_server() -> None:
    async with model_server() as server, a_gateway(a_rung(endpoint(server)), cache=CachePolicy()) as gateway:
        first, again = await ending(gateway), await ending(gateway)
        other = await ending(gateway, a_request(audience="steering"))
    assert isinstance(first, Completion)
    assert isinstance(again, Completion)
    assert isinstance(other, Completion)
    assert [first.from_cache, again.from_cache, other.from_cache] == [False, True, False]
    assert server.served == 2


async def test_a_broken_server_is_left_alone_after_a_few_questions() -> None:
    async with model_server() as server, a_gateway(a_rung(endpoint(server, "500"))) as gateway:
        for _ in range(20):
            await ending(gateway)
    assert len(server.bodies) == 10, "five questions, each asked twice"


# --- more requests than there is room for ------------------------------------------


async def test_the_urgent_go_first_and_the_digests_are_turned_away_first() -> None:
    """Capacity 20, and 200 questions, 50 digests, 50 background requests and 20 sign-offs, all at once."""
    ended: dict[RequestClass, Counter[str]] = {}
    patient = {kind: replace(terms, patience=60) for kind, terms in TERMS.items()}
    places = AdmissionPolicy(places=20, queue=60, terms=patient)
    deadlines = Deadlines(60, 60, 60)
    behaviour = "first-20+gap-2+length-10"
    async with model_server(capacity=20) as server:
        rung = a_rung(endpoint(server, behaviour), watched=True)
        async with a_gateway(rung, deadlines=deadlines, admission=places, hedge=None) as gateway:

            async def one(request_class: RequestClass, number: int) -> None:
                answer = await ending(gateway, a_request(f"{number}?", request_class=request_class))
                ended.setdefault(request_class, Counter())[type(answer).__name__] += 1

            asked: list[tuple[RequestClass, int]] = [
                ("digest", 50), ("background", 50), ("question", 200), ("sign-off", 20),
            ]  # fmt: skip
            await asyncio.gather(*(one(kind, number) for kind, many in asked for number in range(many)))
    assert ended["sign-off"] == {"Completion": 20}
    share = {kind: found["Completion"] / found.total() for kind, found in ended.items()}
    assert share["sign-off"] > share["question"] > share["digest"] >= share["background"]
    assert server.most_running <= 20
    assert server.most_waiting <= 1, "what waits, waits here, in order"


def test_reasons_are_counted_without_their_figures_and_never_by_name() -> None:
    said = {
        reason_label(Decision("shed", "turned away", f"{waiting} requests wait at the server")) for waiting in (3, 21.5)
    }
    assert said == {"N requests wait at the server"}
    assert reason_label(Decision("budget", "exceeded", "the day of person ana")) == ""


async def test_who_is_turned_away_is_told_so_and_was_not_sent() -> None:
    admission = AdmissionPolicy(places=1, queue=0)
    async with (
        model_server() as server,
        a_gateway(a_rung(endpoint(server, "first-100")), admission=admission) as gateway,
    ):
        first = asyncio.ensure_future(ending(gateway))
        await until(lambda: server.running == 1)
        turned = await ending(gateway)
        assert isinstance(await first, Completion)
    assert isinstance(turned, Overloaded)
    assert not turned.sent
    assert "Try again in a moment" in str(turned)


async def test_behind_a_long_queue_at_the_server_nothing_unimportant_is_sent() -> None:
    async with model_server(old_names=True) as server, a_gateway(a_rung(endpoint(server), watched=True)) as gateway:
        server.waiting = 5
        await ending(gateway, a_request(request_class="sign-off"))
        await asyncio.sleep(0.1)
        digest = await ending(gateway, a_request(request_class="digest"))
        question = await ending(gateway, a_request(request_class="question"))
        server.waiting = 0
    assert isinstance(digest, Overloaded)
    assert isinstance(question, Completion)


async def test_given_up_requests_leave_no_place_taken() -> None:
    admission = AdmissionPolicy(places=4, queue=10)  # three of them for questions
    async with model_server() as server, a_gateway(a_rung(endpoint(server, "hang")), admission=admission) as gateway:
        asked = [asyncio.ensure_future(ending(gateway, a_request(str(n)))) for n in range(8)]
        await until(lambda: server.running == 3)
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        await until(lambda: server.running == 0)
        again = [asyncio.ensure_future(ending(gateway, a_request(str(n)))) for n in range(3)]
        await until(lambda: server.running == 3)
        await asyncio.gather(*again)


# --- what is measured ----------------------------------------------------------------


async def test_what_happened_is_in_the_metrics_and_no_question_or_person_is() -> None:
    registry = CollectorRegistry()
    async with model_server() as server:
        rungs = (a_rung(endpoint(server, "500")), a_rung(endpoint(server, "plain", "second"), watched=True))
        async with a_gateway(*rungs, registry=registry) as gateway:
            await ending(gateway, a_request("Is the canary-4711 live?"))
            await asyncio.sleep(0.05)
            told = generate_latest(registry).decode()
    assert 'gatehouse_model_requests_total{outcome="answered",request_class="question",tier="second"} 1.0' in told
    assert 'gatehouse_model_guard_decisions_total{guard="ladder",reason="Unavailable",verdict="next rung"} 1.0' in told
    assert 'gatehouse_model_first_token_seconds_count{request_class="question",tier="second"} 1.0' in told
    assert 'gatehouse_model_breaker_state{tier="primary"} 0.0' in told
    assert 'gatehouse_model_server_metrics_absent{tier="primary"} 1.0' in told
    assert 'gatehouse_model_server_metrics_absent{tier="second"} 0.0' in told
    assert "canary-4711" not in told
    assert "ana" not in told


@pytest.mark.slow
async def test_sign_offs_beside_two_hundred_questions_and_fifty_digests() -> None:
    """Figures of the run: whole calls of the most urgent class, on an idle road and on one that is full."""
    places = AdmissionPolicy(places=20, queue=80)
    async with model_server(capacity=20) as server:
        rung = a_rung(endpoint(server, "first-50+gap-20+length-20"), watched=True)
        async with a_gateway(rung, deadlines=Deadlines(10, 10, 20), admission=places, hedge=None) as gateway:
            idle = await sign_offs(gateway, 40)
            stop = asyncio.Event()
            crowd = [asyncio.ensure_future(keep_asking(gateway, "question", stop)) for _ in range(200)]
            crowd += [asyncio.ensure_future(keep_asking(gateway, "digest", stop)) for _ in range(50)]
            await asyncio.sleep(1)
            busy = await sign_offs(gateway, 40)
            stop.set()
            ended = sum(await asyncio.gather(*crowd), Counter[str]())
    p95 = [sorted(took)[int(0.95 * len(took))] * 1000 for took in (idle, busy)]
    print(f"\nsign-offs p95: idle {p95[0]:.0f} ms, beside the crowd {p95[1]:.0f} ms; {dict(ended)}")  # noqa: T201
    assert server.most_running <= 20


async def sign_offs(gateway: Gateway, many: int) -> list[float]:
    took = []
    for number in range(many):
        began = time.monotonic()
        assert isinstance(await ending(gateway, a_request(f"{number}", request_class="sign-off")), Completion)
        took.append(time.monotonic() - began)
    return took


async def keep_asking(gateway: Gateway, kind: RequestClass, stop: asyncio.Event) -> Counter[str]:
    """One after the other; who is turned away comes again after a moment."""
    ended: Counter[str] = Counter()
    while not stop.is_set():
        answer = await ending(gateway, a_request(f"{kind}", request_class=kind))
        ended[f"{kind} {type(answer).__name__}"] += 1
        await asyncio.sleep(0.5 if isinstance(answer, ModelError) else 0)
    return ended
