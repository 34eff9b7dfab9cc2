"""PDF: the text page by page, its lines joined to paragraphs; headings by their size, tables by their columns."""

from __future__ import annotations

import io
import logging
import time
from typing import TYPE_CHECKING

from rag.parse.decode import clean
from rag.parse.meta import FACTORY_DATES as FACTORY
from rag.parse.pdf_layout import write_lines
from rag.parse.pdf_lines import Fragment, Line, body_size, lines_of
from rag.parse.reading import ParseError, Reading, Transcript

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MAX_PAGES = 2_000
MAX_SECONDS = 30.0
"""Time for all pages of one file; what takes longer is most often a drawing."""


def read_pdf(content: bytes) -> Reading:
    """Author, title and dates of the file become meta. Raises ParseError when it is encrypted, scanned or too large."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(
        logging.CRITICAL
    )  # it logs each small defect of a file that it reads all the same
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        _refuse(reader)
        pages = _pages(reader)
    except PyPdfError as error:
        raise ParseError(f"not readable as PDF: {error}") from None
    size = body_size([line for page in pages for line in page])
    transcript = Transcript()
    for page in pages:
        write_lines(page, transcript, body=size)
    meta = _meta(reader)
    reading = transcript.reading(meta=meta, title=str(meta.get("title", "")))
    if not reading.text:
        raise ParseError("it holds no text, only pictures; run text recognition (OCR) on it first")
    return reading


def _refuse(reader: PdfReader) -> None:
    if reader.is_encrypted and not reader.decrypt(""):
        raise ParseError("encrypted; save it without a password")
    if len(reader.pages) > MAX_PAGES:
        raise ParseError(f"{len(reader.pages):,} pages, over the limit of {MAX_PAGES:,}; split it")


def _pages(reader: PdfReader) -> list[list[Line]]:
    began = time.monotonic()
    pages: list[list[Line]] = []
    for page in reader.pages:
        pages.append(lines_of(_fragments(page)))
        if time.monotonic() - began > MAX_SECONDS:
            raise ParseError(f"reading {len(pages)} pages took over {MAX_SECONDS:.0f} s; split it")
    return pages


def _fragments(page: PageObject) -> list[Fragment]:
    """The pieces of text in the order in which the page draws them."""
    found: list[Fragment] = []

    def take(text: str, cm: list[float], tm: list[float], font: dict[str, object] | None, size: float) -> None:
        if text.strip():
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            scale = abs(tm[3] * cm[3]) or abs(tm[0] * cm[0]) or 1.0
            found.append((text, x, y, size * scale, str((font or {}).get("/BaseFont", ""))))

    page.extract_text(visitor_text=take)
    return found


def _meta(reader: PdfReader) -> dict[str, object]:
    try:
        own = reader.metadata
        if own is None:
            return {}
        words = {"title": own.title, "author": own.author, "subject": own.subject, "keywords": own.keywords}
        dates = {"modified": own.modification_date, "created": own.creation_date}
    except (ValueError, TypeError, AttributeError):  # a broken date spoils only the meta
        return {}
    usual = {"untitled", "anonymous", "unspecified", "(anonymous)", "(unspecified)"}
    meta: dict[str, object] = {key: clean(value) for key, value in words.items() if value and clean(value)}
    meta = {key: value for key, value in meta.items() if str(value).lower() not in usual}
    return meta | {key: day for key, date in dates.items() if date and (day := date.date().isoformat()) not in FACTORY}
