"""The web surface through its front door: what it takes, what it refuses, what it answers."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from httpx2 import ASGITransport, AsyncClient, Response
from starlette.testclient import TestClient

from bot.chat import Ask
from bot.conversation.told import Told
from bot.platforms.web.desk import BODY_LIMIT, WAITING, WORKERS
from bot.process.pools import Busy, Pool
from rag.model import Answer
from tests.bot.asking import HERE, Recorder, client_of, error, post
from tests.bot.saying import QUOTE, told

ROOM = WORKERS + WAITING


@pytest.fixture
def answer() -> Recorder:
    return Recorder()


@pytest.fixture
def client(answer: Recorder) -> Iterator[TestClient]:
    with client_of(answer) as opened:
        yield opened


# --- answering ------------------------------------------------------------------------


def test_a_question_gets_its_json_and_the_parts_to_draw(client: TestClient) -> None:
    said = post(client, {"text": "status?"}).json()
    assert said["told"]["values"] == ["at risk"]
    assert said["told"]["citations"][0]["quote"] == QUOTE
    assert [part["kind"] for part in said["parts"]] == [
        "heading", "line", "items", "items", "suggestion", "quote", "line",
    ]  # fmt: skip
    assert said["parts"][2]["items"][0] == {"text": "p95 latency 164 ms", "detail": "Tomas Weber · 3 days"}
    assert said["parts"][3]["folded"] is True
    assert said["parts"][5]["where"] == "loadtest.json > run 3"


def test_a_refusal_is_an_answer_and_no_error(client: TestClient) -> None:
    response = post(client, {"text": "how long did it take?"})
    assert response.status_code == 200
    assert response.json()["told"]["abstained"] is True
    assert response.json()["parts"][1]["text"] == "Closest owner: Tomas Weber (ML lead)."


def test_who_asks_and_where_are_passed_on_and_nobody_means_public(client: TestClient, answer: Recorder) -> None:
    post(client, {"text": "a", "as": "ines", "in": "#ai-gates"})
    post(client, {"text": "a", "as": None, "in": None})
    assert [(ask.person, ask.place) for ask in answer.asked] == [("ines", "#ai-gates"), (None, None)]


def test_one_thread_stays_one_for_the_same_reader_and_is_another_for_another(
    client: TestClient, answer: Recorder
) -> None:
    for seat in ({}, {}, {"as": "ines"}, {"in": "#ai-gates"}):
        post(client, {"text": "a", "thread": "t1", **seat})
    threads = [ask.thread for ask in answer.asked]
    assert threads[0] == threads[1]
    assert len(set(threads)) == 3


def test_without_a_thread_two_questions_do_not_share_one(client: TestClient, answer: Recorder) -> None:
    post(client, {"text": "a"})
    post(client, {"text": "a"})
    assert answer.asked[0].thread != answer.asked[1].thread


@pytest.mark.parametrize("text", ["", "   ", "x" * 50_000, "\x00\u202e\x1b[2J"])
def test_empty_endless_and_odd_questions_are_left_to_the_conversation_to_refuse(
    client: TestClient, answer: Recorder, text: str
) -> None:
    assert post(client, {"text": text}).status_code == 200
    assert answer.asked[0].text == text


def test_half_a_surrogate_pair_does_not_travel_on(client: TestClient, answer: Recorder) -> None:
    assert post(client, b'{"text": "a\\ud800b", "thread": "\\udfff"}').status_code == 200
    assert answer.asked[0].text == "a?b"


def test_direction_overrides_are_written_out_for_the_page_and_kept_in_the_verbatim_quote() -> None:
    def override(ask: Ask) -> Told:
        return replace(told(ask), parts=(), outcome=Answer("paid \u202edenied\x1b [1]", (), ()))

    said = post(client_of(override), {"text": "a"}).json()
    assert said["parts"][0]["text"] == "paid \\u202edenied\\x1b [1]"
    assert said["told"]["answer"] == "paid \u202edenied\x1b [1]"


# --- what is refused --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": None}, "text"),
        ({"text": 7}, "text"),
        ({"text": ["a"]}, "text"),
        ({"text": "a", "thread": 1}, "thread"),
        ({"text": "a", "thread": "t" * 101}, "thread"),
        ({"text": "a", "as": {"id": "ines"}}, "as"),
        ({"text": "a", "as": "nobody"}, "as"),
        ({"text": "a", "as": ""}, "as"),
        ({"text": "a", "in": "#secret"}, "in"),
        ({"text": "a", "audience": "all"}, "audience"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_asked(
    client: TestClient, answer: Recorder, body: object, field: str
) -> None:
    response = post(client, body)
    assert response.status_code == 400
    assert error(response)["field"] == field
    assert field in error(response)["error"]
    assert answer.asked == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"status?"', b"null", b"\xff\xfe{}", b"[" * 60_000, b'{"text": ' + b"9" * 9_000 + b"}"]
)
def test_a_body_that_is_no_question_is_refused_in_words(client: TestClient, answer: Recorder, body: bytes) -> None:
    response = post(client, body)
    assert response.status_code == 400
    assert error(response)
    assert answer.asked == []


def test_a_body_beyond_the_limit_is_refused_and_one_just_within_is_read(client: TestClient) -> None:
    frame = len(b'{"text": ""}')
    assert post(client, {"text": "x" * (BODY_LIMIT - frame)}).status_code == 200
    response = post(client, {"text": "x" * (BODY_LIMIT - frame + 1)})
    assert response.status_code == 413
    assert "64 KB" in error(response)["error"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:9999"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": HERE, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json; charset=utf-8"}, 200),
    ],
)
def test_a_question_is_taken_from_the_page_itself_only(
    client: TestClient, answer: Recorder, headers: dict[str, str], status: int
) -> None:
    assert post(client, {"text": "a"}, **headers).status_code == status
    assert len(answer.asked) == (status == 200)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.7:8710", "", "[::2]:80", "localhost@evil"]
)
@pytest.mark.parametrize("path", ["/", "/api/ask", "/healthz", "/static/page.js"])
def test_on_loopback_another_host_name_is_refused_everywhere(client: TestClient, host: str, path: str) -> None:
    assert client.get(path, headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8710", "127.0.0.1", "127.8.8.8:1", "[::1]:8710"])
def test_on_loopback_every_loopback_name_is_answered(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


def test_served_to_others_any_host_name_is_answered_but_a_foreign_origin_is_not(answer: Recorder) -> None:
    client = client_of(answer, local=False, base="https://gatehouse.example")
    assert client.get("/").status_code == 200
    assert post(client, {"text": "a"}, Origin="https://gatehouse.example").status_code == 200
    assert post(client, {"text": "a"}, Origin="https://evil.example").status_code == 403


# --- failing well --------------------------------------------------------------------------


def test_a_failure_is_told_with_an_event_id_that_is_in_the_log_without_a_word_of_the_question(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        response = post(client, {"text": "fail canary-question"})
    assert response.status_code == 500
    said = error(response)
    [record] = [record for record in caplog.records if "question failed" in record.message]
    assert vars(record)["event"] == said["event"]
    assert "RuntimeError" in record.message
    assert "canary" not in caplog.text + response.text


def test_when_the_line_is_full_one_more_is_refused_at_once_and_the_others_are_still_answered() -> None:
    gate = threading.Event()

    def slow(ask: Ask) -> Told:
        gate.wait(60)
        return told(ask)

    async def crowd() -> tuple[list[Response], list[Response]]:
        transport = ASGITransport(client_of(slow).app)
        async with AsyncClient(transport=transport, base_url=HERE) as client:
            asking = [asyncio.create_task(client.post("/api/ask", json={"text": "a"})) for _ in range(ROOM + 1)]
            done, waiting = await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
            gate.set()
            return [task.result() for task in done], [await task for task in waiting]

    [refusal], answered = asyncio.run(crowd())
    assert refusal.status_code == 503
    assert refusal.headers["Retry-After"] == "5"
    assert "ask again" in error(refusal)["error"]
    assert [response.status_code for response in answered] == [200] * ROOM


def test_a_question_whose_asker_went_away_frees_its_place() -> None:
    async def leave_and_ask() -> str:
        pool, gate = Pool("few", workers=1, waiting=1), threading.Event()
        running = asyncio.create_task(pool.run(lambda: gate.wait(60)))
        leaving = asyncio.create_task(pool.run(lambda: "never"))
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await pool.run(lambda: "too early")
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        taken = asyncio.create_task(pool.run(lambda: "answered"))
        await asyncio.sleep(0)
        gate.set()
        await running
        return await taken

    assert asyncio.run(leave_and_ask()) == "answered"


def test_the_probes_tell_alive_from_ready(answer: Recorder) -> None:
    state = [False]
    client = client_of(answer, ready=lambda: state[0])
    assert client.get("/healthz").status_code == 200
    assert (client.get("/readyz").status_code, client.get("/readyz").json()) == (503, {"ready": False})
    state[0] = True
    assert client.get("/readyz").status_code == 200


def test_not_knowing_whether_it_is_ready_means_not_ready(answer: Recorder) -> None:
    def broken() -> bool:
        raise OSError("database is gone")

    assert client_of(answer, ready=broken).get("/readyz").status_code == 503
