"""Read a BEIR-style folder: corpus.jsonl, queries.jsonl and qrels.tsv."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


class CollectionError(Exception):
    """The folder is not a collection; the message names the file, the line and what was expected."""


@dataclass(frozen=True)
class CorpusText:
    """One document of a collection."""

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class Collection:
    """Documents, questions by id, and for each question the grades of the documents that answer it."""

    name: str
    corpus: tuple[CorpusText, ...]
    queries: Mapping[str, str]
    judgments: Mapping[str, Mapping[str, float]]


def read_collection(folder: Path, *, queries: Path | None = None, judgments: Path | None = None) -> Collection:
    """The collection in a folder; the files of questions and judgments may stand elsewhere.

    Questions without a judgment are left out: there is nothing to measure. Raises CollectionError.
    """
    asked = {_id(row, place): str(row.get("text", "")) for place, row in _rows(queries or folder / "queries.jsonl")}
    grades = _read_judgments(judgments or _judgments_file(folder))
    corpus = tuple(
        CorpusText(_id(row, place), str(row.get("title") or ""), str(row.get("text") or ""))
        for place, row in _rows(folder / "corpus.jsonl")
    )
    judged = {key: text for key, text in asked.items() if any(grade > 0 for grade in grades.get(key, {}).values())}
    if not corpus or not judged:
        raise CollectionError(f"{folder}: needs documents and at least one question with a judgment above 0")
    return Collection(folder.resolve().name, corpus, judged, grades)


def _judgments_file(folder: Path) -> Path:
    """`qrels.tsv`, or the test split where BEIR itself puts it."""
    original = folder / "qrels" / "test.tsv"
    return original if original.exists() and not (folder / "qrels.tsv").exists() else folder / "qrels.tsv"


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """(place, line) of every line that is not blank."""
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield f"{path}:{number}", line.rstrip("\n")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as missing:
        raise CollectionError(
            f"{path}: no such file (a collection has corpus.jsonl, queries.jsonl, qrels.tsv)"
        ) from missing
    except UnicodeDecodeError as broken:
        raise CollectionError(f"{path}: is not UTF-8 text ({broken.reason})") from broken


def _rows(path: Path) -> Iterator[tuple[str, Mapping[str, object]]]:
    for place, line in _lines(path):
        try:
            row = json.loads(line)
        except ValueError as broken:
            raise CollectionError(f"{place}: is not JSON ({broken})") from broken
        if not isinstance(row, dict):
            raise CollectionError(f"{place}: expected an object with 'id' and 'text', found {type(row).__name__}")
        yield place, row


def _id(row: Mapping[str, object], place: str) -> str:
    found = row.get("id", row.get("_id"))
    if found is None:
        raise CollectionError(f"{place}: has no 'id' (nor '_id')")
    return str(found)


def _read_judgments(path: Path) -> dict[str, dict[str, float]]:
    grades: dict[str, dict[str, float]] = {}
    for number, (place, line) in enumerate(_lines(path)):
        parts = line.split("\t")
        try:
            query, document, grade = parts[0], parts[-2], float(parts[-1])
        except (IndexError, ValueError) as broken:
            if number == 0:
                continue  # the heading
            raise CollectionError(f"{place}: expected 'query<TAB>document<TAB>grade', found {line!r}") from broken
        grades.setdefault(query, {})[document] = grade
    return grades
