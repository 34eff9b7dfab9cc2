"""HTML pages, as a wiki exports them: the words a reader sees, without navigation, scripts and footers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.parse.decode import clean
from rag.parse.html_tables import rows_of, table_text
from rag.parse.reading import ParseError, Reading, Transcript

if TYPE_CHECKING:
    from lxml.etree import _Element

_DROPPED = {
    "script", "style", "noscript", "template", "nav", "footer", "aside", "head", "svg", "iframe", "object", "embed",
    "button", "select", "canvas", "audio", "video",
}  # fmt: skip
_BLOCKS = {
    "html", "body", "div", "section", "article", "main", "header", "p", "ul", "ol", "dl", "table", "pre", "blockquote",
    "h1", "h2", "h3", "h4", "h5", "h6", "figure", "figcaption", "details", "summary", "address", "hr", "center", "li",
    "dt", "dd", "tbody", "tr", "td", "th", "fieldset",
}  # fmt: skip
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|breadcrumbs?|footer|sidebar|toc|menu|cookie|skip-link|pagination)(?:$|[\s_-])"
)
_FURNITURE_ROLES = {"navigation", "banner", "contentinfo", "search", "complementary", "menu"}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_MAX_DEPTH = 150


def read_html(text: str) -> Reading:
    """Headings, paragraphs, lists, tables (cells over several columns repeated in rows), code and quotes in order.

    `<meta name=...>` becomes meta, `<title>` the title. What is hidden from readers is left out.
    """
    root = _root(text)
    transcript = Transcript()
    if root is not None:
        _write(root, transcript, 0)
    return transcript.reading(meta=_meta(root), title=_title(root))


def table_rows(source: str) -> tuple[tuple[str, ...], ...]:
    """The rows of the first table in a piece of HTML."""
    root = _root(source)
    table = next(root.iter("table"), None) if root is not None else None
    return rows_of(table, words_of) if table is not None else ()


def words_of(element: _Element) -> str:
    """The visible words of an element on one line; a ticked box is `[x]`, an open one `[ ]`."""
    return " ".join("".join(_words(element, 0)).split())


def _root(text: str) -> _Element | None:
    from lxml import etree, html

    source = _DECLARATION.sub("", text).replace("\x00", "")
    if not source.strip():
        return None
    try:
        return html.document_fromstring(source, parser=html.HTMLParser(remove_comments=True, remove_pis=True))
    except etree.ParserError:
        return None
    except etree.LxmlError as error:
        raise ParseError(f"not readable as HTML: {error}") from None


def _meta(root: _Element | None) -> dict[str, object]:
    meta: dict[str, object] = {}
    for element in root.iter("meta") if root is not None else ():
        name = element.get("name") or element.get("property")
        if name and element.get("content") and name.lower() not in {"viewport", "generator", "robots"}:
            meta.setdefault(clean(name, 200), clean(element.get("content") or ""))
    return meta


def _title(root: _Element | None) -> str:
    title = next(root.iter("title"), None) if root is not None else None
    return clean(title.text or "") if title is not None else ""


def _is_hidden(element: _Element) -> bool:
    tag = element.tag
    if not isinstance(tag, str) or tag in _DROPPED:
        return True
    if not element.attrib:
        return False
    if "hidden" in element.attrib or element.get("aria-hidden") == "true":
        return True
    if element.get("role") in _FURNITURE_ROLES or _HIDDEN.search(element.get("style") or ""):
        return True
    names = f"{element.get('id') or ''} {element.get('class') or ''}".lower()
    return _FURNITURE.search(names) is not None and not _holds_the_page(element)


def _holds_the_page(element: _Element) -> bool:
    """Whether what is named after a sidebar is in truth the page beside it ("with-sidebar")."""
    if element.tag in {"html", "body"} or next(element.iter("main", "article", "h1"), None) is not None:
        return True
    body = element.getroottree().find("body")
    return body is not None and _length(element) > 0.5 * _length(body)


def _length(element: _Element) -> int:
    return sum(len(text) for text in element.itertext())


def _write(element: _Element, transcript: Transcript, depth: int) -> None:
    """Write a container: loose words between its blocks are paragraphs of their own."""
    loose = [element.text or ""]
    for child in element:
        if not _is_hidden(child):
            if depth < _MAX_DEPTH and _holds_blocks(child):
                transcript.add("paragraph", " ".join("".join(loose).split()))
                loose = []
                _write_block(child, transcript, depth + 1)
            else:
                loose += _words(child, depth)
        loose.append(child.tail or "")
    transcript.add("paragraph", " ".join("".join(loose).split()))


def _holds_blocks(element: _Element) -> bool:
    """Whether it is a block, or an inline element (a `span`, an `a`) wrapped round blocks."""
    return element.tag in _BLOCKS or any(child.tag in _BLOCKS for child in element)


def _write_block(element: _Element, transcript: Transcript, depth: int) -> None:
    match element.tag:
        case str(tag) if tag in _HEADINGS:
            transcript.add("heading", words_of(element), level=int(tag[1]))
        case "p" | "summary" | "figcaption" | "address" | "dt" | "dd" if not any(c.tag in _BLOCKS for c in element):
            transcript.add("paragraph", words_of(element))
        case "ul" | "ol":
            transcript.add("list", "\n".join(_items(element, 0)))
        case "dl":
            transcript.add("list", "\n".join(_definitions(element)))
        case "pre":
            transcript.add("code", "".join(map(str, element.itertext())).strip("\n"))
        case "blockquote":
            transcript.add("quote", words_of(element))
        case "table" if not _is_layout(element):
            transcript.add("table", table_text(element, words_of), rows=rows_of(element, words_of))
        case "hr":
            pass
        case _:
            _write(element, transcript, depth)


def _is_layout(table: _Element) -> bool:
    """A table that places whole parts of a page is no table of values."""
    return next(table.iter("h1", "h2", "h3"), None) is not None or sum(1 for _ in table.iter("table")) > 1


def _items(element: _Element, depth: int) -> Iterator[str]:
    number = 0
    for item in element:
        if _is_hidden(item):
            continue
        number += 1
        mark = f"{number}." if element.tag == "ol" else "-"
        if words := " ".join("".join(_words(item, 0, skip_lists=True)).split()):
            yield f"{'  ' * depth}{mark} {_tick(element, item)}{words}"
        if depth < 20:
            for nested in _nested_lists(item):
                yield from _items(nested, depth + 1)


def _tick(element: _Element, item: _Element) -> str:
    """Wikis mark a task by the class of its item, not by a box."""
    if "task-list" not in (element.get("class") or "") or any(True for _ in item.iter("input")):
        return ""
    return "[x] " if "checked" in (item.get("class") or "").split() else "[ ] "


def _nested_lists(item: _Element) -> Iterator[_Element]:
    for child in item:
        if child.tag in {"ul", "ol"}:
            yield child
        elif isinstance(child.tag, str) and child.tag in {"div", "p", "span"}:
            yield from _nested_lists(child)


def _definitions(element: _Element) -> Iterator[str]:
    term = ""
    for child in element.iter("dt", "dd"):
        if child.tag == "dt":
            term = words_of(child)
        else:
            yield f"- {term}: {words_of(child)}"


def _words(element: _Element, depth: int, *, skip_lists: bool = False) -> Iterator[str]:
    if element.tag == "br":
        yield " "
        return
    if element.tag == "input":
        yield ("[x] " if "checked" in element.attrib else "[ ] ") if element.get("type") == "checkbox" else ""
        return
    yield element.text or ""
    for child in element:
        if not _is_hidden(child) and depth < _MAX_DEPTH and not (skip_lists and child.tag in {"ul", "ol"}):
            if child.tag in _BLOCKS:
                yield " "
            yield from _words(child, depth + 1, skip_lists=skip_lists)
            if child.tag in _BLOCKS:
                yield " "
        yield child.tail or ""
