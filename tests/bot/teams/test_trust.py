"""Who is believed at the door: tokens of the Bot Framework for this app, from this service, and nothing else."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import jwt
import pytest

from bot.platforms.teams.connection import TeamsApp, TeamsError, check_app
from bot.platforms.teams.trust import is_service_url
from tests.bot.teams.conftest import Stage, stage
from tests.stand_ins.teams.keys import SigningKey
from tests.stand_ins.teams.service import APP, SERVICE, TENANT

PASSED = 1_000


async def _said(on: Stage, token: str, **said: object) -> int:
    body = on.client.activity("ines", "a:ines", text="help", **said)
    return (await on.client.send(body, token=token)).status_code


def test_a_proper_token_is_taken_and_the_event_is_kept() -> None:
    async def run() -> None:
        async with stage() as on:
            assert await _said(on, on.teams.key.token(app=APP, service=SERVICE)) == 200
            assert [event.sender.text for event in on.desk.events] == [f"teams:{TENANT}:ines"]

    asyncio.run(run())


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": "https://login.microsoftonline.com/d6d49420-f39b-4df7-a1dc-d59a935871db/v2.0"},
        {"aud": "another-app"},
        {"aud": None},
        {"exp": PASSED},
        {"exp": None},
        {"nbf": 9_999_999_999},
        {"serviceurl": "https://smba.trafficmanager.net/amer/"},
        {"serviceurl": None},
    ],
    ids=str,
)
def test_a_token_of_wrong_claims_is_refused(claims: dict[str, object]) -> None:
    async def run() -> None:
        async with stage() as on:
            assert await _said(on, on.teams.key.token(app=APP, service=SERVICE, **claims)) == 401
            assert on.desk.events == []

    asyncio.run(run())


@pytest.mark.parametrize(
    "bearer", ["", "x", "a.b.c", "....", "\u00e9".encode().decode("latin-1"), "e30.e30.", "e30.W10.x"]
)
def test_a_malformed_bearer_is_401_and_never_an_error(bearer: str) -> None:
    async def run() -> None:
        async with stage() as on:
            assert await _said(on, bearer) == 401

    asyncio.run(run())


@pytest.mark.parametrize("header", [None, "Basic Zm9v", "Bearer"])
def test_a_request_without_a_bearer_is_401(header: str | None) -> None:
    async def run() -> None:
        async with stage() as on:
            headers = {"authorization": header} if header else {}
            answer = await on.door.post("/api/messages", json=on.client.activity("ines", "a:ines"), headers=headers)
            assert answer.status_code == 401

    asyncio.run(run())


def test_somebody_elses_key_under_our_keys_name_is_refused() -> None:
    async def run() -> None:
        async with stage() as on:
            assert await _said(on, SigningKey().token(app=APP, service=SERVICE)) == 401

    asyncio.run(run())


def test_unsigned_and_shared_secret_tokens_are_refused() -> None:
    async def run() -> None:
        async with stage() as on:
            claims = {"iss": "https://api.botframework.com", "aud": APP, "serviceurl": SERVICE, "exp": 9_999_999_999}
            kid = {"kid": on.teams.key.kid}
            assert await _said(on, jwt.encode(claims, "", algorithm="none", headers=kid)) == 401
            assert await _said(on, jwt.encode(claims, "s" * 32, algorithm="HS256", headers=kid)) == 401

    asyncio.run(run())


def test_a_key_that_may_not_speak_for_teams_is_refused() -> None:
    async def run() -> None:
        async with stage() as on:
            on.teams.key = SigningKey(endorsements=("webchat",))
            assert await _said(on, on.teams.key.token(app=APP, service=SERVICE)) == 401

    asyncio.run(run())


def test_an_activity_of_another_channel_is_refused() -> None:
    async def run() -> None:
        async with stage() as on:
            assert await _said(on, on.teams.key.token(app=APP, service=SERVICE), channelId="webchat") == 401

    asyncio.run(run())


def test_a_service_address_that_is_not_of_teams_is_refused_even_with_a_token_for_it() -> None:
    async def run() -> None:
        async with stage() as on:
            evil = "https://smba.trafficmanager.net.evil.example/"
            assert await _said(on, on.teams.key.token(app=APP, service=evil), serviceUrl=evil) == 403
            assert on.desk.events == []

    asyncio.run(run())


def test_a_rotated_key_is_fetched_and_strangers_do_not_make_us_ask_all_the_time() -> None:
    async def run() -> None:
        async with stage() as on:
            assert await _said(on, on.teams.key.token(app=APP, service=SERVICE)) == 200
            on.teams.key = SigningKey(kid="key-2")
            for _ in range(5):
                assert await _said(on, on.teams.key.token(app=APP, service=SERVICE)) == 401
            assert on.teams.keys_asked == 1
            on.pass_(timedelta(minutes=6))
            assert await _said(on, on.teams.key.token(app=APP, service=SERVICE)) == 200
            assert on.teams.keys_asked == 2

    asyncio.run(run())


def test_without_the_keys_nobody_is_believed_and_teams_may_come_again() -> None:
    async def run() -> None:
        async with stage() as on:
            on.teams.keys_gone = True
            assert await _said(on, on.teams.key.token(app=APP, service=SERVICE)) == 503
            on.teams.keys_gone = False
            assert await _said(on, on.teams.key.token(app=APP, service=SERVICE)) == 200

    asyncio.run(run())


@pytest.mark.parametrize("content", [b"", b"no json", b"[]", b"7", b'{"type":', b"[" * 100_000])
def test_what_is_no_activity_is_refused_and_never_an_error(content: bytes) -> None:
    async def run() -> None:
        async with stage() as on:
            headers = {"authorization": f"Bearer {on.teams.key.token(app=APP, service='')}"}
            answer = await on.door.post("/api/messages", content=content, headers=headers)
            assert answer.status_code in (400, 401)

    asyncio.run(run())


def test_a_body_that_is_too_large_is_refused() -> None:
    async def run() -> None:
        async with stage() as on:
            assert (await on.door.post("/api/messages", content=b" " * 600_000)).status_code == 413
            assert (await on.door.get("/api/messages")).status_code == 405

    asyncio.run(run())


@pytest.mark.parametrize("missing", ["app", "password", "tenant"])
def test_it_does_not_start_with_half_a_set_up(missing: str) -> None:
    whole = {"app": APP, "password": "secret", "tenant": TENANT}
    with pytest.raises(TeamsError, match="TEAMS_"):
        check_app(TeamsApp(**{**whole, missing: ""}), host="0.0.0.0")


def test_local_mode_starts_on_loopback_alone() -> None:
    check_app(TeamsApp("", "", TENANT, local=True), host="127.0.0.1")
    with pytest.raises(TeamsError, match="loopback"):
        check_app(TeamsApp("", "", TENANT, local=True), host="0.0.0.0")


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://smba.trafficmanager.net/emea/", True),
        ("https://europe.botframework.com", True),
        ("http://smba.trafficmanager.net/emea/", False),
        ("https://smba.trafficmanager.net@evil.example/", False),
        ("https://evilbotframework.com/", False),
        ("https://smba.trafficmanager.net:8443/", False),
        ("http://127.0.0.1:56150/_connector", False),
        ("", False),
    ],
)
def test_our_token_goes_to_teams_own_addresses_alone(url: str, good: bool) -> None:
    assert is_service_url(url) is good
    assert is_service_url("http://127.0.0.1:56150/_connector", local=True)
