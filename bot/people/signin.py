"""Who sits at the browser: signed sessions, the token that shows a request came from our own page, the ways in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path

from bot.audience import AudienceError, person_id
from gates.model import Programme

LASTS = timedelta(hours=12)
"""How long somebody stays signed in; nothing prolongs it."""

KEY_BYTES = 32


# --- the ways in ----------------------------------------------------------------------


@dataclass(frozen=True)
class LocalUsers:
    """Whoever sits at this machine says who he is. Only on loopback; recorded as acting for that person."""


@dataclass(frozen=True)
class ProxyHeader:
    """A reverse proxy has signed people in and names them in a header; only these addresses are believed."""

    header: str
    trusted: tuple[IPv4Network | IPv6Network, ...]

    def believes(self, address: str | None) -> bool:
        """Whether a header that comes from this address is the proxy's."""
        try:
            peer = ip_address(address or "")
        except ValueError:
            return False
        return any(peer in network for network in self.trusted)


@dataclass(frozen=True)
class OpenId:
    """An OpenID provider signs people in; `public_url` is where it sends them back to."""

    issuer: str
    client_id: str
    client_secret: str
    public_url: str


@dataclass(frozen=True)
class NoWayIn:
    """Nobody can sign in: everyone reads what everyone may read, and nobody acts."""


WayIn = LocalUsers | ProxyHeader | OpenId | NoWayIn


def known_person(programme: Programme | None, said: str) -> str | None:
    """The person of the programme whom a provider or a proxy calls by id, name or e-mail; None when it knows none."""
    if programme is None or not said.strip():
        return None
    try:
        return person_id(programme, said)
    except AudienceError:
        return None


# --- sessions --------------------------------------------------------------------------


@dataclass(frozen=True)
class Session:
    """One browser for a while. `person` is None until somebody has signed in; `nonce` tells sessions apart."""

    person: str | None
    nonce: str
    until: datetime


@dataclass(frozen=True)
class Sessions:
    """Makes and reads session cookies. They are signed, so nothing has to be kept; `new_nonce` is unguessable."""

    key: bytes
    clock: Callable[[], datetime]
    new_nonce: Callable[[], str]

    def begin(self, person: str | None) -> Session:
        return Session(person, self.new_nonce(), self.clock() + LASTS)

    def written(self, session: Session) -> str:
        """The session as the value of a cookie."""
        plain = {"person": session.person, "nonce": session.nonce, "until": int(session.until.timestamp())}
        return self.seal(plain, purpose="session")

    def read(self, cookie: str | None) -> Session | None:
        """The session of a cookie that we wrote and that has not run out."""
        plain = self.opened(cookie, purpose="session")
        if plain is None:
            return None
        until = datetime.fromtimestamp(int(str(plain["until"])), UTC)
        person = plain["person"]
        session = Session(str(person) if person is not None else None, str(plain["nonce"]), until)
        return session if self.clock() < until else None

    def token(self, session: Session) -> str:
        """What a request must carry to show that it was sent from a page of this session."""
        return self._mark(f"request:{session.nonce}:{session.person or ''}")

    def is_token(self, session: Session, said: str) -> bool:
        return hmac.compare_digest(self.token(session).encode(), said.encode("utf-8", "replace"))

    def seal(self, plain: Mapping[str, object], *, purpose: str) -> str:
        """A value as text that nobody else can make; it can be read by whoever has it."""
        body = base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")
        return f"{body}.{self._mark(f'{purpose}:{body}')}"

    def opened(self, sealed: str | None, *, purpose: str) -> dict[str, object] | None:
        """What was sealed for this purpose, None for anything else."""
        body, _, mark = (sealed or "").partition(".")
        if not hmac.compare_digest(self._mark(f"{purpose}:{body}").encode(), mark.encode("utf-8", "replace")):
            return None
        plain: dict[str, object] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return plain

    def _mark(self, text: str) -> str:
        return hmac.new(self.key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def session_key(path: Path) -> bytes:
    """The key that signs sessions, from its file; made for its owner's eyes when there is none yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_name(f"{path.name}.{os.getpid()}")
    if not path.exists():
        with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(os.urandom(KEY_BYTES))
        try:
            os.link(whole, path)  # two first starts at once: one of them makes the key
        except FileExistsError:
            pass
        finally:
            whole.unlink()
    return path.read_bytes()
