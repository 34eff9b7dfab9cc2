"""Bytes to text: encodings, binary junk, and words that are safe to show in a title."""

from __future__ import annotations

import codecs
import re
import unicodedata

from rag.parse.reading import MAX_TEXT, ParseError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 32_768
_WESTERN = re.compile("[À-ÿŒœŠšŽžŸ‘’‚“”„–—…•€£§°±²³µ·«»¿¡©®™ºª¼½¾´\u00a0]")
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")  # ESC stays out: logs hold it
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_TITLE_LIMIT = 300


def to_text(content: bytes) -> str:
    """The text of a file, its byte order mark removed, everything else as written.

    UTF-8, UTF-16 and UTF-32 (with a mark, or plain from the pattern of NULs), else the Western encodings, else
    what charset-normalizer finds. Raises ParseError for binary data and for more than MAX_TEXT characters.
    """
    if len(content) > 4 * MAX_TEXT:
        raise ParseError(_too_long(len(content)))
    text = _decoded(content)
    if "\x00" in text:
        raise ParseError("binary data, not text: it holds NUL bytes")
    if len(text) > MAX_TEXT:
        raise ParseError(_too_long(len(text)))
    return text


def clean(value: str, limit: int = 10_000) -> str:
    """The words of a title or of a meta value on one line, without control, bidirectional and invisible characters."""
    words = value[: 2 * limit]
    if not (words.isascii() and words.isprintable()):
        words = "".join(map(_shown, words))
    return " ".join(words.split())[:limit]


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in _UNSAFE else character


def clean_title(value: str) -> str:
    return clean(value, _TITLE_LIMIT)


def _decoded(content: bytes) -> str:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _strictly(content[len(mark) :], encoding)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(content)
    if "\x00" in text[:_SAMPLE] and (wide := _unmarked_utf16(content)):
        return _strictly(content, wide)
    return _not_junk(text)


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ParseError(f"it says it is {encoding} but byte {error.start} is not; save it as UTF-8") from None


def _not_utf8(content: bytes) -> str:
    if encoding := _unmarked_utf16(content):
        return _strictly(content, encoding)
    if b"\x00" in content:
        raise ParseError("binary data, not text: it holds NUL bytes")
    if _is_mostly_utf8(content):
        return _not_junk(_line_by_line(content))
    return _not_junk(_western(content) or _guessed(content))


def _unmarked_utf16(content: bytes) -> str | None:
    sample = content[:_SAMPLE]
    if len(content) % 2 or len(sample) < 4:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.6 * half and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even > 0.6 * half and odd == 0 else None


def _is_mostly_utf8(content: bytes) -> bool:
    sound = len(_MULTIBYTE.findall(content))
    broken = content.decode("utf-8", errors="replace").count("�")
    return sound > 0 and sound >= broken


def _line_by_line(content: bytes) -> str:
    """Pasted from two places: each line in its own encoding."""
    return "".join(_line(line) for line in content.split(b"\n"))[:-1]


def _line(line: bytes) -> str:
    try:
        return line.decode("utf-8") + "\n"
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace") + "\n"


def _western(content: bytes) -> str | None:
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return None
    strange = [c for c in text[:_SAMPLE] if ord(c) > 127]
    usual = sum(1 for c in strange if _WESTERN.match(c))
    rare = len(strange) <= 0.2 * min(len(text), _SAMPLE)
    return text if rare and usual >= 0.95 * len(strange) else None


def _guessed(content: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(content[:_SAMPLE]).best()
    if best is None:
        raise ParseError("binary data, or text in an encoding that is not known; save it as UTF-8")
    return content.decode(best.encoding, errors="replace")


def _not_junk(text: str) -> str:
    sample = text[:_SAMPLE]
    strange = len(_CONTROLS.findall(sample)) + sample.count("�")
    if strange > 8 and strange > 0.02 * len(sample):
        raise ParseError("binary data, not text: it is full of control characters")
    return text


def _too_long(length: int) -> str:
    return f"{length:,} characters of text, over the limit of {MAX_TEXT:,}; split it"
