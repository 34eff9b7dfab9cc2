"""Freezing evidence: the bytes that a submission rests on are kept by their hash, and compared with those of now."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from sqlalchemy.orm import Session

from gates.signoff.context import Refused
from gates.signoff.events import Event, PackRenewed, Submitted
from gates.signoff.submission import EvidencePack
from gates.store_frozen import keep_frozen, load_frozen

MOST_LINES = 200
"""Lines of a shown difference; a signer who has to read more opens the document."""


@dataclass(frozen=True, slots=True)
class FrozenDocument:
    """The bytes of a document as they are now, and their media type."""

    content: bytes
    media: str = "application/octet-stream"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


Documents = Callable[[Collection[str]], Mapping[str, FrozenDocument]]
"""Gives documents by path; a path that cannot be read is left out."""


def freeze_documents(session: Session, events: Iterable[Event], *, documents: Documents) -> Refused | None:
    """Keep the bytes that these events rest on. A submission whose documents changed since the last sync is refused."""
    for event in events:
        if isinstance(event, Submitted | PackRenewed):
            wanted = _wanted(event.pack)
            found = {path: item for path, item in documents(wanted).items() if item.sha256 == wanted.get(path)}
            missing = sorted(wanted.keys() - found.keys())
            if missing and isinstance(event, Submitted):
                return _changed(missing)
            keep_frozen(session, [(item.sha256, item.media, item.content) for item in found.values()])
    return None


def _wanted(pack: EvidencePack) -> dict[str, str]:
    return {item.document: item.raw_sha256 for item in pack.items if item.document and item.raw_sha256}


def _changed(paths: Collection[str]) -> Refused:
    named = ", ".join(paths)
    return Refused(
        f"Not submitted: {named} cannot be frozen, because the file is gone or is not what was last taken in.",
        how="Bring the records up to date (gatehouse sync) and submit again.",
        rule="freeze",
    )


def changed_since(session: Session, sha256: str, *, present: bytes, most: int = MOST_LINES) -> tuple[str, ...]:
    """What changed between a frozen document and its present bytes: a unified difference of at most `most` lines."""
    frozen = load_frozen(session, sha256)
    if frozen is None:
        return ("The frozen bytes are not kept, so the difference cannot be shown.",)
    if frozen == present:
        return ()
    before, after = _lines(frozen), _lines(present)
    if before is None or after is None:
        return (f"Not text: {len(frozen):,} bytes then, {len(present):,} bytes now.",)
    return tuple(_bounded(difflib.unified_diff(before, after, "when signed", "now", lineterm="", n=2), most))


def _lines(content: bytes) -> list[str] | None:
    if b"\0" in content:
        return None
    try:
        return content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        return None


def _bounded(lines: Iterator[str], most: int) -> Iterator[str]:
    yield from islice(lines, most)
    rest = sum(1 for _ in lines)
    if rest:
        yield f"... and {rest} more lines"
