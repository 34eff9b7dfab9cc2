"""A follow-up that only names another project ("and berth-cam?") as the whole question it stands for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.conversation.lexicon import SMALL_WORDS
from bot.conversation.names import Name, find_names

_AND = re.compile(r"^\s*(?:and|or|but|so|also|what about|how about|same for|and for|what of)\b", re.IGNORECASE)


def restated(text: str, *, topic: str, names: Sequence[Name]) -> str | None:
    """The question before with its project replaced; None when the text says more than a project, or nothing precedes.

    `topic` is the question before, `names` those of the projects.
    """
    if not topic or not _AND.match(text):
        return None
    found = find_names(_AND.sub(" ", text), names)
    projects = found.refs("project")
    if len(projects) != 1 or any(word not in SMALL_WORDS for word in found.rest):
        return None
    before = next((entry for entry in find_names(topic, names).names if entry.kind == "project"), None)
    if before is None:
        return f"{topic.rstrip(' ?.!')} of {projects[0]}?"
    pattern = r"[\W_]+".join(map(re.escape, before.words))
    changed, count = re.subn(rf"(?<!\w){pattern}(?!\w)", projects[0], topic, count=1, flags=re.IGNORECASE)
    return changed if count else None
