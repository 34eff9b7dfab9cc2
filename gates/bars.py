"""Who may not approve a gate: whoever asked for the sign-off, and whoever produced its evidence."""

from __future__ import annotations

from collections.abc import Mapping

from gates.criteria import Criterion, Review
from gates.inquiry import Inquiry
from gates.model import Gate, Programme
from gates.report import Evidence

# person -> why not
Bars = Mapping[str, str]


def barred(inquiry: Inquiry) -> Bars:
    """Who may not approve this gate (requester, evidence authors), and why."""
    return bars_of(inquiry.gate, inquiry.evidence, inquiry.programme)


def bars_of(gate: Gate, evidence: Mapping[str, Evidence | None], programme: Programme) -> Bars:
    """The same from the gate and its evidence by criterion id."""
    if gate.self_approval:
        return {}
    found: dict[str, str] = {}
    for criterion in gate.criteria:
        item = evidence.get(criterion.id)
        if (item is None or not item.authors) and type(criterion.rule) is not Review:
            continue
        for author in _authors(criterion, item):
            what = item.name if item else criterion.title
            person = _person_called(author, programme)
            found.setdefault(person, f"produced {what}, which this gate rests on")
    if gate.requested_by:
        found[gate.requested_by] = "requested this sign-off"
    return found


def _person_called(author: str, programme: Programme) -> str:
    """The id of an author whom a document names by name or e-mail; the text itself where nobody is called that."""
    if author in programme.people:
        return author
    said = author.strip().casefold()
    for person in programme.people.values():
        if said in (person.id.casefold(), person.name.casefold(), (person.email or "").casefold()):
            return person.id
    return author


def _authors(criterion: Criterion, evidence: Evidence | None) -> tuple[str, ...]:
    authors = evidence.authors if evidence else ()
    if isinstance(criterion.rule, Review) and criterion.rule.done_by:
        return (*authors, criterion.rule.done_by)
    return authors
