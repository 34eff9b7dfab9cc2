"""What a document says of itself, in one vocabulary: updated, owner, status, successor, readers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from rag.model import Document
from rag.parse.dates import iso_date
from rag.parse.decode import clean

Status = Literal["current", "superseded", "draft"]

_UPDATED = ("updated", "lastupdated", "lastmodified", "updatedat", "lastreviewed", "date", "sent", "asof",
            "articlemodifiedtime", "dctermsmodified")  # fmt: skip
_PROPERTIES = ("modified", "created")
_OWNER = ("owner", "documentowner", "accountable", "accountableowner", "owners", "maintainer", "author", "authors",
          "reviewer", "by", "from")  # fmt: skip
_SUCCESSOR = ("supersededby", "replacedby", "obsoletedby", "successor")
_SUPERSEDED = {"superseded", "obsolete", "replaced", "deprecated", "archived", "outdated", "retired"}
_DRAFT = {"draft", "wip", "work in progress"}
_HEAD_LINES = 15
_HEAD_CHARACTERS = 4_000
_MARKS = r"[\s>*_#~:!|`\[\]()\-⚠️]*"
_LABELLED_DATE = re.compile(
    rf"^{_MARKS}(?:[^.\n]{{0,60}}[,|·(]\s*)?(?:last[ -](?:modified|updated|edited|changed)|updated)[\s*_]*"
    r"(?::|on\b|by\b.{1,60}?\bon\b|(?=\d))[\s*_:]*([^|\n]{6,40})",
    re.IGNORECASE,
)
_LABELLED_OWNER = re.compile(
    rf"^{_MARKS}(?:(?:document |accountable )?owner{_MARKS}:{_MARKS}([^|\n]{{2,80}}?)\s*$"
    r"|created by ([^,|·\n]{2,60}?)\s*[,|·])",
    re.IGNORECASE,
)
_BANNER = re.compile(
    rf"^{_MARKS}(?:status\s*:{_MARKS})?(?:this\s+(?:document|page|note|version|file|brief|plan|report|copy)\s+"
    rf"(?:is|was|has\s+been)\s+)?(?:now\s+)?(superseded|replaced|obsoleted)\b{_MARKS}(?:by\s+{_MARKS}(.+?))?\s*$",
    re.IGNORECASE,
)
_POINTER = re.compile(r"\]\(([^()\s]+)\)|`([^`]+)`|([\w./-]+\.\w{2,5})\b")


def updated_of(document: Document) -> str:
    """The ISO date of the last change.

    What the meta says, a "Last updated" line near the top, a date in the file's name or title (minutes, exports), the
    file's properties, else `modified`.
    """
    if stated := _first_date(document, _UPDATED):
        return stated
    for line in _head(document):
        match = _LABELLED_DATE.match(line)
        if match and (found := iso_date(match[1])):
            return found
    return _named_date(document) or _first_date(document, _PROPERTIES) or document.modified.date().isoformat()


def _first_date(document: Document, keys: tuple[str, ...]) -> str | None:
    dates = (iso_date(value) for key in keys for value in _values(document, key))
    return next((found for found in dates if found), None)


def _named_date(document: Document) -> str | None:
    """A date in the name or the title, if it was past when the file was written: a plan's horizon is no update."""
    for text in (document.path.rpartition("/")[2], document.title):
        found = iso_date(text)
        if found and found <= document.modified.date().isoformat():
            return found
    return None


def owner_of(document: Document) -> str | None:
    """Whom to ask: the owner, else the author, as written (several joined by commas); an "Owner:" line near the top."""
    for key in _OWNER:
        if values := _values(document, key):
            return ", ".join(values)
    found = (match[1] or match[2] for line in _head(document) if (match := _LABELLED_OWNER.match(line)))
    return next((clean(name.strip(" *_`.")) for name in found), None)


def status_of(document: Document) -> Status:
    """Whether it still counts, by `status`, by a named successor, or by a "Superseded by" line at its top."""
    for value in _values(document, "status"):
        word = value.strip().lower()
        if word in _SUPERSEDED or word.startswith(("superseded", "replaced by", "obsolete")):
            return "superseded"
        if word in _DRAFT:
            return "draft"
    if superseded_by_of(document) or any(_BANNER.match(line) for line in _head(document)):
        return "superseded"
    return "current"


def superseded_by_of(document: Document) -> str | None:
    """The successor's name as written (a path, a title, a number), None when none is named."""
    for key in _SUCCESSOR:
        if values := _values(document, key):
            return values[0]
    for line in _head(document):
        match = _BANNER.match(line)
        if match and match[2]:
            pointer = _POINTER.search(match[2])
            return next(g for g in pointer.groups() if g) if pointer else match[2].strip(" .*_`")
    return None


def supersedes_of(document: Document) -> tuple[str, ...]:
    """The documents that this one replaces, as written."""
    return tuple(name for key in ("supersedes", "replaces", "obsoletes") for name in _values(document, key))


def readers_of(document: Document) -> tuple[str, ...] | None:
    """Who may read: names of groups, roles or people; None when the document does not say.

    An empty tuple means that it says something that names nobody (empty, nested): then nobody may read.
    """
    stated = [key for key in document.meta if _folded(key.split(".")[0]) == "readers"]
    if not stated:
        return None
    if len(stated) > 1 or "." in stated[0]:
        return ()
    return tuple(dict.fromkeys(name for name in _split(document.meta[stated[0]]) if name))


def _values(document: Document, key: str) -> list[str]:
    """The values of a key, however it is spelled ("Last-Modified", "last_modified"), blanks left out."""
    for name, value in document.meta.items():
        if _folded(name) == key:
            found = value if isinstance(value, (list, tuple)) else [value]
            return [text for item in found if (text := str(item).strip())]
    return []


def _folded(key: str) -> str:
    return re.sub(r"[\W_]+", "", key.lower())


def _split(value: object) -> Iterator[str]:
    parts = value if isinstance(value, (list, tuple)) else str(value).strip(" []").split(",")
    return (str(part).strip().strip("\"'") for part in parts)


def _head(document: Document) -> list[str]:
    """The first lines of the body; a data file has none, its text is content."""
    if document.format in {"csv", "json", "jsonl", "yaml"}:
        return []
    lines = document.text[:_HEAD_CHARACTERS].splitlines()
    return [line[:300] for line in lines if line.strip()][:_HEAD_LINES]
