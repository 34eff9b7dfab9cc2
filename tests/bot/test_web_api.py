"""The API for pipelines: tokens with scopes, values that count once, the verdict, errors that name the field."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response

from tests.bot.browsing import Browser, browsing, moved_copy
from tests.bot.front_door import ROOT, House
from tests.bot.signing import LIGHTHOUSE

VALUE = {"project": "beam", "gate": "launch", "criterion": "latency", "value": "108", "producer": "ada.moss"}
IN_THE_DOCS = {"churn-uplift": "beam", "production": "launch", "latency-p95": "latency", "tomas.weber": "ada.moss"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, models: Path) -> House:
    with pytest.MonkeyPatch.context() as patched:
        house = House.build(tmp_path_factory.mktemp("lighthouse"), models, patched)
        house.write(LIGHTHOUSE)
        house.sync()
    return house


@pytest.fixture
def house(built: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    return moved_copy(built, tmp_path, monkeypatch)


@pytest.fixture
def page(house: House) -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


def made(house: House, *scopes: str, **more: str) -> str:
    options = [word for scope in scopes for word in ("--scope", scope)]
    options += [word for name, value in more.items() for word in (f"--{name}", value)]
    ran = house.run("token", "create", "beam CI", *options, "--json")
    assert ran.code == 0, ran.err
    return str(json.loads(ran.out)["token"])


def exported(house: House) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads(house.run("audit", "export").out)
    return [record.get("entry", record) for record in records]


def send(page: Browser, token: str, body: object = VALUE, key: str = "loadtest-1") -> Response:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    return page.client.post("/api/evidence", json=body, headers=headers)


def ask(page: Browser, token: str, path: str = "beam/launch") -> Response:
    return page.client.get(f"/api/verdict/{path}", headers={"Authorization": f"Bearer {token}"})


def test_a_measured_value_counts_and_is_not_taken_for_somebodys_word(house: House, page: Browser) -> None:
    response = send(page, made(house, "evidence:beam/launch"))
    assert response.status_code == 201
    assert response.json()["met"] is True
    assert "108" in response.json()["reason"]
    [told] = [record for record in exported(house) if record["kind"] == "ValueReported"]
    assert (told["after"].get("self_reported", False), told["surface"]) == (False, "api")


def test_the_same_key_again_changes_nothing(house: House, page: Browser) -> None:
    token = made(house, "evidence:beam/launch")
    first, again = send(page, token), send(page, token)
    assert (again.status_code, again.json()["again"]) == (200, True)
    assert again.json()["record"] == first.json()["record"]


def test_the_same_key_with_something_else_is_refused_and_the_first_answer_stands(house: House, page: Browser) -> None:
    token = made(house, "evidence:beam/launch")
    first, other = send(page, token), send(page, token, {**VALUE, "value": "300"})
    assert (other.status_code, other.json()["field"]) == (409, "Idempotency-Key")
    assert "under a new key" in other.json()["how"]
    again = send(page, token, {**VALUE, "value": 108})
    assert (again.status_code, again.json()["record"], again.json()["met"]) == (200, first.json()["record"], True)
    assert [record["after"]["value"] for record in exported(house) if record["kind"] == "ValueReported"] == ["108"]


def test_a_value_of_another_subject_is_kept_and_plainly_said_not_to_count(house: House, page: Browser) -> None:
    page.sign_in("ada.moss").said("submit beam launch", comment="")
    taken = send(page, made(house, "evidence:beam/launch"), {**VALUE, "value": "300", "subject": {"version": "v9"}})
    told = taken.json()
    assert (taken.status_code, told["counts"], told["met"]) == (201, False, True)
    assert told["reason"] == (
        "The value was recorded and does not count: measured on v9, the gate is submitted for v2."
    )


def test_a_value_of_the_subject_that_is_asked_about_counts(house: House, page: Browser) -> None:
    told = send(page, made(house, "evidence:beam/launch"), {**VALUE, "subject": {"version": "v2"}}).json()
    assert (told["counts"], told["met"]) == (True, True)


def test_one_tokens_key_is_not_taken_for_anothers(house: House, page: Browser) -> None:
    send(page, made(house, "evidence:beam/launch"))
    assert send(page, made(house, "evidence:beam/*"), {**VALUE, "value": "300"}).json()["met"] is False


def test_who_produced_a_value_cannot_approve_the_gate(house: House, page: Browser) -> None:
    send(page, made(house, "evidence:beam/launch", producer="bo.lind"), {**VALUE, "producer": "bo.lind"})
    page.sign_in("ada.moss").said("submit beam launch", comment="")
    page.sign_in("bo.lind")
    assert "Not counted" in str(page.said("approve beam launch"))


@pytest.mark.parametrize(
    ("change", "status", "field", "said"),
    [
        ({"criterion": None}, 400, "criterion", "Needed"),
        ({"critrion": "latency"}, 400, "critrion", "Valid fields: project, gate"),
        ({"subject": {"sha": "1"}}, 400, "subject.sha", "version, digest"),
        ({"conditions": [1]}, 400, "conditions", "object"),
        ({"value": True}, 400, "value", "text"),
        ({"value": "fast"}, 422, "value", "not a number"),
        ({"value": -3}, 422, "value", "never below zero"),
        ({"value": "NaN"}, 422, "value", "not a number"),
        ({"criterion": "latancy"}, 422, "criterion", "Did you mean 'latency'?"),
        ({"criterion": "runbook"}, 422, "criterion", "no measured criterion"),
        ({"producer": "eve"}, 422, "producer", "eve"),
        ({"producer": None}, 400, "producer", "missing"),
    ],
)
def test_a_mistake_names_the_field_and_what_may_stand_there(
    house: House, page: Browser, change: dict[str, Any], status: int, field: str, said: str
) -> None:
    response = send(page, made(house, "evidence:beam/launch"), {**VALUE, **change})
    assert (response.status_code, response.json()["field"]) == (status, field)
    assert said in response.json()["error"] + response.json().get("how", "")


def test_a_wrong_criterion_is_answered_with_those_that_take_values(house: House, page: Browser) -> None:
    refused = send(page, made(house, "evidence:beam/launch"), {**VALUE, "criterion": "runbook"}).json()
    assert refused["how"] == "Values are taken for latency."


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ("evidence:beam/launch", 201),
        ("evidence:beam/*", 201),
        ("evidence:*/*", 201),
        ("evidence:fog/*", 403),
        ("evidence:fog/trial", 403),
        ("verdict:beam/launch", 403),
    ],
)
def test_a_token_is_good_for_its_scopes_alone(house: House, page: Browser, scope: str, status: int) -> None:
    response = send(page, made(house, scope))
    assert response.status_code == status
    if status == 403:
        assert scope in response.json()["error"]


def test_a_token_of_a_person_reports_for_nobody_else(house: House, page: Browser) -> None:
    token = made(house, "evidence:beam/launch", producer="ada.moss")
    assert send(page, token, {**VALUE, "producer": "bo.lind"}).status_code == 403
    assert send(page, token, {k: v for k, v in VALUE.items() if k != "producer"}).status_code == 201


@pytest.mark.parametrize("token", ["", "ght_", "ght_00000000_nothing", "Bearer", "x" * 500, "ght_ä_ö"])
def test_an_unknown_token_is_refused(page: Browser, token: str) -> None:
    sent = token.encode("utf-8")
    response = page.client.get("/api/verdict/beam/launch", headers={b"Authorization": b"Bearer " + sent})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_token_is_refused_at_once_and_both_are_recorded(house: House, page: Browser) -> None:
    token = made(house, "verdict:beam/launch")
    assert ask(page, token).status_code == 200
    assert house.run("token", "revoke", token.split("_")[1]).code == 0
    assert ask(page, token).status_code == 401
    kinds = [record["kind"] for record in exported(house)]
    assert kinds[-2:] == ["token made", "token revoked"]


def test_no_token_and_no_secret_is_kept_in_the_clear(house: House, page: Browser) -> None:
    token = made(house, "verdict:beam/launch")
    ask(page, token)
    secret = token.split("_", 2)[2].encode()
    assert all(secret not in path.read_bytes() for path in house.home.glob("gatehouse.db*"))


def test_the_verdict_is_that_of_the_command_line(house: House, page: Browser) -> None:
    token = made(house, "verdict:beam/*")
    on_the_line = json.loads(house.run("gate", "check", "beam", "launch", "--subject", "v2", "--json").out)
    over_http = ask(page, token, "beam/launch?subject=v2").json()
    assert over_http == on_the_line
    assert over_http["verdict"] == "not passed"
    assert (ask(page, token, "beam/none").status_code, ask(page, token, "beam/none").json()["verdict"]) == (
        404,
        "unknown",
    )


def test_a_verdict_on_an_empty_subject_is_refused_on_both_roads(house: House, page: Browser) -> None:
    token = made(house, "verdict:beam/*")
    refused = ask(page, token, "beam/launch?subject=")
    assert (refused.status_code, refused.json()["field"]) == (400, "subject")
    ran = house.run("gate", "check", "beam", "launch", "--subject", " ")
    assert ran.code == 2
    assert "leave it out" in refused.json()["error"]
    assert "leave it out" in ran.err


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        ("evidence:baem/launch", "Did you mean 'beam'?"),
        ("evidence:beam/lunch", "Did you mean 'launch'?"),
        ("verdict:nothing-like-it/*", "Projects: beam, fog."),
        ("verdict:*/lunch", "Did you mean 'launch'?"),
    ],
)
def test_a_scope_for_what_does_not_exist_is_refused(house: House, scope: str, said: str) -> None:
    ran = house.run("token", "create", "CI", "--scope", scope)
    assert ran.code != 0
    assert said in ran.err


@pytest.mark.parametrize(
    "scope", ["evidence", "evidence:beam", "sign:beam/launch", "evidence:/launch", "evidence:a/b/c"]
)
def test_a_scope_that_cannot_be_read_is_refused_with_how_one_is_written(house: House, scope: str) -> None:
    ran = house.run("token", "create", "CI", "--scope", scope)
    assert ran.code != 0
    assert "ACTION:PROJECT/GATE" in ran.err


def documented() -> list[str]:
    text = (ROOT / "deploy/docs/api.md").read_text("utf-8")
    return [block.replace("\\\n", " ") for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)]


@pytest.mark.parametrize("line", documented())
def test_the_documented_calls_work(house: House, page: Browser, line: str) -> None:
    for there, here in IN_THE_DOCS.items():
        line = line.replace(there, here)
    token = made(house, "evidence:beam/launch", "verdict:beam/launch")
    words = shlex.split(line.replace("$GATEHOUSE_TOKEN", token))
    options = dict(pairwise(words))
    headers = dict(words[n + 1].split(": ", 1) for n, word in enumerate(words) if word == "-H")
    [url] = [word for word in words if word.startswith("http")]
    called = page.client.request(options.get("-X", "GET"), url, headers=headers, content=options.get("-d"))
    assert called.status_code in (200, 201), called.text
