"""Signing in and giving orders through the web page: who may, from where, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.platforms.web.desk import BURST
from tests.bot.asking import error
from tests.bot.browsing import TOKEN, Browser, browsing, moved_copy
from tests.bot.front_door import House
from tests.bot.signing import LIGHTHOUSE

SUBMIT = {"version": "v2", "digest": "", "dataset": "", "commit": "", "decide-by": "", "comment": "please"}


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


def test_a_person_signs_in_orders_and_sees_his_receipt(page: Browser) -> None:
    form = page.sign_in("ada.moss").said("submit beam launch")["form"]
    assert {item["name"] for item in form["inputs"]} >= {"version", "decide-by", "comment"}
    done = page.said(form["command"], **SUBMIT)
    assert done["refused"] is False
    assert done["parts"][0]["text"].startswith("Receipt · beam · Launch")
    assert any("Ada Moss asked for sign-off" in part.get("text", "") for part in done["parts"])


def test_the_same_order_sent_twice_takes_effect_once(page: Browser) -> None:
    page.sign_in("ada.moss")
    first, second = (page.order("submit beam launch", "same-key", **SUBMIT).json() for _ in range(2))
    assert [part for part in first["parts"] if part.get("quiet")] == [p for p in second["parts"] if p.get("quiet")]


def test_somebody_elses_key_is_not_taken_for_ones_own(page: Browser) -> None:
    page.sign_in("ada.moss").order("submit beam launch", "same-key", **SUBMIT)
    other = page.sign_in("cy.park").order("hold beam launch drift", "same-key").json()
    assert "Cy Park held the gate" in str(other)


def test_nobody_signed_in_looks_but_changes_nothing(page: Browser) -> None:
    said = page.sign_in(None).said("hold beam launch because")
    assert said["refused"] is True
    assert "not linked" in said["parts"][0]["text"]


@pytest.mark.parametrize("token", ["", "0" * 64])
def test_an_order_without_the_sessions_token_is_refused(page: Browser, token: str) -> None:
    page.sign_in("cy.park")
    response = page.order("hold beam launch drift", token=token)
    assert response.status_code == 403
    assert "reload the page" in error(response)["error"]
    assert "held" not in str(page.said("show beam launch"))


def test_the_token_of_one_session_is_worth_nothing_in_another(page: Browser) -> None:
    token = page.sign_in("ada.moss").token
    page.sign_in("cy.park")
    assert page.order("hold beam launch drift", token=token).status_code == 403


def test_a_cookie_that_was_changed_is_nobodys(page: Browser) -> None:
    jar = page.sign_in("cy.park").client.cookies
    [cookie] = [each for each in jar.jar if each.name == "gatehouse_session"]
    assert cookie.has_nonstandard_attr("HttpOnly")
    jar.clear()
    jar.set("gatehouse_session", f"{cookie.value}0")
    assert page.order("hold beam launch drift").status_code == 403


def test_only_people_of_the_programme_can_be_chosen(page: Browser) -> None:
    token = page.sign_in(None).token
    said = page.client.post("/api/sign-in", json={"person": "eve"}, headers={TOKEN: token})
    assert said.status_code == 400
    assert "'eve'" in error(said)["error"]


def test_what_is_typed_as_an_order_is_given_back_to_the_page_as_one(page: Browser) -> None:
    token = page.sign_in("ada.moss").token
    said = page.client.post("/api/ask", json={"text": "show beam launch"}, headers={TOKEN: token})
    assert said.json() == {"order": "show beam launch"}


def test_a_question_is_answered_for_the_one_who_is_signed_in(page: Browser) -> None:
    page.sign_in("ada.moss")
    assert page.client.post("/api/ask", json={"text": "status of beam?"}).json()["told"]["audience"] == "Ada Moss"
    page.sign_in(None)
    assert page.client.post("/api/ask", json={"text": "status of beam?"}).json()["told"]["audience"] == "public"


def test_the_record_says_that_a_local_user_acted_for_the_person(page: Browser, house: House) -> None:
    page.sign_in("cy.park").order("hold beam launch drift")
    assert "impersonated" in house.run("audit", "export").out


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"key": "k" * 8}, "command"),
        ({"command": "queue"}, "key"),
        ({"command": "queue", "key": "k" * 8, "fields": {"a": 1}}, "fields"),
        ({"command": "queue", "key": "k" * 8, "in": "#nowhere"}, "in"),
        ({"command": "queue", "key": "k" * 8, "as": "cy.park"}, "as"),
    ],
)
def test_a_wrong_field_of_an_order_is_named(page: Browser, body: dict[str, object], field: str) -> None:
    token = page.sign_in(None).token
    response = page.client.post("/api/order", json=body, headers={TOKEN: token})
    assert response.status_code == 400
    assert error(response)["field"] == field


def test_whoever_comes_too_often_waits_and_the_others_do_not(page: Browser) -> None:
    page.sign_in("cy.park")
    answers = [
        page.client.post("/api/order", json={}, headers={TOKEN: page.token}).status_code for _ in range(BURST + 9)
    ]
    assert (answers[0], answers[-1]) == (400, 429)
    assert "wait a few seconds" in error(page.client.post("/api/order", json={}, headers={TOKEN: page.token}))["error"]
    page.client.cookies.clear()
    assert page.sign_in("ada.moss").order("queue").status_code == 200
