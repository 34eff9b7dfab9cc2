"""Signing in through an OpenID provider and through a reverse proxy: who is believed, and who is not."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.people.signin import LocalUsers, NoWayIn, OpenId, ProxyHeader, WayIn
from bot.settings import Settings, SettingsError
from bot.wiring_web import way_in
from tests.bot.browsing import Browser, browsing, moved_copy
from tests.bot.front_door import House
from tests.bot.signing import LIGHTHOUSE

ISSUER = "https://login.example"
WAY = OpenId(ISSUER, "gatehouse", "s3cret", "http://127.0.0.1:8710")
PEOPLE = LIGHTHOUSE["programme.yaml"].replace("name: Cy Park,", "name: Cy Park, email: cy@halden.example,")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, models: Path) -> House:
    with pytest.MonkeyPatch.context() as patched:
        house = House.build(tmp_path_factory.mktemp("lighthouse"), models, patched)
        house.write({**LIGHTHOUSE, "programme.yaml": PEOPLE})
        house.sync()
    return house


@pytest.fixture
def house(built: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    return moved_copy(built, tmp_path, monkeypatch)


class Login:
    """A provider: what it says of a person can be changed by a test."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "k1"})
        self.signed_with: RSAKey | OctKey = self.key
        self.algorithm = "RS256"
        self.claims: dict[str, Any] = {"email": "cy@halden.example", "email_verified": True}
        self.asked: dict[str, str] = {}
        self.issuer = ISSUER

    @property
    def app(self) -> Starlette:
        return Starlette(routes=[
            Route("/.well-known/openid-configuration", self.discovery),
            Route("/keys", self.keys),
            Route("/token", self.token, methods=["POST"]),
        ])  # fmt: skip

    async def discovery(self, _: Request) -> JSONResponse:
        pages = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return JSONResponse({"issuer": self.issuer, **{name: f"{ISSUER}/{at}" for name, at in pages.items()}})

    async def keys(self, _: Request) -> JSONResponse:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def token(self, request: Request) -> JSONResponse:
        sent = parse_qs((await request.body()).decode())
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"][0].encode()).digest())
        assert challenge.decode().rstrip("=") == self.asked["code_challenge"]
        now = int(time.time())
        said = {
            "iss": ISSUER,
            "aud": "gatehouse",
            "exp": now + 60,
            "iat": now,
            "nonce": self.asked["nonce"],
            "sub": "7",
        }
        claims = {key: value for key, value in {**said, **self.claims}.items() if value is not None}
        token = jwt.encode({"alg": self.algorithm, "kid": "k1"}, claims, self.signed_with, algorithms=[self.algorithm])
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "id_token": token})


@contextmanager
def before(way: WayIn, login: Login | None = None, **changed: Any) -> Iterator[Browser]:
    transport = httpx.ASGITransport(login.app) if login else None
    with browsing(way=way, people={}, transport=transport, **changed) as browser:
        yield browser


def come_back(page: Browser, login: Login, **changed: str) -> int:
    """Go to the provider and come back from there; the status of the page that is reached."""
    return page.client.get("/sign-in/callback", params=sent_back(page, login, **changed)).status_code


def sent_back(page: Browser, login: Login, *, begin: str = "/sign-in/start", **changed: str) -> dict[str, str]:
    """Begin to sign in; what the provider sends the browser back with."""
    begun = page.client.get(begin, follow_redirects=False)
    assert begun.status_code == 303, begun.text
    login.asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.headers["Location"]).query).items()}
    return {"state": login.asked["state"], "code": "c0de", **changed}


def is_signed_in(page: Browser, name: str) -> bool:
    return f"Signed in as {name}" in page.client.get("/board").text


def test_whom_the_provider_vouches_for_is_signed_in_and_counts_as_himself(house: House) -> None:
    login = Login()
    with before(WAY, login) as page:
        assert come_back(page, login) == 200
        assert is_signed_in(page, "Cy Park")
        assert login.asked["code_challenge_method"] == "S256"
        assert login.asked["redirect_uri"] == "http://127.0.0.1:8710/sign-in/callback"
        page.token = page.client.get("/").text.split('name="gatehouse-token" content="')[1].split('"')[0]
        assert "Receipt" in str(page.said("hold beam launch drift"))
    assert '"impersonated_by": null' in house.run("audit", "export").out


def other_key(login: Login) -> None:
    login.signed_with = RSAKey.generate_key(2048, {"kid": "k1"})


def shared_secret(login: Login) -> None:
    login.signed_with, login.algorithm = OctKey.import_key("s3cret" * 8), "HS256"


