"""A document's title, and the words of its headings."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from rag.model import Block, Document
from rag.parse.decode import clean_title
from rag.parse.inline import plain_markdown, plain_rst
from rag.parse.reading import Reading

_ADORNMENT = re.compile(r"\s*([!-/:-@\[-`{-~])\1{2,}\s*")
_ATX = re.compile(r"^#{1,6}[ \t]+|[ \t]+#+[ \t]*$")
_TITLE_KEYS = ("title", "subject")
_DATA = {"yaml", "json"}
_MARKED_UP = {"markdown", "text", "notebook", "mail"}


def heading_text(document: Document, block: Block) -> str:
    """The words of a heading block without its marks: "## **Owner**" is "Owner"."""
    return words_of_heading(document.text[block.start : block.end], document.format)


def words_of_heading(source: str, text_format: str) -> str:
    """The words of a heading as it stands in a document of this format."""
    if text_format == "rst":
        return clean_title(plain_rst(_without_rules(source)))
    if text_format in _MARKED_UP:
        return clean_title(plain_markdown(_ATX.sub("", _without_rules(source).strip())))
    return clean_title(source)


def title_of(path: str, reading: Reading, *, text_format: str) -> str:
    """Meta's title, the format's own when people see it, the first heading of level 1, the file's name."""
    if reading.named:
        return reading.named
    for key in (*_TITLE_KEYS, *(("name",) if text_format in _DATA else ())):
        if title := clean_title(_meta_text(reading, key)):
            return title
    own = clean_title(reading.title)
    first = next((b for b in reading.blocks if b.kind == "heading" and b.level == 1), None)
    heading = words_of_heading(reading.text[first.start : first.end], text_format) if first else ""
    return heading or own or clean_title(_name_of(path))


def _meta_text(reading: Reading, key: str) -> str:
    for name, value in reading.meta.items():
        if name.lower() == key and isinstance(value, str):
            return value
    return ""


def _without_rules(source: str) -> str:
    lines = [line for line in source.splitlines() if line.strip() and not _ADORNMENT.fullmatch(line)]
    return " ".join(lines)


def _name_of(path: str) -> str:
    name = PurePosixPath(path)
    return name.stem or name.name
