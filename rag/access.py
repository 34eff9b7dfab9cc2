"""Who may read a document: the folder rules of a collection, narrowed by the document itself."""

from __future__ import annotations

import json
import posixpath
from dataclasses import dataclass
from fnmatch import fnmatchcase

from rag.model import PUBLIC, AccessLabel


@dataclass(frozen=True)
class FolderRule:
    """Documents whose path matches `pattern`, or that lie below a folder that does, are for `readers` only.

    `legal`, `legal/`, `/legal/**` and `./legal/**` are one rule: a slash more or less never opens a folder.
    """

    pattern: str
    readers: frozenset[str]

    def covers(self, path: str) -> bool:
        pattern = posixpath.normpath("/" + self.pattern.strip().lstrip("/")).removesuffix("/**").rstrip("/")
        return any(_lies_in(f"/{path}", form) for form in (pattern, pattern.replace("/**/", "/")))


def _lies_in(path: str, pattern: str) -> bool:
    """Whether the path matches, or something above it does; a folder whose name looks like a pattern is one too."""
    return fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}/*") or path.startswith(f"{pattern}/")


@dataclass(frozen=True)
class AccessRules:
    """The rules of one collection. `default` applies where no folder rule does; the most narrow reading wins."""

    folders: tuple[FolderRule, ...] = ()
    default: AccessLabel = PUBLIC

    @property
    def text(self) -> str:
        """Canonical JSON of the rules: equal in every process, which the order of a set is not."""
        folders = [[rule.pattern, sorted(rule.readers)] for rule in self.folders]
        return json.dumps([folders, label_to_text(self.default)])

    def label(self, path: str, readers: tuple[str, ...] | None = None) -> AccessLabel:
        """The label of a document: every matching folder rule, or the default, and its own `readers:`.

        Text in a document can only narrow: its readers are a further clause, never a replacement. None means that it
        names none; an empty tuple that it says something which names nobody, and then nobody may read.
        """
        clauses = {rule.readers for rule in self.folders if rule.covers(path)} or set(self.default.clauses)
        own = {frozenset(readers)} if readers is not None else set()
        return AccessLabel(frozenset(clauses | own))


def label_to_text(label: AccessLabel) -> str:
    """Canonical JSON of a label: equal labels give equal text."""
    return json.dumps(sorted(sorted(clause) for clause in label.clauses))


def label_from_text(text: str) -> AccessLabel:
    return AccessLabel(frozenset(frozenset(clause) for clause in json.loads(text)))
