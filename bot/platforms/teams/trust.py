"""Checks that a request comes from the Bot Framework: the token's signature, issuer, audience and service address.

Written on the published rules rather than on the SDK, whose own check fetches keys with a blocking call, does not look
for a new key after a rotation, and also believes tokens of its emulator.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt

ISSUER = "https://api.botframework.com"
METADATA = "https://login.botframework.com/v1/.well-known/openidconfiguration"
ALGORITHMS = ("RS256",)
LEEWAY_SECONDS = 300
"""Microsoft's own allowance for clocks that differ."""

KEYS_KEPT = timedelta(hours=24)
KEYS_ASKED_AGAIN = timedelta(minutes=5)
"""A key that is not known may be new; but strangers must not make us ask all the time."""

SERVICE_HOSTS = ("smba.trafficmanager.net", "smba.infra.gcc.teams.microsoft.com", "smba.infra.gov.teams.microsoft.us")
SERVICE_DOMAINS = (".botframework.com",)
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Trusted:
    """The request comes from the Bot Framework and is meant for this app."""

    claims: Mapping[str, Any]


@dataclass(frozen=True)
class Distrusted:
    """It does not, or nobody can tell; `status` is the answer, `why` is for the log."""

    status: int
    why: str


class KeysUnavailable(Exception):  # noqa: N818 (named for what happened)
    """The keys could not be fetched just now."""


def is_service_url(url: str, *, local: bool = False) -> bool:
    """Whether this is an address of Teams' own service: only there do our token and our answers go."""
    parts = urlsplit(url)
    host = (parts.hostname or "").casefold()
    if local and host in LOOPBACK:
        return True
    known = host in SERVICE_HOSTS or host.endswith(SERVICE_DOMAINS)
    return parts.scheme == "https" and known and parts.port in (None, 443)


@dataclass(frozen=True)
class Key:
    """A signing key, read once for all the tokens it signs, and the channels it may speak for."""

    public: Any
    endorsements: frozenset[str]


class Keys:
    """The Bot Framework's signing keys by their id."""

    def __init__(self, client: httpx.AsyncClient, *, clock: Callable[[], datetime], metadata: str = METADATA) -> None:
        self._client = client
        self._clock = clock
        self._metadata = metadata
        self._keys: Mapping[str, Key] = {}
        self._asked_at: datetime | None = None
        self._asking = asyncio.Lock()

    async def key(self, name: str) -> Key | None:
        """The key of this id, None when there is none.

        Raises:
            KeysUnavailable: They have to be fetched and cannot be.
        """
        async with self._asking:
            if self._is_due(name):
                await self._fetch()
        return self._keys.get(name)

    def _is_due(self, name: str) -> bool:
        age = self._clock() - self._asked_at if self._asked_at else None
        if age is None or age > KEYS_KEPT:
            return True
        return name not in self._keys and age > KEYS_ASKED_AGAIN

    async def _fetch(self) -> None:
        try:
            found = (await self._client.get(self._metadata)).raise_for_status().json()
            keys = (await self._client.get(found["jwks_uri"])).raise_for_status().json()["keys"]
            self._keys = {str(key["kid"]): _read(key) for key in keys if key.get("kty") == "RSA"}
        except (httpx.HTTPError, jwt.PyJWTError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise KeysUnavailable(type(error).__name__) from error
        self._asked_at = self._clock()


def _read(key: Mapping[str, Any]) -> Key:
    return Key(jwt.PyJWK(dict(key), algorithm="RS256").key, frozenset(map(str, key.get("endorsements") or ())))


@dataclass(frozen=True)
class Trust:
    """What is believed. `app` is our app id, the audience of every token; `channel` the one we serve."""

    keys: Keys
    app: str
    channel: str = "msteams"

    async def check(self, authorization: str, *, service_url: str, channel: str) -> Trusted | Distrusted:
        """Whether the header proves where an activity with this service address and channel comes from."""
        scheme, _, token = authorization.partition(" ")
        if scheme.casefold() != "bearer" or not token.strip():
            return Distrusted(401, "no bearer token")
        try:
            name = str(jwt.get_unverified_header(token)["kid"])
            key = await self.keys.key(name)
            if key is None:
                return Distrusted(401, "an unknown key")
            claims = self._claims(token, key)
        except KeysUnavailable as error:
            return Distrusted(503, f"the keys cannot be fetched ({error})")
        except (jwt.PyJWTError, KeyError, ValueError, TypeError) as error:
            return Distrusted(401, type(error).__name__)
        return self._meant(claims, key, service_url=service_url, channel=channel)

    def _claims(self, token: str, key: Key) -> Mapping[str, Any]:
        return jwt.decode(
            token,
            key.public,
            algorithms=list(ALGORITHMS),
            audience=self.app,
            issuer=ISSUER,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iss", "aud"]},
        )

    def _meant(self, claims: Mapping[str, Any], key: Key, *, service_url: str, channel: str) -> Trusted | Distrusted:
        """The token names the service it was made for, the key the channels it may sign for."""
        if channel != self.channel or channel not in key.endorsements:
            return Distrusted(401, "a key or an activity of another channel")
        if claims.get("serviceurl") != service_url:
            return Distrusted(401, "a token for another service address")
        return Trusted(claims)
