"""The hash chain: each record's hash covers its number, all of its content and the hash before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from gates.audit.entry import Entry, Head, Record

VERSION = 1
"""Of the canonical form; part of every hash, so that a later form can be told from this one."""

FIELDS = ("kind", "at", "actor", "surface", "programme", "project", "gate", "criterion", "reason", "before", "after",
          "key", "impersonated_by")  # fmt: skip
"""What a hash covers beside number and predecessor."""

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def chained(entries: Iterable[Entry], head: Head) -> Iterator[Record]:
    """The entries as the next records after `head`, in order and without a gap."""
    for entry in entries:
        record = Record(head.seq + 1, entry, head.hash, record_hash(head.seq + 1, head.hash, entry))
        head = Head(record.seq, record.hash)
        yield record


def record_hash(seq: int, previous: str, entry: Entry) -> str:
    """SHA-256 over the canonical JSON: keys sorted, no spaces, UTF-8, instants in UTC to the microsecond."""
    content = {**plain_entry(entry), "seq": seq, "previous": previous, "v": VERSION}
    return hashlib.sha256(_encode(content).encode("utf-8", "surrogatepass")).hexdigest()


def plain_entry(entry: Entry) -> dict[str, object]:
    """An entry as JSON data, every field present."""
    found = {name: getattr(entry, name) for name in FIELDS}
    return {**found, "at": plain_instant(entry.at)}


def entry_of(plain: Mapping[str, object]) -> Entry:
    """An entry from its JSON data. Raises KeyError, TypeError or ValueError when it is none."""
    values = {name: plain[name] for name in FIELDS}
    values["at"] = datetime.fromisoformat(str(plain["at"]))
    return Entry(**values)  # type: ignore[arg-type]  # what an export holds is checked by its hash


def plain_instant(at: datetime) -> str:
    """An instant in UTC, always with six digits behind the second: one spelling, one hash."""
    utc = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return utc.isoformat(timespec="microseconds")
