"""From stored documents to the ledger: programme, projects, and the evidence their criteria point to."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from bot.intake.missing import Absent, absent_evidence, path_of, telling_evidence
from bot.intake.records import PROGRAMME_FILE, PROJECT_FILE, programme_of, project_of
from bot.intake.trusted import TrustedFiles, at_revision, revision_of, unmerged
from gates.evidence import EvidenceDocument, evidence_wanted, read_evidence
from gates.mapped import load_mapped
from gates.model import Programme, Project
from gates.record_problems import RecordProblem, Where, nearest
from gates.records import dangling, without_twins
from gates.report import Evidence, EvidenceKey
from gates.signoff.model import PolicyRevision
from gates.signoff.normal import normal_of
from gates.templates import FOLDER, lifecycle_names, parse_lifecycle
from rag.access import AccessRules
from rag.fields.mapping import CollectionMapping
from rag.model import EVERYONE, FileStamp, RawFile, Unreadable
from rag.parse import parse
from rag.records.mapped import mapped_records
from rag.store.contents import Content, contents_at, contents_named, source_id_of
from rag.store.documents import all_sources, readable_access_ids
from rag.store.session import Session

VERBATIM = frozenset({"markdown", "yaml", "json", "csv"})
"""Formats whose stored text is the file word for word, so that its normal hash stands for the file."""


@dataclass(frozen=True)
class Records:
    """What the record files of one source say. A broken project is a problem, hides no other, and is in `broken`."""

    programme: Programme | None = None
    projects: tuple[Project, ...] = ()
    evidence: Mapping[EvidenceKey, Evidence] = field(default_factory=dict)
    absent: Mapping[EvidenceKey, Absent] = field(default_factory=dict)
    problems: tuple[RecordProblem, ...] = ()
    broken: tuple[str, ...] = ()
    revision: PolicyRevision | None = None
    templates: Mapping[str, str] = field(default_factory=dict)


def read_records(
    session: Session,
    source: str,
    *,
    mapping: CollectionMapping | None,
    access: AccessRules,
    trusted: TrustedFiles | None = None,
) -> Records:
    """The ledger's records of one source, from its stored documents; a mapped collection's come by its mapping.

    With `trusted`, policy and projects are those of that commit; of the stored documents only evidence is taken.
    `access` are the folder rules that these were taken in under.
    """
    source_id = source_id_of(session, source)
    stored = _record_files(session, source_id)
    record_files = at_revision(stored, trusted) if trusted else stored
    found = record_files.get(PROGRAMME_FILE)
    if found is None:
        return _mapped(session, source, mapping) if mapping and mapping.rules.gates else Records()
    programme = programme_of(found.text, file=found.path)
    if not isinstance(programme, Programme):
        return Records(problems=programme)
    files = sorted((file for path, file in record_files.items() if path != PROGRAMME_FILE), key=_claim)
    read = _projects(files, programme)
    projects, twins = without_twins(read.projects, taken=read.broken)
    evidence = {key: item for project in projects for key, item in _evidence(session, source_id, project).items()}
    absent = {key: gap for project in projects for key, gap in absent_evidence(project, access, there=evidence).items()}
    public = readable_access_ids(session, EVERYONE)
    telling = [
        problem for project in projects for problem in telling_evidence(project, evidence, access, public=public)
    ]
    lifecycles = _lifecycle_problems(session, source_id, projects)
    ahead = unmerged(trusted, stored) if trusted else ()
    problems = (*read.problems, *twins, *dangling(projects), *lifecycles, *telling, *ahead)
    revision = revision_of(trusted, programme, projects) if trusted else None
    broken = {*read.broken, *(_folder(path) for path in (trusted.files if trusted else ()) if path not in stored)}
    templates = _template_hashes(session, source_id, projects)
    return Records(programme, projects, evidence, absent, problems, tuple(sorted(broken)), revision, templates)


def _template_hashes(session: Session, source_id: int, projects: Iterable[Project]) -> dict[str, str]:
    """The team's own templates that projects follow, by name, with the hash of their text."""
    paths = {f"{FOLDER}/{project.lifecycle}.yaml": project.lifecycle for project in projects if project.lifecycle}
    return {paths[path]: content.content_hash for path, content in contents_at(session, source_id, paths).items()}


def _record_files(session: Session, source_id: int) -> dict[str, Content]:
    found = contents_at(session, source_id, [PROGRAMME_FILE])
    return {**found, **{file.path: file for file in contents_named(session, source_id, PROJECT_FILE)}}


def _claim(file: Content) -> tuple[int, str]:
    """Which of two files with one slug counts: a file further down, among documents, never displaces a record."""
    return file.path.count("/"), file.path


def _folder(file: str) -> str:
    """The name of a file's folder: by convention the slug of the project recorded there."""
    return posixpath.basename(posixpath.dirname(file))


def _mapped(session: Session, source: str, mapping: CollectionMapping) -> Records:
    """The gates that a mapping file defines over a foreign collection: one project per record, judged by its fields."""
    where = Where(mapping.path, lambda _key: 1)
    loaded = [_mapped_project(record, where) for record in mapped_records(session, mapping)]
    projects = tuple(item for item in loaded if isinstance(item, Project))
    problems = tuple(problem for item in loaded if not isinstance(item, Project) for problem in item)
    return Records(Programme(source), projects, problems=problems)


