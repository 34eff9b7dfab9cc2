"""The audit key: Ed25519, in a file of its own that is kept outside the database."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)


class AuditKeyError(Exception):
    """The audit key cannot be used; the message names the file and what to do."""


@dataclass(frozen=True)
class AuditPublicKey:
    """Checks signatures."""

    key: Ed25519PublicKey

    @property
    def fingerprint(self) -> str:
        """The first 16 hex digits of the SHA-256 of the raw public key."""
        raw = self.key.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return hashlib.sha256(raw).hexdigest()[:16]

    def is_signed(self, message: bytes, signature: str) -> bool:
        try:
            self.key.verify(bytes.fromhex(signature), message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def pem(self) -> bytes:
        return self.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@dataclass(frozen=True)
class AuditKey:
    """Signs heads of the audit log."""

    key: Ed25519PrivateKey
    public: AuditPublicKey

    @property
    def fingerprint(self) -> str:
        return self.public.fingerprint

    def sign(self, message: bytes) -> str:
        return self.key.sign(message).hex()


def load_key(path: Path) -> AuditKey:
    """The key of a file; it is made when there is none.

    Raises:
        AuditKeyError: The file cannot be read or made, is no Ed25519 key, or others may read it.
    """
    try:
        if not path.exists():
            make_key(path)
        return _read(path)
    except OSError as error:
        raise AuditKeyError(
            f"The audit key {path} cannot be used: {error.strerror}. Check GATEHOUSE_AUDIT_KEY."
        ) from error


def _read(path: Path) -> AuditKey:
    if path.stat().st_mode & 0o077:
        raise AuditKeyError(f"The audit key {path} can be read by others. Run: chmod 600 {path}")
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise AuditKeyError(
            f"{path} is no private key in PEM form. Put the audit key back, or name another file."
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise AuditKeyError(f"{path} is no Ed25519 key. Make one: openssl genpkey -algorithm ed25519 -out {path}")
    return AuditKey(key, AuditPublicKey(key.public_key()))


def make_key(path: Path) -> None:
    """Write a new key, for its owner's eyes only, and the public one beside it (`.pub`). Never writes over one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    whole = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    try:
        os.link(whole, path)  # two first starts at once: one of them makes the key
    except FileExistsError:
        return
    finally:
        whole.unlink()
    path.with_name(f"{path.name}.pub").write_bytes(AuditPublicKey(key.public_key()).pem())


def load_public_key(path: Path) -> AuditPublicKey:
    """A public key from its file, or that of a private one. Raises AuditKeyError when it is none."""
    try:
        pem = path.read_bytes()
        key = load_pem_private_key(pem, password=None).public_key() if b"PRIVATE" in pem else load_pem_public_key(pem)
    except OSError as error:
        raise AuditKeyError(f"The public key {path} cannot be read: {error.strerror}.") from error
    except (ValueError, TypeError) as error:
        raise AuditKeyError(f"{path} is no key in PEM form.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise AuditKeyError(f"{path} is no Ed25519 key.")
    return AuditPublicKey(key)
