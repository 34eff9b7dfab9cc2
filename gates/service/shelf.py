"""The ledger kept in memory by a process that answers many questions: loaded once, then only what has changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from threading import Lock

from sqlalchemy.orm import Session

from gates.report import Facts
from gates.service.look import Ledger, the_programme
from gates.store_audit import changed_projects, load_head


class Shelf:
    """Holds the programme's ledger as of one record of the audit log.

    Whatever changes the ledger adds a record, so its number tells whether anything did; the records since tell which
    projects. It is safe for several threads; what it gives out is never changed. Give it sessions that only look: what
    a transaction has not committed must not stay here.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._ledger: Ledger | None = None
        self._record = -1

    def ledger(self, session: Session) -> Ledger | None:
        """The ledger as it is now; None when no programme has been taken in."""
        with self._lock:
            record = load_head(session).seq  # read first: what is loaded later is at least as new
            if record != self._record:
                self._ledger = self._brought_up_to(session)
                self._record = record
            return self._ledger

    def _brought_up_to(self, session: Session) -> Ledger | None:
        changed = changed_projects(session, after=self._record) if self._ledger else None
        known = self._ledger
        if known is None or changed is None or not changed <= known.facts.projects.keys():
            return the_programme(session)
        part = the_programme(session, slugs=sorted(changed))
        if part is None or not changed <= part.facts.projects.keys():
            return the_programme(session)
        return _merged(known, part, changed)


def _merged(known: Ledger, part: Ledger, changed: Collection[str]) -> Ledger:
    """The known ledger with these projects as they are in the part."""
    projects = tuple(part.facts.projects[p.slug] if p.slug in changed else p for p in known.projects)
    kept = {key: item for key, item in known.facts.evidence.items() if key[0] not in changed}
    new = {key: item for key, item in part.facts.evidence.items() if key[0] in changed}
    states = {key: state for key, state in known.states.items() if key[0] not in changed}
    states |= {key: state for key, state in part.states.items() if key[0] in changed}
    facts = Facts({**kept, **new}, {project.slug: project for project in projects})
    return replace(known, projects=projects, facts=facts, states=states)
