"""The page the web surface serves, the headers it carries, and the address it listens on."""

from __future__ import annotations

import re
import socket

import pytest
from starlette.testclient import TestClient

from bot.platforms.web.serve import CannotListen, PortInUse, listen, serve, url_of
from tests.bot.asking import Recorder, client_of, post
from tests.bot.saying import told


@pytest.fixture
def client() -> TestClient:
    return client_of(Recorder())


# --- the page ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/static/page.js", "/healthz", "/nowhere", "/api/ask"])
def test_every_response_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_refusals_carry_the_security_headers_too(client: TestClient) -> None:
    for response in (client.get("/", headers={"Host": "evil"}), post(client, {"text": "fail"}), post(client, b"{")):
        assert response.status_code >= 400
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_the_page_escapes_what_it_is_given(client: TestClient) -> None:
    html = client.get("/").text
    assert "A &lt;programme&gt; &amp; more" in html
    assert "what is &#34;open&#34;?" in html
    evil = (
        client_of(Recorder(), title="$$", people={'"><script>': "<b>"}, places={}, suggestions=("</button><script>",))
        .get("/")
        .text
    )
    assert evil.count("<script") == 1
    assert '<option value="&#34;&gt;&lt;script&gt;">&lt;b&gt;</option>' in evil


def test_the_page_takes_everything_from_its_own_host_and_has_nothing_inline(client: TestClient) -> None:
    html = client.get("/").text
    loaded = re.findall(r'(?:src|href)="([^"#][^"]*)"', html)
    assert loaded
    assert all(path.startswith("/static/") and client.get(path).status_code == 200 for path in loaded)
    assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=", html)


def test_the_scripts_never_turn_text_into_markup(client: TestClient) -> None:
    for name in ("page.js", "draw.js", "forms.js", "server.js"):
        script = client.get(f"/static/{name}").text
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|https?://", script)


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/"])
def test_nothing_outside_the_static_folder_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


# --- listening ----------------------------------------------------------------------------------


def test_a_port_in_use_is_said_with_the_setting_to_change() -> None:
    app = client_of(told).app
    with listen("127.0.0.1", 0) as taken, pytest.raises(PortInUse, match="GATEHOUSE_HTTP_PORT"):
        serve(app, host="127.0.0.1", port=taken.getsockname()[1])


def test_an_address_of_another_machine_is_said_with_the_setting_to_change() -> None:
    with pytest.raises(CannotListen, match="GATEHOUSE_HTTP_HOST"):
        listen("192.0.2.1", 0)


def test_the_url_is_one_a_browser_on_this_machine_can_open() -> None:
    assert url_of("127.0.0.1", 8710) == "http://127.0.0.1:8710/"
    assert url_of("0.0.0.0", 80) == "http://127.0.0.1:80/"
    assert url_of("::1", 8710) == "http://[::1]:8710/"


def test_the_socket_is_given_back_when_nothing_is_served() -> None:
    with listen("127.0.0.1", 0) as bound:
        port = bound.getsockname()[1]
    with socket.create_server(("127.0.0.1", port)):
        pass
