"""The block of metadata at the top of a Markdown file: YAML between `---` lines, or TOML between `+++` lines."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

from rag.parse.meta import meta_of_tree
from rag.parse.reading import ParseError
from rag.parse.yaml_files import compose, tree_of

_LIMIT = 64 * 1024
_YAML = re.compile(r"---[ \t]*(?:\r\n|\r|\n)(.*?)^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\+\+\+[ \t]*(?:\r\n|\r|\n)(.*?)^\+\+\+[ \t]*$", re.DOTALL | re.MULTILINE)
_PLAIN_LINE = re.compile(r"([A-Za-z][\w .-]{0,60}?)\s*:\s+(.*\S)")
_READERS = re.compile(r"^\W{0,3}readers\W{0,3}[:=]", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class FrontMatter:
    """Its meta, and the offsets of its lines (`start` to `end`) and of the body below it (`body`)."""

    meta: dict[str, object]
    start: int
    end: int
    body: int


def front_matter(text: str) -> FrontMatter | None:
    """The front matter of a text, None when it has none.

    Front matter that cannot be read is read line by line as `key: value`, unless it says who may read the
    document: then ParseError, because a guess could show it to everyone.
    """
    head = text[:_LIMIT]
    match = _YAML.match(head) or _TOML.match(head)
    if match is None:
        _refuse_unclosed(head)
        return None
    meta = _meta(match.group(1), is_toml=head.startswith("+"))
    if meta is None:
        return None
    return FrontMatter(meta, match.start(1), match.end(1), match.end())


def _meta(source: str, *, is_toml: bool) -> dict[str, object] | None:
    """None: two rules with text between them, which is no front matter."""
    try:
        tree = tomllib.loads(source) if is_toml else _yaml_tree(source)
    except (ParseError, tomllib.TOMLDecodeError) as error:
        if "readers" in source.lower():
            raise ParseError(f"its front matter says who may read it but cannot be read: {error}") from None
        return _line_by_line(source)
    if isinstance(tree, dict):
        return meta_of_tree(tree)
    return {} if tree is None else None


def _yaml_tree(source: str) -> object:
    nodes = compose("\n" + source)  # one line more, so that errors count from the top of the file
    return tree_of(nodes[0], typed=False) if nodes else None


def _line_by_line(source: str) -> dict[str, object] | None:
    pairs = [match for line in source.splitlines() if (match := _PLAIN_LINE.fullmatch(line.rstrip()))]
    return meta_of_tree({match[1]: match[2].strip("\"'") for match in pairs}) if pairs else None


def _refuse_unclosed(head: str) -> None:
    if not head.startswith(("---", "+++")):
        return
    paragraph = re.split(r"\n\s*\n", head, maxsplit=1)[0]
    if _READERS.search(paragraph):
        raise ParseError("its front matter says who may read it but is not closed; expected a second `---` line")
