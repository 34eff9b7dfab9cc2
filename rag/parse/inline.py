"""The words of one piece of marked-up text: a table cell, a heading, a label."""

from __future__ import annotations

import html
import re

_SPECIAL = re.compile(r"[*_`\[\]<>&\\~|:!]")
_IMAGE = re.compile(r"!\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_LINK = re.compile(r"\[([^\[\]]+)\](?:\([^()\s]*(?:\([^()\s]*\))?[^()]*\)|\[[^\[\]]*\])")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]+|[^<>\s@]+@[^<>\s@]+)>")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>")
_CODE = re.compile(r"(`+)\s?(.+?)\s?\1(?!`)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_STAR = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]+?)(?<=[^\s*])\*(?![\w*])")
_UNDERSCORE = re.compile(r"(?<![\w_])_(?=[^\s_])([^_]+?)(?<=[^\s_])_(?![\w_])")
_STRUCK = re.compile(r"~~(.+?)~~")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")
_RST_ROLE = re.compile(r":[\w:+.-]+:`([^`]+)`")
_RST_LINK = re.compile(r"`([^`<]+?)\s*(?:<[^<>`]*>)?`__?")
_RST_LITERAL = re.compile(r"``(.+?)``")
_RST_TARGET = re.compile(r"`([^`]+)`")


def plain_markdown(text: str) -> str:
    """Markdown without its marks: "**late** [plan](p.md)" is "late plan"."""
    if not _SPECIAL.search(text):
        return " ".join(text.split())
    text = _IMAGE.sub(r"\1", text)
    text = _LINK.sub(r"\1", text)
    text = _AUTOLINK.sub(r"\1", text)
    text = _TAG.sub("", _BREAK.sub(" ", text))
    for mark in (_STRONG, _STRONG, _CODE):
        text = mark.sub(r"\2", text)
    for mark in (_STAR, _UNDERSCORE, _STRUCK, _ESCAPE):
        text = mark.sub(r"\1", text)
    return " ".join(html.unescape(text).split())


def plain_rst(text: str) -> str:
    """reStructuredText without its marks: ":pep:`8` and ``code``" is "8 and code"."""
    for mark in (_RST_LITERAL, _RST_ROLE, _RST_LINK, _RST_TARGET):
        text = mark.sub(r"\1", text)
    text = _STRONG.sub(r"\2", text)
    text = _STAR.sub(r"\1", text)
    return " ".join(text.split())