def _mapped_project(record: dict[str, object], where: Where) -> Project | tuple[RecordProblem, ...]:
    access_id = record.pop("access_id")
    return load_mapped(record, where, access_id=access_id if isinstance(access_id, int) else -1)


def recorded_programme(session: Session, source: str) -> Programme | None:
    """The programme of a source as last taken in; None when it has none, or is not known."""
    known = {row.name: row.id for row in all_sources(session)}
    if source not in known:
        return None
    found = contents_at(session, known[source], [PROGRAMME_FILE]).get(PROGRAMME_FILE)
    programme = programme_of(found.text, file=found.path) if found else None
    return programme if isinstance(programme, Programme) else None


def home_of(session: Session, programme: str) -> str | None:
    """The source a programme lives in: the first whose programme.yaml has this name. No later one may speak for it."""
    for row in all_sources(session):
        recorded = recorded_programme(session, row.name)
        if recorded is not None and recorded.name == programme:
            return row.name
    return None


def _lifecycle_problems(session: Session, source_id: int, projects: Iterable[Project]) -> list[RecordProblem]:
    """Lifecycles that projects name and nobody has, and mistakes in the team's own templates that are named."""
    named = {project.lifecycle: project for project in projects if project.lifecycle}
    paths = {f"{FOLDER}/{name}.yaml": name for name in named}
    own = {paths[path]: content.text for path, content in contents_at(session, source_id, paths).items()}
    found: list[RecordProblem] = []
    for name, project in named.items():
        if name in own:
            parsed = parse_lifecycle(own[name], f"{FOLDER}/{name}.yaml")
            found += parsed if isinstance(parsed, tuple) else ()
        elif name not in lifecycle_names():
            choices = ", ".join((*own, *lifecycle_names()))
            near = nearest(name, (*own, *lifecycle_names()))
            expected = f"a lifecycle (did you mean {near!r}?)" if near else f"one of {choices}"
            source = project.source
            found.append(RecordProblem(source.file, source.line("lifecycle"), "lifecycle", expected, repr(name)))
    return found


@dataclass(frozen=True)
class _Read:
    """Project records as read. `broken` are those that cannot be used at all: slug by convention -> file."""

    projects: list[Project]
    problems: list[RecordProblem]
    broken: dict[str, str]


def _projects(files: Iterable[Content], programme: Programme) -> _Read:
    projects: list[Project] = []
    problems: list[RecordProblem] = []
    broken: dict[str, str] = {}
    for file in files:
        read = project_of(file.text, file=file.path, programme=programme, access_id=file.access_id)
        problems += read.problems
        if read.project is not None:
            projects.append(read.project)
        else:
            broken[_folder(file.path)] = file.path
    return _Read(projects, problems, broken)


def _evidence(session: Session, source_id: int, project: Project) -> dict[EvidenceKey, Evidence]:
    wishes = evidence_wanted(project)
    paths = {wish.key: path_of(wish, project) for wish in wishes}
    contents = contents_at(session, source_id, paths.values())
    secret = _secret_successors(session, source_id, contents.values())
    documents = {path: _evidence_document(content, secret=secret) for path, content in contents.items()}
    return {
        wish.key: _unreadable(contents[path]) or read_evidence(wish.ref, documents[path])
        for wish in wishes
        if (path := paths[wish.key]) in documents
    }


def _secret_successors(session: Session, source_id: int, contents: Collection[Content]) -> frozenset[str]:
    """The superseded among these documents (by path) that are readable where what took their place may not be."""
    named = {content.path: content.superseded_by for content in contents if content.superseded_by}
    access = {path: newer.access_id for path, newer in contents_at(session, source_id, set(named.values())).items()}
    public = readable_access_ids(session, EVERYONE)
    own = {content.path: content.access_id for content in contents}
    return frozenset(old for old, new in named.items() if new in access and access[new] not in {*public, own[old]})


def _unreadable(content: Content) -> Evidence | None:
    if content.error is None:
        return None
    return Evidence(document=content.path, access_id=content.access_id, problem=f"cannot be read: {content.error}")


def _evidence_document(content: Content, *, secret: Container[str]) -> EvidenceDocument:
    data, rows = _structure(content)
    normal = normal_of(content.text.encode("utf-8", "surrogatepass"), content.path)
    verbatim = content.format in VERBATIM
    return EvidenceDocument(
        path=content.path,
        text=content.text,
        data=data,
        rows=rows,
        sections=content.sections,
        meta=content.meta,
        updated=date.fromisoformat(content.updated),
        owner=content.owner,
        status=content.status,
        superseded_by=None if content.path in secret else content.superseded_by,
        content_hash=content.content_hash,
        access_id=content.access_id,
        normal_hash=normal.sha256 if verbatim else None,
        normaliser=normal.normaliser if verbatim else "",
    )


def _structure(content: Content) -> tuple[object, tuple[tuple[str, ...], ...]]:
    """The tree or the rows of a structured document, parsed again from its text."""
    if content.format not in ("json", "yaml", "csv"):
        return None, ()
    stamp = FileStamp(content.path, "", len(content.text), content.modified or datetime.now(UTC))
    document = parse(RawFile(stamp, content.text.encode("utf-8", "surrogatepass")), text_format=content.format)
    if isinstance(document, Unreadable):
        return None, ()
    table = next((block.rows for block in document.blocks if block.kind == "table"), ())
    return document.data, table
