"""A digest of the past as its reader may see it now: what he may not read any more is left out, and said."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.chat import Buttons, Heading, Item, Items, Line, Reply
from bot.conversation.words import counted, day
from bot.subscriptions.model import SentDigest
from gates.digest.glimpse import Glimpse
from gates.digest.sight import View


def as_readable_now(sent: SentDigest, views: Sequence[View], *, glimpse: Callable[[str], Glimpse | None]) -> Reply:
    """The digest again, without its buttons.

    It is shown as it was while everything that it showed may still be read. Otherwise what remains are the lines about
    projects of which that is so: picture, counts and summary may rest on the others. `glimpse` gives what a mark stands
    for, None where that is not kept any more: then nobody can tell, and the project is left out.
    """
    now = {view.report.project.slug: view for view in views}
    still = {slug for slug, mark in sent.marks.items() if _may_still_be_read(now.get(slug), glimpse(mark))}
    closed = len(sent.marks) - len(still)
    if not closed:
        return Reply(tuple(part for part in sent.reply.parts if not isinstance(part, Buttons)))
    heading = Heading(f"Digest of {day(sent.day)}")
    said = f"What it said about {counted(closed, 'project')} is left out: you may not read all of it any more."
    lists = (part for part in sent.reply.parts if isinstance(part, Items))
    kept = (Items(found, _title(part)) for part in lists if (found := _about(part, still)))
    return Reply((heading, Line(said, quiet=True), *kept))


def _may_still_be_read(view: View | None, then: Glimpse | None) -> bool:
    """Whether every criterion that was shown of a project is shown to the reader today, where it is still there."""
    if view is None or then is None:
        return False
    closed = {
        (gate.gate, finding.criterion.id)
        for gate in view.report.gates
        for finding in gate.findings
        if finding.restricted
    }
    return closed.isdisjoint((name, criterion) for name, gate in then.gates.items() for criterion in gate.met)


def _about(part: Items, still: set[str]) -> tuple[Item, ...]:
    return tuple(item for item in part.items if item.about.partition("/")[0] in still)


def _title(part: Items) -> str:
    """Without the number of further lines, which counts the others too."""
    return part.title.partition(" · ")[0]