def saying(**claims: Any) -> Callable[[Login], None]:
    return lambda login: login.claims.update(claims)


@pytest.mark.parametrize(
    "twist",
    [
        other_key,
        shared_secret,
        saying(aud="another"),
        saying(iss="https://evil.example"),
        saying(exp=int(time.time()) - 3600),
        saying(nonce="stolen"),
        saying(nonce=None),
        saying(exp=None),
        saying(email_verified=False),
        saying(email_verified="true"),
        saying(email="eve@halden.example"),
        saying(email=None, preferred_username="eve"),
    ],
)
@pytest.mark.usefixtures("house")
def test_what_cannot_be_believed_signs_nobody_in(twist: Callable[[Login], None]) -> None:
    login = Login()
    twist(login)
    with before(WAY, login) as page:
        assert come_back(page, login) == 403
        assert not is_signed_in(page, "Cy Park")


@pytest.mark.parametrize("changed", [{"state": "another"}, {"state": ""}])
@pytest.mark.usefixtures("house")
def test_a_sign_in_that_was_not_begun_here_is_refused(changed: dict[str, str]) -> None:
    login = Login()
    with before(WAY, login) as page:
        assert come_back(page, login, **changed) == 403
        page.client.cookies.clear()
        assert page.client.get("/sign-in/callback?state=x&code=y").status_code == 403


@pytest.mark.usefixtures("house")
def test_a_discovery_page_of_another_issuer_is_refused() -> None:
    login = Login()
    login.issuer = "https://evil.example"
    with before(WAY, login) as page:
        assert page.client.get("/sign-in/start", follow_redirects=False).status_code == 403


@pytest.mark.usefixtures("house")
def test_with_a_provider_nobody_picks_who_he_is() -> None:
    with before(WAY, Login()) as page:
        token = page.client.get("/").text.split('name="gatehouse-token" content="')[1].split('"')[0]
        headers = {"X-Gatehouse-Token": token}
        assert page.client.post("/api/sign-in", json={"person": "cy.park"}, headers=headers).status_code == 403
        assert page.client.post("/api/ask", json={"text": "status?", "as": "cy.park"}).status_code == 400


# --- a reverse proxy -------------------------------------------------------------------------


def proxy(*networks: str) -> ProxyHeader:
    return ProxyHeader("X-Forwarded-Email", tuple(map(ip_network, networks)))


@pytest.mark.parametrize(
    ("networks", "peer", "said", "name"),
    [
        (("10.0.0.0/8",), "10.1.2.3", "cy@halden.example", "Cy Park"),
        (("10.0.0.0/8",), "10.1.2.3", "ada.moss", "Ada Moss"),
        (("10.0.0.0/8",), "10.1.2.3", "eve@halden.example", ""),
        (("10.0.0.0/8",), "11.1.2.3", "cy@halden.example", ""),
        (("10.0.0.0/8",), "10.1.2.3", "", ""),
        (("::1/128",), "10.1.2.3", "cy@halden.example", ""),
    ],
)
@pytest.mark.usefixtures("house")
def test_the_proxys_header_is_believed_from_its_address_alone(
    networks: tuple[str, ...], peer: str, said: str, name: str
) -> None:
    with before(proxy(*networks)) as page:
        page.client._transport.client = (peer, 4711)  # type: ignore[attr-defined]  # where the request comes from
        shown = page.client.get("/board", headers={"X-Forwarded-Email": said}).text
        assert ("Signed in as" in shown) == bool(name)
        assert f"What {name} may read" in shown if name else "What everyone may read" in shown


# --- what is chosen in the settings -------------------------------------------------------------


def settings(**changed: Any) -> Settings:
    return Settings(**changed)


def test_named_local_users_are_for_loopback_alone() -> None:
    assert isinstance(way_in(settings(), local=True), LocalUsers)
    assert isinstance(way_in(settings(), local=False), NoWayIn)
    with pytest.raises(SettingsError, match="loopback"):
        way_in(settings(sign_in="local"), local=False)


def test_a_way_in_that_lacks_a_setting_says_which() -> None:
    with pytest.raises(SettingsError, match="GATEHOUSE_OIDC_ISSUER, GATEHOUSE_OIDC_CLIENT_ID, GATEHOUSE_PUBLIC_URL"):
        way_in(settings(sign_in="oidc"), local=False)
    with pytest.raises(SettingsError, match="GATEHOUSE_PROXY_TRUSTED"):
        way_in(settings(sign_in="proxy", proxy_trusted="the proxy"), local=False)
