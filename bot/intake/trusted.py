"""The trusted revision: policy and roles as they stand at a protected Git ref, never from the working tree."""

from __future__ import annotations

import os
import posixpath
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.intake.records import PROGRAMME_FILE, PROJECT_FILE, ProgrammeError, programme_of
from gates.model import Programme, Project
from gates.record_file import RecordFile, read_record
from gates.record_problems import RecordProblem
from gates.signoff.model import PolicyRevision
from rag.store.contents import Content

_QUIET = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false",
          "-c", "log.showSignature=false")  # fmt: skip
_TIMEOUT_S = 60


class TrustError(Exception):
    """The trusted revision cannot be read; the message names the ref, the folder and what to do."""


@dataclass(frozen=True)
class TrustedFiles:
    """The record files at a commit: text by path from the top of the tree. `authors` are e-mails by line, from 1."""

    ref: str
    commit: str
    files: Mapping[str, str]
    authors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Rewritten:
    """The ref no longer contains the commit that was trusted before: its history was rewritten."""

    ref: str
    before: str
    now: str

    @property
    def reason(self) -> str:
        return (
            f"{self.ref} was at {self.before[:12]} and is now at {self.now[:12]}, which does not follow from it: "
            "its history was rewritten"
        )


def read_trusted(root: Path, ref: str, *, before: str = "") -> TrustedFiles | Rewritten:
    """The record files at a ref of a working tree. `before` is the commit that was trusted last, empty for none.

    Raises:
        TrustError: There is no Git here, or no such ref.
    """
    commit = _commit_of(root, ref)
    if before and before != commit and not _follows(root, before, commit):
        return Rewritten(ref, before, commit)
    paths = [path for path in _names(root, commit) if _is_record(path)]
    files = {path: _text(root, commit, path) for path in paths}
    return TrustedFiles(ref, commit, files, {path: _authors(root, commit, path) for path in paths})


def trusted_programme(trusted: TrustedFiles) -> Programme | None:
    """The programme at the trusted commit; None where it has none yet.

    Raises:
        ProgrammeError: It is there and cannot be used, so nobody knows who may read what.
    """
    text = trusted.files.get(PROGRAMME_FILE)
    found = programme_of(text, file=f"{trusted.ref}:{PROGRAMME_FILE}") if text is not None else None
    if isinstance(found, tuple):
        raise ProgrammeError("\n".join(map(str, found)))
    return found


def _is_record(path: str) -> bool:
    return path == PROGRAMME_FILE or posixpath.basename(path) == PROJECT_FILE


def _commit_of(root: Path, ref: str) -> str:
    done = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip().splitlines()
        raise TrustError(
            f"The trusted ref {ref!r} is not there in {str(root)!r}{f' ({why[0]})' if why else ''}. "
            "Fetch it, or set GATEHOUSE_TRUSTED_REF to a ref that is; nothing was taken in."
        )
    return done.stdout.decode().strip()


def _follows(root: Path, before: str, commit: str) -> bool:
    return _git(root, "merge-base", "--is-ancestor", before, commit).returncode == 0


def _names(root: Path, commit: str) -> list[str]:
    listed = _git(root, "ls-tree", "-r", "-z", "--name-only", commit).stdout
    return [os.fsdecode(name) for name in listed.split(b"\0") if name]


def _text(root: Path, commit: str, path: str) -> str:
    return _git(root, "cat-file", "blob", f"{commit}:{path}").stdout.decode("utf-8", "replace")


def _authors(root: Path, commit: str, path: str) -> tuple[str, ...]:
    """Who last changed each line, by e-mail in small letters."""
    told = _git(root, "blame", "--line-porcelain", commit, "--", path).stdout.decode("utf-8", "replace")
    marked = (line for line in told.splitlines() if line.startswith("author-mail "))
    return tuple(line.removeprefix("author-mail ").strip("<> ").casefold() for line in marked)


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = ["git", "--no-optional-locks", *_QUIET, "-C", os.fspath(root), *arguments]
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_TIMEOUT_S, check=False)
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        reason = f"Git cannot be asked about {str(root)!r}: {error}. Install it, or empty GATEHOUSE_TRUSTED_REF."
        raise TrustError(reason) from error


def granted_by(trusted: TrustedFiles, programme: Programme, *, slugs: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Who put whom into which role: role -> person -> the author of that line, where he is a person of the programme.

    Roles of the programme go by their name, those of a project by "slug:role"; `slugs` are by path of the record.
    """
    people = {person.email.casefold(): id_ for id_, person in programme.people.items() if person.email}
    found: dict[str, dict[str, str]] = {}
    for path, text in trusted.files.items():
        prefix = "" if path == PROGRAMME_FILE else f"{slugs[path]}:" if path in slugs else None
        record = read_record(text)
        if prefix is not None and isinstance(record, RecordFile):
            lines = trusted.authors.get(path, ())
            found.update(_granted(record, prefix, authors=[people.get(email) for email in lines]))
    return found


def _granted(record: RecordFile, prefix: str, *, authors: list[str | None]) -> dict[str, dict[str, str]]:
    roles = record.data.get("roles") if isinstance(record.data, dict) else None
    found: dict[str, dict[str, str]] = {}
    for role, holders in (roles or {}).items() if isinstance(roles, dict) else ():
        people = holders if isinstance(holders, list) else [holders]
        for at, person in enumerate(people):
            line = record.lines.get(f"roles.{role}.{at}") or record.lines.get(f"roles.{role}", 0)
            author = authors[line - 1] if 0 < line <= len(authors) else None
            if author is not None:
                found.setdefault(f"{prefix}{role}", {})[str(person)] = author
    return found


def at_revision(stored: Mapping[str, Content], trusted: TrustedFiles) -> dict[str, Content]:
    """The record files with the text of the trusted commit. Who may read one is known only while it is stored."""
    return {
        path: replace(content, text=trusted.files[path]) for path, content in stored.items() if path in trusted.files
    }


def revision_of(trusted: TrustedFiles, programme: Programme, projects: Iterable[Project]) -> PolicyRevision:
    """Where policy and roles of these records come from."""
    slugs = {project.source.file: project.slug for project in projects}
    return PolicyRevision(trusted.commit, granted_by(trusted, programme, slugs=slugs))


def unmerged(trusted: TrustedFiles, stored: Mapping[str, Content]) -> list[RecordProblem]:
    """Record files of the working tree that are not those of the trusted commit: they count once merged."""
    where = f"{trusted.ref} ({trusted.commit[:12]})"
    differing = (path for path, content in stored.items() if trusted.files.get(path) != content.text)
    problems = [RecordProblem(path, 1, "(file)", f"as in {where}, which counts", "changed here") for path in differing]
    missing = trusted.files.keys() - stored.keys()
    return [
        *problems,
        *(RecordProblem(path, 1, "(file)", f"here too, as in {where}", "not in the working tree") for path in missing),
    ]
