"""Makes text of unknown origin safe to show: characters that would act instead of being read become visible escapes."""

from __future__ import annotations

import unicodedata

JOINERS = "\u200c\u200d\u00ad"  # needed to write Persian, Indic scripts, emoji and hyphenated text; they move nothing


def visible(text: str) -> str:
    """The text with every control, direction override and invisible format character written out (`\\x1b`, `\\u202e`).

    Newlines stay; tabs become spaces; a carriage return before a newline goes. Nothing else is changed.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text.replace("\r\n", "\n").replace("\t", "    ")))


def _shown(char: str) -> str:
    if char == "\n" or char in JOINERS:
        return char
    if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
