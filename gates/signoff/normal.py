"""What of a document is cosmetic: text reduced to what it says, and the hash of that.

Only Unicode form, whitespace outside code and Markdown emphasis are cosmetic. Digits, negations, table cells, links,
code, images and front matter never are. Where whitespace carries meaning (YAML, CSV, JSON, reStructuredText, HTML) only
the Unicode form and line ends are; what is no text counts by its bytes. A changed rule gets a new version here, because
hashes made by different versions cannot be compared.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MARKDOWN, PLAIN, LINES, BYTES = "markdown-1", "text-1", "lines-1", "bytes-1"
_BY_SUFFIX = {"md": MARKDOWN, "markdown": MARKDOWN, "mdx": MARKDOWN, "txt": PLAIN, "text": PLAIN}
_AS_LINES = frozenset({"yaml", "yml", "json", "jsonl", "csv", "tsv", "rst", "html", "htm", "toml", "ipynb", "xml"})

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_STRUCTURE = re.compile(r"^\s*(?:#{1,6}(?:\s|$)|[-*+]\s|\d+[.)]\s|>|\||\[[^\]]+\]:|={2,}\s*$|-{2,}\s*$)")
_ONE_LINE = re.compile(r"^\s*(?:#{1,6}(?:\s|$)|\|)")
_KEPT = re.compile(
    r"(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)|\$[^$\s][^$\n]*\$|\]\([^)]*\)|\]\[[^\]]*\]|<[^>\s][^>]*>"
    r"|\b(?:https?|ftp|mailto):\S+|\bwww\.\S+|\\.",
    re.DOTALL,
)
_EMPHASIS = re.compile(r"(?<![\w*_])(\*{1,3}|_{1,3})(?=[^\s*_])(.+?)(?<=[^\s*_])\1(?![\w*_])", re.DOTALL)
_DELIMITERS = re.compile(r"^\|?[\s:|-]*-[\s:|-]*\|?$")


@dataclass(frozen=True, slots=True)
class Normal:
    """The hash of what a document says, and the version of the rules it was reduced by."""

    normaliser: str
    sha256: str


def normal_of(raw: bytes, name: str) -> Normal:
    """The normal hash of a document's bytes; `name` tells by its ending which rules apply."""
    suffix = name.rpartition(".")[2].casefold()
    version = _BY_SUFFIX.get(suffix, LINES if suffix in _AS_LINES else BYTES)
    text = _decoded(raw) if version != BYTES else None
    if text is None:
        return Normal(BYTES, hashlib.sha256(raw).hexdigest())
    said = text if version == LINES else reduce_text(text, emphasis=version == MARKDOWN)
    return Normal(version, hashlib.sha256(said.encode()).hexdigest())


def _decoded(raw: bytes) -> str | None:
    """The text in canonical Unicode form with plain line ends; None when it is none."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if "\0" in text:
        return None
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def reduce_text(text: str, *, emphasis: bool = True) -> str:
    """Text without what is cosmetic: paragraphs on one line, one space between words, no emphasis marks."""
    head, body = _front_matter(text)
    said = [block if is_code else _reduced(block, emphasis=emphasis) for is_code, block in _blocks(body.split("\n"))]
    return "\n\n".join([head, *said])


def _front_matter(text: str) -> tuple[str, str]:
    if not text.startswith("---\n"):
        return "", text
    end = text.find("\n---\n", 3)
    return (text[: end + 5], text[end + 5 :]) if end > 0 else ("", text)


def _blocks(lines: list[str]) -> Iterator[tuple[bool, str]]:
    """Code blocks as they stand, and paragraphs; a structural line (heading, item, row) begins a paragraph."""
    paragraph: list[str] = []
    at = 0
    while at < len(lines):
        end = _code_end(lines, at, in_paragraph=bool(paragraph))
        begins = end > at or not lines[at].strip() or _STRUCTURE.match(lines[at])
        if paragraph and (begins or _ONE_LINE.match(paragraph[0])):
            yield False, "\n".join(paragraph)
            paragraph = []
        if end > at:
            yield True, "\n".join(lines[at:end])
            at = end
            continue
        if lines[at].strip():
            paragraph.append(lines[at])
        at += 1
    if paragraph:
        yield False, "\n".join(paragraph)


def _code_end(lines: list[str], at: int, *, in_paragraph: bool) -> int:
    """The line after the code block that begins here; `at` itself when none does."""
    fence = _FENCE.match(lines[at])
    if fence:
        mark = fence[1]
        for end in range(at + 1, len(lines)):
            closing = _FENCE.match(lines[end])
            if closing and closing[1].startswith(mark) and not lines[end].strip().strip(mark[0]):
                return end + 1
        return len(lines)
    end = at
    while not in_paragraph and end < len(lines) and lines[end].startswith(("    ", "\t")) and lines[end].strip():
        end += 1
    return end


def _reduced(block: str, *, emphasis: bool) -> str:
    """A paragraph, row or item: code spans, links, addresses and escapes kept to the letter."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"\0{len(kept) - 1}\0"

    indent = " " * (len(block.expandtabs()) - len(block.expandtabs().lstrip())) if _STRUCTURE.match(block) else ""
    text = " ".join(_KEPT.sub(keep, block).split())
    if text.startswith("|") or text.endswith("|"):
        text = "|".join(cell.strip() for cell in text.split("|"))
        text = re.sub(r"-{3,}", "---", text) if _DELIMITERS.match(text) else text
    if emphasis:
        text = _unemphasised(text)
    return indent + re.sub(r"\0(\d+)\0", lambda found: kept[int(found[1])], text)


def _unemphasised(text: str) -> str:
    while True:
        plainer = _EMPHASIS.sub(r"\2", text)
        if plainer == text:
            return text
        text = plainer
