"""Numbers the sources of a ledger answer: evidence lines, and lines of the project's own record."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gates.model import Programme, Project
from gates.report import Blocker, Evidence, Finding, GateReport
from rag.model import Citation, CitedFact


@dataclass
class Sources:
    """Collects citations while an answer is written; each method returns the mark (" [1]") or nothing.

    `line_of` gives the text of a line of a stored document, None where there is none.
    """

    projects: Mapping[str, Project]
    line_of: Callable[[str, int], str | None]
    citations: list[Citation] = field(default_factory=list)
    facts: list[CitedFact] = field(default_factory=list)

    def project(self, gate: GateReport, key: str) -> str:
        """The line of a gate's field in its project's record; the gate's first line when it has no such field."""
        project = self.projects[gate.project]
        recorded = project.gate(gate.gate)
        return self.record(project, f"{recorded.key}.{key}" if recorded else "gates", subject=gate.name)

    def record(self, project: Project, key: str, *, subject: str) -> str:
        """The line of a key of a project's record."""
        line = project.source.line(key)
        quote = self.line_of(project.source.file, line)
        return self._cite(project.source.file, quote, section=subject, updated="")

    def programme(self, programme: Programme, key: str, *, subject: str) -> str:
        """The line of a key of the programme's record."""
        quote = self.line_of(programme.source.file, programme.source.line(key))
        return self._cite(programme.source.file, quote, section=subject, updated="")

    def blocker(self, blocker: Blocker) -> str:
        """The evidence of a blocker, else the line of its criterion in the record."""
        if blocker.restricted:
            return ""
        return self._judged(blocker.project, blocker.gate, blocker.criterion, blocker.title, blocker.evidence)

    def finding(self, gate: GateReport, finding: Finding) -> str:
        """The evidence of a judgement, else the line of its criterion in the record."""
        criterion = finding.criterion
        return self._judged(gate.project, gate.gate, criterion.id, criterion.title, finding.evidence)

    def criterion(self, gate: GateReport, criterion: str, *, key: str = "id") -> str:
        """The line of a criterion, or of one of its keys, in the record."""
        return self._recorded(gate.project, gate.gate, criterion, subject=gate.name, key=key)

    def _judged(self, project: str, gate: str, criterion: str, title: str, evidence: Evidence | None) -> str:
        if evidence is not None and evidence.quote and evidence.line:
            if evidence.value:
                self.facts.append(CitedFact(project, title, evidence.value, evidence.document, evidence.line))
            updated = evidence.updated.isoformat() if evidence.updated else ""
            return self._cite(evidence.document, evidence.quote, section=title, updated=updated)
        return self._recorded(project, gate, criterion, subject=title)

    def _recorded(self, project: str, gate: str, criterion: str, *, subject: str, key: str = "id") -> str:
        recorded = self.projects[project].gate(gate)
        found = next((c for c in recorded.criteria if c.id == criterion), None) if recorded else None
        return self.record(self.projects[project], f"{found.key}.{key}", subject=subject) if found else ""

    def _cite(self, doc: str, quote: str | None, *, section: str, updated: str) -> str:
        if not quote or not quote.strip():
            return ""
        known = next((c for c in self.citations if c.doc == doc and c.quote == quote.strip()), None)
        if known is None:
            title = posixpath.basename(doc)
            known = Citation(len(self.citations) + 1, doc, title, section, quote.strip(), updated)
            self.citations.append(known)
        return f" [{known.n}]"
