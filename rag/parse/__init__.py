"""Files in, documents out: `parse` is the one way from bytes to a `Document`."""

from __future__ import annotations

from collections.abc import Callable

from rag.model import Document, RawFile, Unreadable
from rag.parse.decode import to_text
from rag.parse.formats import FORMATS, format_of, is_record, sniffed, suffix_of
from rag.parse.reading import ParseError, Reading
from rag.parse.structure import heading_text, title_of

__all__ = ["FORMATS", "format_of", "heading_text", "parse"]

PARSER_VERSION = "1"
"""Changes when the same bytes would give another document, so that unchanged files are parsed anew."""

_BINARY = {"docx", "pdf", "mail"}


def parse(raw: RawFile, *, text_format: str | None = None) -> Document | Unreadable:
    """The document of a file, or why there is none, in words for the person who will mend it.

    The suffix decides how it is read, unless the first bytes plainly say otherwise. `text_format` (a value of
    FORMATS) says how texts are written whose name does not tell: files without a suffix, and the records of a
    BEIR collection, which are known by holding their own path as id. Never raises for what is in the file: a
    broken one is an `Unreadable`.
    """
    path = raw.stamp.path
    try:
        name, reading = _read(raw, text_format)
    except ParseError as error:
        return Unreadable(path, str(error))
    except RecursionError:
        return Unreadable(path, "nested too deep to be read")
    except Exception as error:  # the readers below are fed hostile files; what breaks them is this file's matter
        return Unreadable(path, f"broken, its reader gave up: {type(error).__name__}: {error}"[:500])
    return Document(
        path=path,
        title=title_of(path, reading, text_format=name),
        format=name,
        text=reading.text,
        blocks=reading.blocks,
        modified=raw.stamp.modified,
        meta=reading.meta,
        data=reading.data,
    )


def _read(raw: RawFile, text_format: str | None) -> tuple[str, Reading]:
    if is_record(raw):
        from rag.parse.beir import read_record

        return read_record(to_text(raw.content), text_format)
    path, content = raw.stamp.path, raw.content
    promised = format_of(path) if suffix_of(path) in FORMATS and suffix_of(path) else text_format or format_of(path)
    if promised is None:
        raise ParseError("no reader for this kind of file")
    name = sniffed(content, promised)
    if name in _BINARY:
        return name, _binary_reader(name)(content)
    return name, _text_reader(name)(to_text(content))


def _binary_reader(name: str) -> Callable[[bytes], Reading]:
    """Imported when first asked for: a folder of Markdown never pays for PDF."""
    match name:
        case "docx":
            from rag.parse.docx import read_docx

            return read_docx
        case "pdf":
            from rag.parse.pdf import read_pdf

            return read_pdf
        case _:
            from rag.parse.mail import read_mail

            return read_mail


def _text_reader(name: str) -> Callable[[str], Reading]:
    match name:
        case "markdown":
            from rag.parse.markdown import read_markdown as reader
        case "rst":
            from rag.parse.rst import read_rst as reader
        case "html":
            from rag.parse.html import read_html as reader
        case "csv":
            from rag.parse.csv_files import read_csv as reader
        case "json":
            from rag.parse.json_files import read_json as reader
        case "jsonl":
            from rag.parse.json_files import read_jsonl as reader
        case "yaml":
            from rag.parse.yaml_files import read_yaml as reader
        case "notebook":
            from rag.parse.notebook import read_notebook as reader
        case _:
            from rag.parse.plain import read_text as reader
    return reader
