"""Rows of tables and lines of data taken apart: which cell answers, and how a row is said in words."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from rag.ground.reading import Reading, Sentence
from rag.ground.sentences import DELIMITED, TREES
from rag.ground.words import content, words

_MARKUP = re.compile(r"\*\*|__|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)|`")
_GRID = re.compile(r"(?<!\\)\|")
_INLINE = re.compile(r"[\"']?([A-Za-z][\w .@%/-]{0,40}?)[\"']?\s*:\s+(\[[^\]]*\]|\"[^\"]*\"|'[^']*'|[^,{}\[\]\n]+)")
_GAPS = re.compile(r"\s{2,}|\t")


@dataclass(frozen=True)
class Row:
    """A table row: `header` and `cells` are as written, markup of emphasis off; the header may be empty."""

    header: tuple[str, ...]
    cells: tuple[str, ...]


def row_of(sentence: Sentence) -> Row:
    """The cells of a row unit with the header row it hangs on."""
    header = sentence.header
    cells = _split(sentence.text, sentence.passage.doc)
    names = _split(header, sentence.passage.doc) if header else ()
    return Row(names if len(names) == len(cells) else (), cells)


def _split(line: str, doc: str) -> tuple[str, ...]:
    suffix = PurePosixPath(doc).suffix.lower()
    if suffix in DELIMITED and "|" not in line:
        comma = max(",;\t", key=line.count)
        return tuple(cell.strip() for cell in next(csv.reader([line], delimiter=comma), []))
    if "|" in line:
        return tuple(plain(cell) for cell in _GRID.split(line.strip().strip("|")))
    return tuple(plain(cell) for cell in _GAPS.split(line.strip()))


def plain(text: str) -> str:
    """Text without emphasis and code marks, trimmed."""
    return _MARKUP.sub("", text).strip()


def said(row: Row) -> str:
    """The row as words: "label: value" for two columns, else "label: header value, header value"."""
    if len(row.cells) == 2:
        return ": ".join(row.cells)
    if not row.header:
        return ", ".join(cell for cell in row.cells if cell)
    pairs = [
        f"{name} {cell}" for name, cell in zip(row.header[1:], row.cells[1:], strict=True) if cell not in ("", "-")
    ]
    return f"{row.cells[0]}: {', '.join(pairs)}"


def answering_cells(reading: Reading, row: Row) -> tuple[str, ...]:
    """The cells asked for, best first: the column the question names, else those that add something to it."""
    asked = frozenset(reading.alike)
    others = [at for at, cell in enumerate(row.cells) if cell and not _repeats(reading, cell, asked)]
    if row.header and (named := _named_columns(reading, row)):
        chosen = [at for at in named if at in others]
        if chosen:
            return tuple(row.cells[at] for at in chosen)
    return tuple(row.cells[at] for at in others)


def _named_columns(reading: Reading, row: Row) -> list[int]:
    """Columns whose header the question speaks of, most telling first."""
    focus = set(reading.question.focus)
    scores: list[tuple[float, int]] = []
    for at, name in enumerate(row.header):
        stems = frozenset(word.stem for word in words(name))
        met = sum(weight * reading.strength(term, stems) for term, weight in reading.weights.items())
        bonus = 0.5 * sum(reading.strength(term, stems) for term in focus if term in reading.alike)
        scores.append(((met + bonus) / (1 + 0.2 * len(stems)), at))
    return [at for score, at in sorted(scores, key=lambda pair: -pair[0]) if score > 0]


def _repeats(reading: Reading, cell: str, asked: frozenset[str]) -> bool:
    stems = frozenset(word.stem for word in content(words(cell)))
    return bool(stems) and sum(1 for term in asked if reading.strength(term, stems)) >= len(stems)


def data_value(line: str) -> tuple[str, str]:
    """Key and value of a line such as `"p95_ms": 164,` or `owner: ines.duarte`, bare; ("", line) otherwise."""
    match = re.match(r"\s*(?:- )?[\"'*]{0,2}([\w][\w .@%/()-]{0,48}?)[\"'*]{0,2}\s*:[\"'*]{0,2}\s+(.+?)\s*,?\s*$", line)
    if match is None:
        return "", plain(line)
    return match.group(1), match.group(2).strip("\"'").strip()


def data_pairs(line: str) -> list[tuple[str, str]]:
    """All keys and values of a data line, also of those inside braces: `{id: a, owner: b}` gives both."""
    return [(key, value.strip(" \"'")) for key, value in _INLINE.findall(line) if value.strip(" \"'[{")]


def asked_pair(reading: Reading, line: str) -> str | None:
    """The value under the key the question speaks of, the only value of the line, or None."""
    pairs = data_pairs(line)
    scores = [(_key_agreement(reading, key), value) for key, value in pairs]
    if len(pairs) == 1:
        return pairs[0][1]
    best = max(scores, default=(0.0, ""), key=lambda pair: pair[0])
    return best[1] if best[0] > 0 else None


def _key_agreement(reading: Reading, key: str) -> float:
    stems = frozenset(word.stem for word in words(key.replace("_", " ")))
    return sum(weight * reading.strength(term, stems) for term, weight in reading.weights.items()) / (
        1 + 0.2 * len(stems)
    )


def is_data(sentence: Sentence) -> bool:
    """Whether the sentence is a line of a data file or a labelled line rather than prose."""
    return sentence.unit.kind == "line" or PurePosixPath(sentence.passage.doc).suffix.lower() in TREES


def as_words(sentence: Sentence) -> str:
    """What a reader is shown of the unit: prose as it stands on one line, rows and data in words."""
    if sentence.unit.kind == "row":
        return said(row_of(sentence))
    key, value = data_value(sentence.text) if is_data(sentence) else ("", "")
    if key:
        return f"{(sentence.unit.heading + ' > ') if sentence.unit.heading else ''}{key}: {value}"
    return " ".join(sentence.text.split())
