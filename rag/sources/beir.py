"""A BEIR collection: a folder with a `corpus.jsonl`, each line of which is a document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from rag.model import FileStamp, RawFile, Unreadable
from rag.sources.errors import SourceError
from rag.sources.folder import check_folder
from rag.sources.listing import MAX_FILE, Entry, modified_of, shown, strange_name

CORPUS = "corpus.jsonl"


def list_beir(root: Path) -> Iterator[Entry]:
    """Every record by its place in the file; its path is its id, its version "hash@offset" of its line.

    A line that is no record, and an id that came before, are Unreadable under "corpus.jsonl:LINE".
    """
    modified = modified_of(_corpus(root).stat())
    seen: set[str] = set()
    for number, offset, line in _lines(root):
        name = _id_of(line)
        if isinstance(name, Unreadable):
            yield Unreadable(f"{CORPUS}:{number}", name.reason)
        elif name in seen:
            yield Unreadable(f"{CORPUS}:{number}", f"the id {name!r} stands on an earlier line too; ids must differ")
        else:
            seen.add(name)
            yield _stamp(name, line, offset=offset, modified=modified)


def read_beir(root: Path, stamp: FileStamp) -> RawFile | Unreadable:
    """The line of a record. It is looked up where it was listed, and found again when the file has changed."""
    offset = int(stamp.version.rpartition("@")[2] or 0)
    with _corpus(root).open("rb") as file:
        file.seek(offset)
        line = file.read(stamp.size)
    if _hash(line) == stamp.version.partition("@")[0]:
        return RawFile(stamp, line)
    return _found_again(root, stamp)


def _corpus(root: Path) -> Path:
    check_folder(root)
    corpus = root / CORPUS
    if not corpus.is_file():
        raise SourceError(f"{str(root)!r} holds no {CORPUS}. Give the folder of a BEIR collection.")
    return corpus


def _lines(root: Path) -> Iterator[tuple[int, int, bytes]]:
    """Number, offset and bytes of the lines that are not blank; of one beyond the limit only its start."""
    offset = 0
    with _corpus(root).open("rb") as file:
        number = 0
        while line := file.readline(MAX_FILE + 1):
            number += 1
            start, offset = offset, offset + len(line)
            if len(line) > MAX_FILE and not line.endswith(b"\n"):
                offset += _skip_rest(file)
            if line.strip():
                yield number, start, line


def _skip_rest(file: BinaryIO) -> int:
    skipped = 0
    while rest := file.readline(1 << 20):
        skipped += len(rest)
        if rest.endswith(b"\n"):
            break
    return skipped


def _id_of(line: bytes) -> str | Unreadable:
    if len(line) > MAX_FILE:
        return Unreadable(CORPUS, f"over the limit of {MAX_FILE:,} bytes; split the record")
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Unreadable(CORPUS, f"not JSON: {error}")
    name = record.get("_id", record.get("id")) if isinstance(record, dict) else None
    if not isinstance(name, (str, int)) or not str(name).strip():
        return Unreadable(CORPUS, 'expected a record with an id, such as {"_id": "a1", "title": "...", "text": "..."}')
    strange = strange_name(str(name))
    return Unreadable(CORPUS, f"id {shown(str(name))}: {strange}") if strange else str(name)


def _stamp(name: str, line: bytes, *, offset: int, modified: datetime) -> FileStamp:
    return FileStamp(name, f"{_hash(line)}@{offset}", len(line), modified)


def _hash(line: bytes) -> str:
    return hashlib.blake2b(line, digest_size=16).hexdigest()


def _found_again(root: Path, stamp: FileStamp) -> RawFile | Unreadable:
    for _, _, line in _lines(root):
        if _id_of(line) == stamp.path:
            return RawFile(stamp, line)
    return Unreadable(stamp.path, f"no longer in {CORPUS}; it changed while it was read")
