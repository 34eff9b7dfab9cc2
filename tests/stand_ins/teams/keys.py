"""Signs requests as the Bot Framework does, with a key of our own."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

ISSUER = "https://api.botframework.com"


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class SigningKey:
    """One key with its id and the channels it may speak for."""

    kid: str = "key-1"
    endorsements: tuple[str, ...] = ("msteams",)
    private: rsa.RSAPrivateKey = field(default_factory=_new_key)

    def public(self) -> dict[str, Any]:
        made: dict[str, Any] = RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**made, "kid": self.kid, "use": "sig", "endorsements": list(self.endorsements)}

    def token(self, *, app: str, service: str, **other: object) -> str:
        """A token as Teams sends it; `other` claims replace those, None leaves one out."""
        claims: dict[str, object] = {
            "iss": ISSUER,
            "aud": app,
            "serviceurl": service,
            "exp": int(time.time()) + 600,
            "nbf": int(time.time()) - 60,
        }
        said = {name: value for name, value in (claims | other).items() if value is not None}
        return jwt.encode(said, self.private, algorithm="RS256", headers={"kid": self.kid})
