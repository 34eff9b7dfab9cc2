"""Where documents come from: a folder, a Git working tree, or a BEIR collection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rag.model import FileStamp, RawFile, Unreadable
from rag.sources.beir import CORPUS, list_beir, read_beir
from rag.sources.errors import SourceError
from rag.sources.folder import check_folder, list_folder, read_folder_file
from rag.sources.git import is_git, list_git
from rag.sources.listing import Entry, Skipped

__all__ = ["Entry", "Skipped", "Source", "SourceError", "SourceKind", "detect_kind", "list_files", "read_file"]

SourceKind = Literal["folder", "git", "beir"]


@dataclass(frozen=True)
class Source:
    """A place that is taken in under a name of its own."""

    name: str
    kind: SourceKind
    root: Path


def detect_kind(root: Path) -> SourceKind:
    """What a folder is: BEIR when it holds a corpus.jsonl, Git when it is the top of a working tree, else a folder.

    Raises SourceError when there is no folder at this place.
    """
    check_folder(root)
    if (root / CORPUS).is_file():
        return "beir"
    return "git" if is_git(root) else "folder"


def list_files(source: Source) -> Iterator[Entry]:
    """Every file of a source with its stamp, or why it is not taken in. Nothing is opened but a BEIR corpus.

    `Unreadable` must be mended by somebody; `Skipped` is no document. Raises SourceError (also while
    iterating) when the source as a whole cannot be listed.
    """
    match source.kind:
        case "folder":
            return list_folder(source.root)
        case "git":
            return list_git(source.root)
        case "beir":
            return list_beir(source.root)


def read_file(source: Source, stamp: FileStamp) -> RawFile | Unreadable:
    """The bytes of a listed file, or why there are none. A path that leads out of the source is not followed."""
    return read_beir(source.root, stamp) if source.kind == "beir" else read_folder_file(source.root, stamp)
