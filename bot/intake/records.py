"""Reads programme.yaml and project.yaml into the ledger's values: text in, values or every problem out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gates.model import Programme
from gates.programme import load_programme
from gates.record_file import BrokenFile, RecordFile, read_record
from gates.record_problems import RecordProblem, Where
from gates.record_reading import ReadProject, read_project

PROGRAMME_FILE = "programme.yaml"
PROJECT_FILE = "project.yaml"

MAX_RECORD_BYTES = 5_000_000


class ProgrammeError(Exception):
    """programme.yaml cannot be used; one line a problem: file, line, key, what was expected."""


def read_programme(path: Path) -> Programme | None:
    """The programme of a folder, None when it has none.

    Raises:
        ProgrammeError: The file is there and cannot be used.
    """
    if not path.is_file():
        return None
    if path.stat().st_size > MAX_RECORD_BYTES:
        raise ProgrammeError(
            f"{path}: larger than {MAX_RECORD_BYTES // 1_000_000} MB; a programme record is a small file"
        )
    found = programme_of(path.read_text(encoding="utf-8", errors="replace"), file=str(path))
    if isinstance(found, Programme):
        return found
    raise ProgrammeError("\n".join(map(str, found)))


def programme_of(text: str, *, file: str) -> Programme | tuple[RecordProblem, ...]:
    """A programme from the text of its record."""
    record = _parsed(text, file)
    return record if isinstance(record, tuple) else load_programme(record.data, _where(file, record.lines))


def project_of(text: str, *, file: str, programme: Programme, access_id: int) -> ReadProject:
    """A project from the text of its record, as far as that can be read, and its problems."""
    record = _parsed(text, file)
    if isinstance(record, tuple):
        return ReadProject(None, record)
    return read_project(record.data, _where(file, record.lines), programme=programme, access_id=access_id)


def _parsed(text: str, file: str) -> RecordFile | tuple[RecordProblem, ...]:
    record = read_record(text)
    if isinstance(record, BrokenFile):
        return (RecordProblem(file, record.line, "(file)", "valid YAML", record.reason),)
    return record


def _where(file: str, lines: Mapping[str, int]) -> Where:
    def line_of(key: str) -> int:
        while key:
            if key in lines:
                return lines[key]
            key = key.rpartition(".")[0]
        return 1

    return Where(file, line_of)
