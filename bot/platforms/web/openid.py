"""Signing in through an OpenID provider: authorization code with PKCE, and an ID token that is checked first."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.people.signin import OpenId, known_person
from bot.platforms.web.entering import own_path
from bot.platforms.web.pages import Pages
from gates.model import Programme

log = logging.getLogger(__name__)

COOKIE = "gatehouse_sign_in"
MINUTES = 10
"""How long somebody may take at the provider."""

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")
"""Signatures with a public key alone: a shared secret or none would let others make tokens."""

TIMEOUT = 10.0
CLOCK_SKEW = 60
CALLBACK = "/sign-in/callback"
START = "/board"
"""Where somebody goes on who signed in for nothing in particular."""


class NotSignedIn(Exception):  # noqa: N818 (reads as what happened)
    """The provider or what it said cannot be believed; the message is for the person."""


@dataclass(frozen=True)
class Provider:
    """The provider's door. `transport` is another one than the network's in tests."""

    pages: Pages
    way: OpenId
    transport: httpx.AsyncBaseTransport | None = None

    def routes(self) -> list[Route]:
        return [Route("/sign-in/start", self.start), Route(CALLBACK, self.callback)]

    async def start(self, request: Request) -> Response:
        """Send the person to the provider, with what proves later that he comes back from there; `back`: where to."""
        sessions = self.pages.desk.site.sessions
        kept = {name: sessions.new_nonce() for name in ("state", "nonce")}
        verifier = sessions.new_nonce() + sessions.new_nonce()
        try:
            async with self._client() as client:
                found = await self._discovered(client)
        except (NotSignedIn, httpx.HTTPError, KeyError) as error:
            return await self._refused(request, error)
        address = prepare_grant_uri(
            found["authorization_endpoint"],
            client_id=self.way.client_id,
            response_type="code",
            redirect_uri=self._back,
            scope="openid email profile",
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
            **kept,
        )
        back = own_path(request.query_params.get("back", START))
        plain = {**kept, "verifier": verifier, "at": int(time.time()), "back": back}
        sealed = sessions.seal(plain, purpose="provider")
        response = RedirectResponse(str(address), 303)
        secure = self.pages.desk.site.secure
        response.set_cookie(COOKIE, sealed, max_age=MINUTES * 60, httponly=True, samesite="lax", secure=secure)
        return response

    async def callback(self, request: Request) -> Response:
        """The person is back: whom the provider names, and whether the programme knows him."""
        try:
            kept = self._kept(request)
            person = await self._person(await self._claims(request, kept))
        except (NotSignedIn, httpx.HTTPError, KeyError) as error:
            return await self._refused(request, error)
        visitors = self.pages.desk.visitors
        response = visitors.keep(RedirectResponse(str(kept["back"]), 303), visitors.sign_in(person))
        response.delete_cookie(COOKIE)
        return response

    def _kept(self, request: Request) -> Mapping[str, object]:
        """What was kept when this sign-in was begun in this browser."""
        kept = self.pages.desk.site.sessions.opened(request.cookies.get(COOKIE), purpose="provider")
        if kept is None or time.time() - float(str(kept["at"])) > MINUTES * 60:
            raise NotSignedIn("Signing in took too long, or began in another browser. Begin again.")
        if request.query_params.get("state") != kept["state"]:
            raise NotSignedIn("This does not belong to the sign-in that was begun here. Begin again.")
        return kept

    async def _claims(self, request: Request, kept: Mapping[str, object]) -> Mapping[str, Any]:
        if "code" not in request.query_params:
            raise NotSignedIn("The provider did not sign you in. Begin again, or ask its administrator.")
        async with self._client() as client:
            found = await self._discovered(client)
            code, verifier = request.query_params["code"], str(kept["verifier"])
            token = await self._token(client, found["token_endpoint"], code=code, verifier=verifier)
            keys = _plain(await client.get(found["jwks_uri"]))
        return self._believed(token, keys, nonce=str(kept["nonce"]))

    def _believed(self, token: str, keys: Any, *, nonce: str) -> Mapping[str, Any]:
        """The claims of an ID token that this provider signed, for us, for this sign-in, not long ago."""
        try:
            claims = jwt.decode(token, KeySet.import_key_set(keys), algorithms=list(ALGORITHMS)).claims
            jwt.JWTClaimsRegistry(
                leeway=CLOCK_SKEW,
                iss={"essential": True, "value": self.way.issuer},
                aud={"essential": True, "value": self.way.client_id},
                exp={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(claims)
        except (JoseError, ValueError) as error:
            log.warning("an ID token was not believed: %s", type(error).__name__)
            raise NotSignedIn("What the provider said of you cannot be believed. Tell an engineer.") from error
        return claims

    async def _person(self, claims: Mapping[str, Any]) -> str:
        ledger = self.pages.orders.conversing.rooms.ledger
        found = await self.pages.desk.pages.run(lambda: _known(ledger().programme, claims))
        if found is None:
            raise NotSignedIn(
                "The provider knows you, but nobody in programme.yaml has your verified e-mail address or user name."
            )
        return found

    @property
    def _back(self) -> str:
        return f"{self.way.public_url}{CALLBACK}"

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=self.transport, timeout=TIMEOUT)

    async def _token(self, client: httpx.AsyncClient, address: str, *, code: str, verifier: str) -> str:
        """The ID token for a code. A client with a secret proves itself by it, any client by the verifier."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "client_id": self.way.client_id,
            "code_verifier": verifier,
        }
        if not self.way.client_secret:
            return str(_plain(await client.post(address, data=form)).get("id_token", ""))
        ours = quote(self.way.client_id, safe=""), quote(self.way.client_secret, safe="")  # RFC 6749, 2.3.1
        return str(_plain(await client.post(address, data=form, auth=ours)).get("id_token", ""))

    async def _discovered(self, client: httpx.AsyncClient) -> Mapping[str, str]:
        """Where the provider does what, as its discovery page says; it must be the provider's own."""
        found: Mapping[str, str] = _plain(await client.get(f"{self.way.issuer}/.well-known/openid-configuration"))
        if str(found.get("issuer", "")).rstrip("/") != self.way.issuer:
            raise NotSignedIn("The provider's discovery page names another issuer. Tell an engineer.")
        return found

    async def _refused(self, request: Request, error: Exception) -> Response:
        said = str(error) if isinstance(error, NotSignedIn) else "The provider did not answer as it should. Try again."
        visitor = await self.pages.desk.visitor(request)
        return self.pages.problem(visitor, said, status=403)


def _plain(response: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer."""
    try:
        said = response.raise_for_status().json()
    except json.JSONDecodeError as error:
        raise NotSignedIn("The provider did not answer as it should. Try again in a minute.") from error
    return said if isinstance(said, dict) else {}


def _known(programme: Programme | None, claims: Mapping[str, Any]) -> str | None:
    """The person by a verified e-mail address, else by a user name that is an id of the programme."""
    email = claims.get("email")
    if isinstance(email, str) and claims.get("email_verified") is True:
        found = known_person(programme, email)
        if found:
            return found
    name = claims.get("preferred_username")
    return name if isinstance(name, str) and programme and name in programme.people else None
