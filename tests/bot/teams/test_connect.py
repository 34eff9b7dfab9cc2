"""The app package, and what is said of a set-up that cannot work."""

from __future__ import annotations

import asyncio
import io
import json
from zipfile import ZipFile

import httpx
import pytest

from bot.platforms.teams.checks import Finding, check_teams
from bot.platforms.teams.connection import TeamsApp
from bot.platforms.teams.manifest import package
from tests.bot.teams.conftest import acme, app_token
from tests.stand_ins.teams.service import APP, SERVICE, TEAM, TENANT


def test_the_package_holds_the_ids_the_address_and_both_icons() -> None:
    made = package(app=APP, address="https://gates.acme.example/")
    with ZipFile(io.BytesIO(made)) as zipped:
        assert set(zipped.namelist()) == {"manifest.json", "color.png", "outline.png"}
        manifest = json.loads(zipped.read("manifest.json"))
    assert manifest["id"] == manifest["bots"][0]["botId"] == APP
    assert manifest["validDomains"] == ["gates.acme.example"]
    assert "example.org" not in json.dumps(manifest)
    assert "authorization" not in manifest
    assert made == package(app=APP, address="https://gates.acme.example/")


def test_hearing_messages_without_a_mention_is_asked_for_only_when_wanted() -> None:
    with ZipFile(io.BytesIO(package(app=APP, address="https://gates.acme.example", follow_ups=True))) as zipped:
        manifest = json.loads(zipped.read("manifest.json"))
    assert "ChannelMessage.Read.Group" in str(manifest["authorization"])


def check(app: TeamsApp, *, token: object = app_token) -> dict[str, Finding]:
    teams = acme()

    async def serve(scope: dict[str, object], receive: object, send: object) -> None:
        host = dict(scope["headers"])[b"host"]  # type: ignore[call-overload]
        if host != b"gates.acme.example":
            await teams.app()(scope, receive, send)  # type: ignore[arg-type]
            return
        await send({"type": "http.response.start", "status": 401, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b""})  # type: ignore[operator]

    found = asyncio.run(
        check_teams(
            app,
            host="0.0.0.0",
            address="https://gates.acme.example",
            teams=[{"team": TEAM, "service_url": SERVICE}],
            token=token,  # type: ignore[arg-type]
            transport=httpx.ASGITransport(serve),  # type: ignore[arg-type]
        )
    )
    return {one.what: one for one in found}


def test_private_channels_are_named_because_bots_cannot_post_there() -> None:
    found = check(TeamsApp(APP, "secret", TENANT))
    assert found["secret"].good
    assert found["way in"].good
    assert not found["team"].good
    assert "private channels, where bots cannot post: core" in found["team"].said


@pytest.mark.parametrize("missing", ["app", "password", "tenant"])
def test_what_is_missing_is_named(missing: str) -> None:
    whole = {"app": APP, "password": "secret", "tenant": TENANT}
    found = check(TeamsApp(**{**whole, missing: ""}))
    assert set(found) == {"set-up"}
    assert "TEAMS_" in found["set-up"].said


def test_a_secret_that_entra_refuses_is_said_with_what_to_do() -> None:
    async def refused() -> str:
        raise PermissionError("invalid_client")

    found = check(TeamsApp(APP, "old", TENANT), token=refused)
    assert "TEAMS_APP_PASSWORD" in found["secret"].fix
