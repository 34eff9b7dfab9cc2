"""One record of a BEIR collection: its title, and its text read as the markup it is written in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag.parse.decode import clean_title
from rag.parse.headers import header_block
from rag.parse.json_files import decode_json
from rag.parse.lines import Lines
from rag.parse.markdown import read_markdown
from rag.parse.plain import read_text
from rag.parse.reading import ParseError, Reading, storable
from rag.parse.rst import read_rst

_MARKDOWN = re.compile(r"^(?:#{1,6} \S|```|\|.+\|\s*\n\|[\s:|-]+\|)|\]\(https?://", re.MULTILINE)
_RST = re.compile(
    r"^(?:\.\. [\w-]+::|\.\. _[^\n]+:|[^\s\n][^\n]*\n(?:={3,}|-{3,}|~{3,})\s*$)|:\w+:`[^`]+`|`__?\b|::\s*\n\s*\n",
    re.MULTILINE,
)
_READERS = {"markdown": read_markdown, "rst": read_rst, "text": read_text}


def read_record(line: str, text_format: str | None = None) -> tuple[str, Reading]:
    """The format ("markdown", "rst", "text": the one given, else the one found) and the reading of a record's `text`.

    What the record says beside the text is not evidence and is left out, but `readers` is obeyed wherever it
    stands: it may narrow, never widen.
    """
    record = decode_json(line)
    if not isinstance(record, Mapping) or not isinstance(record.get("text"), str):
        raise ParseError('expected a record with a `text`, such as {"_id": "a1", "title": "...", "text": "..."}')
    text = storable(record["text"])
    name = text_format if text_format in _READERS else _found(text)
    reading = _READERS[name](text)
    title = record.get("title")
    named = clean_title(title) if isinstance(title, str) else ""
    return name, Reading(reading.text, reading.blocks, _narrowed(reading.meta, record), named=named)


def _found(text: str) -> str:
    """Front matter is Markdown's; headings and directives of one markup against those of the other decide the rest."""
    if text.startswith(("---\n", "---\r\n", "+++\n")):
        return "markdown"
    of_rst, of_markdown = len(_RST.findall(text)), len(_MARKDOWN.findall(text))
    if of_markdown > of_rst and header_block(Lines(text[:4_000])) is None:
        return "markdown"
    return "rst" if of_rst else "text"


def _narrowed(meta: Mapping[str, object], record: Mapping[str, object]) -> Mapping[str, object]:
    stated = [record.get("readers")] if "readers" in record else []
    stated += [part["readers"] for key in ("meta", "metadata") if isinstance(part := record.get(key), Mapping)
               and "readers" in part]  # fmt: skip
    if not stated:
        return meta
    if len(stated) > 1 or any(key.lower() == "readers" for key in meta):
        return {**meta, "readers": ""}
    value = stated[0]
    return {**meta, "readers": [str(v) for v in value] if isinstance(value, list) else str(value or "")}
