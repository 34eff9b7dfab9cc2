"""The pages of the gates, and sign-off through them without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from prometheus_client import CollectorRegistry
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.messaging.tables import OutboxRow
from bot.platforms.web.app import web_app
from bot.settings import load_settings
from bot.wiring import open_installation, open_orders
from bot.wiring_web import web_site
from tests.bot.asking import HERE
from tests.bot.browsing import Browser, browsing, moved_copy
from tests.bot.front_door import House
from tests.bot.signing import LIGHTHOUSE

RESTRICTED = """\
project: secret
name: Secret lamp
owner: cy.park
gates:
  - gate: trial
    name: Trial
    state: collecting
    criteria:
      - {id: plan, kind: artifact, title: Secret plan, owner: cy.park, evidence: {document: plan.md}}
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, models: Path) -> House:
    with pytest.MonkeyPatch.context() as patched:
        house = House.build(tmp_path_factory.mktemp("lighthouse"), models, patched)
        programme = LIGHTHOUSE["programme.yaml"] + '  - {path: "projects/secret/**", readers: [risk]}\n'
        house.write({**LIGHTHOUSE, "programme.yaml": programme, "projects/secret/project.yaml": RESTRICTED})
        house.sync()
    return house


@pytest.fixture
def page(built: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    moved_copy(built, tmp_path, monkeypatch)
    with browsing() as browser:
        yield browser


def words(shown: BeautifulSoup | Tag) -> str:
    return " ".join(shown.get_text(" ").split())


def filled(shown: BeautifulSoup, label: str, **typed: str) -> dict[str, str]:
    """What a browser sends when this button is pressed, with these inputs filled in."""
    [button] = [each for each in shown.select("button") if each.get_text(strip=True) == label]
    form = shown.find("form", id=button["form"]) if button.get("form") else button.find_parent("form")
    assert isinstance(form, Tag)
    sent: dict[str, str] = {}
    for item in form.select("input, textarea, select"):
        kind, value = item.get("type"), item.get("value") or item.get_text().strip()
        if item.name == "select":
            chosen = item.select_one("option[selected]")
            value = chosen["value"] if chosen else ""
        if kind not in ("radio", "checkbox") or item.has_attr("checked"):
            sent[str(item["name"])] = str(value)
    return sent | {f"field:{name}": value for name, value in typed.items()}


def step_on(page: Browser, shown: BeautifulSoup) -> BeautifulSoup:
    """One step of a walk-through by somebody who finds it good."""
    if "I have looked at these" in words(shown):
        return pressed(page, shown, "I have looked at these")
    return pressed(page, shown, "Next", verdict="confirm")


def pressed(page: Browser, shown: BeautifulSoup, label: str, **typed: str) -> BeautifulSoup:
    response = page.client.post("/order", data=filled(shown, label, **typed))
    assert response.status_code == 200, response.text
    return BeautifulSoup(response.text, "html.parser")


def test_the_board_shows_every_project_by_its_gates_with_states_in_words(page: Browser) -> None:
    page.sign_in("ada.moss")
    rows = page.page("/board").select("tbody tr")
    assert [words(row.select_one(".name") or row) for row in rows] == ["Beam forecast", "Fog warning"]
    assert "Launch collecting due Fri 4 Dec 2 of 2 criteria, 0 of 2 approvals" in words(rows[0])


def test_the_board_is_narrowed_by_state_and_owner(page: Browser) -> None:
    page.sign_in("ada.moss")
    assert "Fog warning" not in words(page.page("/board?owner=ada.moss").select("table")[0])
    assert "No gate is like that" in words(page.page("/board?state=held"))


@pytest.mark.parametrize("path", ["/board", "/queue", "/gate/secret/trial", "/portfolio"])
def test_who_may_not_know_of_a_project_finds_it_on_no_page(page: Browser, path: str) -> None:
    for person in (None, "ada.moss"):
        assert "Secret" not in page.sign_in(person).client.get(path).text
    assert page.client.get("/gate/secret/trial").status_code == 404
    assert page.client.get("/gate/secret/trial").text.count("may not know") == 1
    assert page.sign_in("cy.park").client.get("/gate/secret/trial").status_code == 200


def test_an_empty_chat_suggests_questions_that_have_answers(page: Browser, built: House) -> None:
    suggested = [chip.get_text() for chip in page.page("/").select("#suggestions .chip")]
    assert suggested == [
        "what's blocking Launch of beam?", "which gates are due in the next two weeks?", "where does fog stand?"
    ]  # fmt: skip
    assert all(built.ask(text)["citations"] for text in suggested)


def test_a_gate_that_is_not_there_looks_like_one_that_may_not_be_known(page: Browser) -> None:
    hidden, absent = page.page("/gate/secret/trial", 404), page.page("/gate/beam/nothing", 404)
    assert words(hidden.select("main")[0]) == words(absent.select("main")[0])


def test_the_gate_page_has_criteria_card_what_if_and_history(page: Browser) -> None:
    shown = page.sign_in("ada.moss").page("/gate/beam/launch?if=Cy+Park+signs")
    assert [words(head) for head in shown.select("main h2")][1:] == [
        "Criteria", "Sign-off", "Collecting · beam · Launch", "What if", "History",
    ]  # fmt: skip
    table = words(shown.select("table")[0])
    assert "p95 latency latency met" in table
    assert "Risk owner signs approval 0 of 1 signed" in table
    asked = words(shown.select("section[aria-labelledby=whatif] .panel")[0])
    assert "That settles Risk owner signs. Still blocked by: Sponsor has not signed" in asked


def test_three_people_bring_a_gate_from_request_to_receipt_without_scripts(page: Browser) -> None:
    page.sign_in("ada.moss")
    form = pressed(page, page.page("/gate/beam/launch"), "Submit for sign-off")
    assert "Receipt" in words(pressed(page, form, "Ask for sign-off", comment="please"))
    for person in ("cy.park", "bo.lind"):
        page.sign_in(person)
        shown = pressed(page, page.page("/queue"), "Review and sign")
        for _ in range(10):
            if "Record the decision" in words(shown):
                break
            shown = step_on(page, shown)
        shown = pressed(page, shown, "Record the decision", decision="approve")
        assert "approved as" in words(shown)
    assert "Launch is passed" in words(shown)
    assert "The gate passed, signed by" in words(page.page("/gate/beam/launch"))


def test_a_step_back_in_the_browser_records_nothing_twice(page: Browser) -> None:
    page.sign_in("cy.park")
    form = pressed(page, page.page("/gate/beam/launch"), "Hold")
    for _ in range(2):
        shown = pressed(page, form, "Hold", reason="drift")
    assert "Receipt" in words(shown)
    assert (
        words(page.page("/gate/beam/launch").select("section[aria-labelledby=history]")[0]).count("held the gate") == 1
    )


def test_what_is_missing_is_asked_for_again_with_what_was_typed(page: Browser) -> None:
    page.sign_in("ada.moss")
    pressed(page, pressed(page, page.page("/gate/beam/launch"), "Submit for sign-off"), "Ask for sign-off")
    shown = pressed(page.sign_in("cy.park"), page.page("/queue"), "Review and sign")
    while "Record the decision" not in words(shown):
        shown = step_on(page, shown)
    shown = pressed(page, shown, "Record the decision", decision="reject", comment="")
    assert "A rejection needs a comment" in words(shown)
    assert "Receipt" in words(pressed(page, shown, "Record the decision", comment="the limit was measured on v1"))


def test_an_order_from_a_page_without_its_token_is_refused(page: Browser) -> None:
    page.sign_in("cy.park")
    sent = {"command": "hold beam launch drift", "key": "k" * 8, "token": "0" * 64}
    response = page.client.post("/order", data=sent)
    assert response.status_code == 403
    assert "Nothing was done" in response.text
    assert "held the gate" not in page.client.get("/gate/beam/launch").text


def test_a_form_from_another_site_is_refused_before_it_is_read(page: Browser) -> None:
    sent = {"command": "hold beam launch drift", "key": "k" * 8, "token": page.sign_in("cy.park").token}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        assert page.client.post("/order", data=sent, headers=headers).status_code == 403


def test_signing_in_by_form_leads_back_to_the_page_and_nowhere_else(page: Browser) -> None:
    for back, leads in (("/board", "/board"), ("//evil.example", "/"), ("https://evil.example", "/"), ("/\\evil", "/")):
        token = page.sign_in(None).token
        sent = {"token": token, "person": "cy.park", "back": back}
        response = page.client.post("/sign-in", data=sent, follow_redirects=False)
        assert (response.status_code, response.headers["Location"]) == (303, leads)


@pytest.mark.parametrize("path", ["/board", "/queue", "/gate/beam/launch"])
def test_pages_have_landmarks_labels_and_one_first_heading(page: Browser, path: str) -> None:
    shown = page.sign_in("cy.park").page(path)
    assert [len(shown.select(landmark)) for landmark in ("header", "main", "nav[aria-label=Pages]", "h1")] == [1] * 4
    for item in shown.select("input:not([type=hidden]), select, textarea"):
        assert item.find_parent("label") or shown.select(f"label[for={item.get('id')}]"), item
    assert not shown.select("[style], script:not([src]), style, [onclick]")


# --- portfolio, spend, audit ---------------------------------------------------------------------


def test_the_audit_page_is_for_roles_that_may_and_says_who_holds_them(page: Browser) -> None:
    refused = words(page.sign_in("ada.moss").page("/audit", 403))
    assert "model risk owner" in refused.casefold()
    assert "Cy Park" in refused
    page.sign_in("cy.park").said("hold beam launch drift alarm")
    shown = page.page("/audit?verify=yes")
    assert "Cy Park held the gate as Model risk owner: drift alarm (done by web:local)" in words(shown)
    assert "intact" in words(shown.select("section[aria-labelledby=verified]")[0])


def test_the_audit_page_tells_nothing_of_a_project_its_reader_may_not_know(page: Browser) -> None:
    page.sign_in("cy.park").said("hold secret trial classified matter")
    shown = page.sign_in("bo.lind").page("/audit")
    assert "classified" not in words(shown)
    assert "Secret" not in words(shown)
    assert "restricted" in words(shown)


def test_the_spend_page_is_for_roles_that_may(page: Browser) -> None:
    assert "Bo Lind" in words(page.sign_in("ada.moss").page("/spend", 403))
    assert "The model was not asked in this month." in words(page.sign_in("bo.lind").page("/spend"))


def test_the_portfolio_shows_the_projects_with_those_in_trouble_first(page: Browser) -> None:
    page.sign_in("ada.moss").said("status beam")
    names = [words(head) for head in page.page("/portfolio").select("main section h2 a")]
    assert set(names) == {"Beam forecast", "Fog warning"}


# --- what operators see -----------------------------------------------------------------------------


def test_the_metrics_count_requests_by_kind_and_never_name_a_project_or_a_person(built: House, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patched:
        moved_copy(built, tmp_path, patched)
        with counted_browsing() as page:
            page.sign_in("cy.park").page("/gate/beam/launch")
            page.client.get("/gate/no-such-project/nothing")
            page.client.get("/a-path-that-a-stranger-made-up")
            shown = page.client.get("/metrics").text
    assert 'gatehouse_web_requests_total{kind="gate",status="200"} 1.0' in shown
    assert 'gatehouse_web_requests_total{kind="gate",status="404"} 1.0' in shown
    assert 'gatehouse_web_requests_total{kind="other",status="404"} 1.0' in shown
    assert not any(word in shown for word in ("beam", "cy.park", "no-such-project", "stranger"))


@contextmanager
def counted_browsing() -> Iterator[Browser]:
    here = open_installation(load_settings())
    with open_orders(here) as orders:
        site = web_site(here, orders, host="127.0.0.1", registry=CollectorRegistry())
        with TestClient(web_app(site), base_url=HERE) as client:
            yield Browser(client)


def test_an_order_given_here_is_told_in_the_channel_of_a_connected_workspace(built: House, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patched:
        moved_copy(built, tmp_path, patched)
        here = open_installation(load_settings())
        with open_orders(here, workspaces={"slack": "T0ACME"}) as orders:
            with TestClient(web_app(web_site(here, orders, host="127.0.0.1")), base_url=HERE) as client:
                Browser(client).sign_in("cy.park").said("hold beam launch drift")
            with here.database.read() as session:
                places = [row.place for row in session.scalars(select(OutboxRow))]
    assert "slack:T0ACME:C1" in places
