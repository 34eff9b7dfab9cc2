"""Evidence that is missing or may come to be: who is told, and what a record should say so that not everybody is."""

from __future__ import annotations

import posixpath
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

from gates.criteria import EvidenceRef
from gates.evidence import EvidenceWish, evidence_wanted
from gates.model import Project
from gates.record_problems import RecordProblem
from gates.report import Evidence, EvidenceKey
from rag.access import AccessRules
from rag.model import PUBLIC, AccessLabel


@dataclass(frozen=True)
class Absent:
    """Evidence that is not there, where a folder rule says who may know whether it is: that it is missing tells too."""

    ref: EvidenceRef
    label: AccessLabel


def absent_evidence(
    project: Project, rules: AccessRules, *, there: Container[EvidenceKey]
) -> dict[EvidenceKey, Absent]:
    """What the criteria of a project ask for and is not there, where not everybody may know that."""
    gaps = (wish for wish in evidence_wanted(project) if wish.key not in there)
    labels = {wish: rules.label(path_of(wish, project)) for wish in gaps}
    return {wish.key: Absent(wish.ref, label) for wish, label in labels.items() if label != PUBLIC}


def telling_evidence(
    project: Project, evidence: Mapping[EvidenceKey, Evidence], rules: AccessRules, *, public: Container[int]
) -> Iterator[RecordProblem]:
    """Evidence that hides itself where no folder rule does: once it is gone, that it is missing would be public."""
    for wish in evidence_wanted(project) if project.access_id in public else ():
        item, path = evidence.get(wish.key), path_of(wish, project)
        if item is not None and item.access_id not in public and rules.label(path) == PUBLIC:
            expected = "its path in `access:` of programme.yaml too, or everybody is told when it is missing"
            key = f"gates.{wish.key[1]}.{wish.key[2]}.evidence"
            yield RecordProblem(
                project.source.file, _line(project, wish), key, expected, f"{path}, with readers of its own"
            )


def _line(project: Project, wish: EvidenceWish) -> int:
    """The line of the criterion that asks for it."""
    gate = project.gate(wish.key[1])
    key = next((c.key for c in gate.criteria if c.id == wish.key[2]), "") if gate else ""
    return project.source.line(key)


def path_of(wish: EvidenceWish, project: Project) -> str:
    """The path of the document in its collection."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(project.source.file), wish.ref.document))
