"""Signed heads: what outlives the database and shows a tail that was cut or a chain that was computed anew."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gates.audit.chain import plain_instant
from gates.audit.entry import Head
from gates.audit.verify import Seen


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The end of the chain at an instant, signed. `key` is the fingerprint of the public key, `signature` hex."""

    head: Head
    at: datetime
    key: str
    signature: str


class Signer(Protocol):
    """Signs with a key that is kept outside the database."""

    @property
    def fingerprint(self) -> str: ...

    def sign(self, message: bytes) -> str: ...


class Checker(Protocol):
    """Tells whether a signature is the key's."""

    @property
    def fingerprint(self) -> str: ...

    def is_signed(self, message: bytes, signature: str) -> bool: ...


def sign_head(head: Head, signer: Signer, *, at: datetime) -> SignedHead:
    """The head with a signature over its number, its hash and the instant."""
    return SignedHead(head, at, signer.fingerprint, signer.sign(_message(head, at)))


def _message(head: Head, at: datetime) -> bytes:
    return f"gatehouse audit head v1\n{head.seq}\n{head.hash}\n{plain_instant(at)}".encode()


def checkpoint_line(signed: SignedHead) -> str:
    """A checkpoint as a line of JSON, without the end of line."""
    return json.dumps(
        {
            "seq": signed.head.seq,
            "hash": signed.head.hash,
            "at": plain_instant(signed.at),
            "key": signed.key,
            "signature": signed.signature,
        }
    )


def read_checkpoint(line: str) -> SignedHead:
    """A checkpoint from its line. Raises ValueError when it is none."""
    try:
        plain: Mapping[str, str] = json.loads(line)
        head = Head(int(plain["seq"]), str(plain["hash"]))
        at = datetime.fromisoformat(plain["at"])
        return SignedHead(head, at, str(plain["key"]), str(plain["signature"]))
    except (KeyError, TypeError) as error:
        raise ValueError(f"no checkpoint: {error}") from error


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """The sound checkpoints of a file by record number, and what is wrong with the others."""

    seen: Mapping[int, Seen]
    problems: tuple[str, ...]


def read_checkpoints(lines: Iterable[str], checker: Checker) -> Checkpoints:
    """Checkpoints with the key's signature. A last line without its end was cut off by a crash and is left out."""
    seen: dict[int, Seen] = {}
    problems: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or not line.endswith("\n"):
            continue
        wrong = _take(line, seen, checker)
        if wrong:
            problems.append(f"line {number} of the checkpoint file {wrong}")
    return Checkpoints(seen, tuple(problems))


def _take(line: str, seen: dict[int, Seen], checker: Checker) -> str | None:
    try:
        signed = read_checkpoint(line)
    except ValueError:
        return "is no checkpoint"
    if signed.key != checker.fingerprint:
        return f"is signed with another key ({signed.key}, expected {checker.fingerprint})"
    if not checker.is_signed(_message(signed.head, signed.at), signed.signature):
        return f"does not have the key's signature (it says record {signed.head.seq})"
    known = seen.setdefault(signed.head.seq, Seen(signed.head.hash, in_words(signed.at)))
    if known.hash != signed.head.hash:
        return f"and an earlier one name different hashes for record {signed.head.seq}: the chain was computed anew"
    return None


def in_words(at: datetime) -> str:
    """An instant as people read it."""
    return f"{at:%a} {at.day} {at:%b %Y %H:%M} UTC"
