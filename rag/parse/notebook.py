"""Jupyter notebooks: the words, the code and the text that it printed, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from rag.model import Block
from rag.parse.json_files import decode_json
from rag.parse.markdown import read_markdown
from rag.parse.meta import meta_of_data
from rag.parse.reading import ParseError, Reading, Transcript, storable

MAX_OUTPUT = 20_000
"""Characters kept of one cell's output; what is beyond is a log, not a finding."""

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def read_notebook(text: str) -> Reading:
    """A notebook of version 4 as it is, an older one as nbformat converts it. Pictures and widgets are left out."""
    notebook = _notebook(text)
    transcript = Transcript()
    meta: dict[str, object] = {}
    for position, cell in enumerate(_dicts(notebook.get("cells"))):
        source = storable(_text(cell.get("source"))).strip()
        if cell.get("cell_type") == "code":
            transcript.add("code", source)
            for output in _dicts(cell.get("outputs")):
                transcript.add("code", _output(output))
        else:
            reading = _prose(source, is_first=position == 0)
            meta.update(reading.meta)
            transcript.add_reading(reading)
    return transcript.reading(meta={**_own_meta(notebook), **meta}, title=_title(notebook))


def _notebook(text: str) -> Mapping[str, object]:
    tree = decode_json(text)
    if not isinstance(tree, dict) or not isinstance(tree.get("nbformat"), int):
        raise ParseError('not a notebook: expected `"nbformat": 4` and `"cells": [...]`')
    return tree if tree["nbformat"] >= 4 else _converted(tree)


def _converted(tree: dict[str, object]) -> Mapping[str, object]:
    import nbformat

    try:
        converted = nbformat.convert(nbformat.from_dict(tree), 4)  # type: ignore[no-untyped-call]
    except Exception as error:  # its upgrades fail in as many ways as notebooks can be broken
        raise ParseError(f"a notebook of version {tree['nbformat']} that nbformat cannot convert: {error}") from None
    return converted if isinstance(converted, dict) else {}


def _dicts(values: object) -> Iterator[Mapping[str, object]]:
    return (value for value in values if isinstance(value, dict)) if isinstance(values, list) else iter(())


def _prose(source: str, *, is_first: bool) -> Reading:
    """A cell of Markdown; only the first may hold front matter."""
    if is_first or not source.startswith(("---", "+++")):
        return read_markdown(source)
    block = Block("paragraph", 0, len(source))
    return Reading(source, (block,))


def _own_meta(notebook: Mapping[str, object]) -> dict[str, object]:
    metadata = notebook.get("metadata")
    if not isinstance(metadata, dict):
        return {}
    return meta_of_data({k: v for k, v in metadata.items() if k not in {"kernelspec", "language_info", "widgets"}})


def _title(notebook: Mapping[str, object]) -> str:
    metadata = notebook.get("metadata")
    title = metadata.get("title") if isinstance(metadata, dict) else ""
    return title if isinstance(title, str) else ""


def _output(output: Mapping[str, object]) -> str:
    if output.get("output_type") == "error":
        return f"{output.get('ename')}: {output.get('evalue')}"[:MAX_OUTPUT]
    data = output.get("data")
    found = data.get("text/plain", "") if isinstance(data, dict) else output.get("text", "")
    return _ESCAPES.sub("", _text(found))[:MAX_OUTPUT]


def _text(value: object) -> str:
    return "".join(map(str, value)) if isinstance(value, list) else str(value or "")
