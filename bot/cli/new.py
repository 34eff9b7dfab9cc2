"""`gatehouse gate new`: a governed project in minutes, as files in a folder; nothing that is there is overwritten."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from bot.cli.usage import UsageError
from bot.intake.records import PROGRAMME_FILE, read_programme
from gates.model import Programme, RiskTier
from gates.new import NewFile, NewProject, programme_text, project_files
from gates.record_problems import nearest
from gates.templates import FOLDER, TIERS, Lifecycle, lifecycle_names, read_lifecycle

_SLUG = re.compile(r"^[a-z0-9][a-z0-9-]{0,63}$")


@dataclass(frozen=True)
class Wanted:
    """What was typed; what was left out is None."""

    template: str | None
    slug: str | None
    into: Path
    name: str | None = None
    owner: str | None = None
    tier: str = "medium"
    start: str | None = None


def run_new(wanted: Wanted) -> None:
    """Write the project, or list the templates when none is named."""
    own = _own_templates(wanted.into)
    if wanted.template is None:
        sys.stdout.write(f"{list_templates(own)}\n")
        return
    lifecycle = _lifecycle(wanted.template, own)
    programme, written = _programme(wanted)
    project = _project(wanted, programme)
    folder = wanted.into / "projects" / project.slug
    if (folder / "project.yaml").exists():
        raise UsageError(f"{folder / 'project.yaml'} is there already; choose another slug than {project.slug!r}.")
    files = project_files(project, lifecycle, programme=programme)
    kept = [file.path for file in files if not _write(folder / file.path, file.text)]
    done = _done(project, lifecycle, folder=folder, files=files, kept=kept, first=written, into=wanted.into)
    sys.stdout.write(f"{done}\n")


def list_templates(own: dict[str, str]) -> str:
    """The lifecycles to choose from: the team's own first, then those that ship."""
    lines = ["Templates: gatehouse gate new TEMPLATE SLUG --owner PERSON [--into FOLDER] [--tier low|medium|high]", ""]
    for name in (*own, *(name for name in lifecycle_names() if name not in own)):
        lifecycle = _lifecycle(name, own)
        weeks = max(gate.last_week for gate in lifecycle.gates)
        whose = " (your own)" if name in own else ""
        lines.append(f"  {name}{whose}: {len(lifecycle.gates)} gates in {weeks} weeks. {lifecycle.summary}")
    return "\n".join(
        [*lines, "", f"A team's own go into {FOLDER}/NAME.yaml beside programme.yaml: copy one and change it."]
    )


def _own_templates(into: Path) -> dict[str, str]:
    found = sorted((into / FOLDER).glob("*.yaml")) if (into / FOLDER).is_dir() else []
    return {path.stem: path.read_text(encoding="utf-8", errors="replace") for path in found}


def _lifecycle(name: str, own: dict[str, str]) -> Lifecycle:
    try:
        return read_lifecycle(name, own=own)
    except (KeyError, ValueError) as error:
        raise UsageError(f"{error.args[0]}") from None


def _programme(wanted: Wanted) -> tuple[Programme, bool]:
    """The folder's programme; a folder without one gets a first one with the owner in it."""
    path = wanted.into / PROGRAMME_FILE
    found = read_programme(path)
    if found is not None:
        return found, False
    if wanted.owner is None:
        raise UsageError(f"{path} is not there. Name the owner (--owner ann.lee) and a first one is written.")
    _write(path, programme_text(wanted.into.resolve().name, wanted.owner))
    written = read_programme(path)
    assert written is not None
    return written, True


def _project(wanted: Wanted, programme: Programme) -> NewProject:
    slug = wanted.slug
    if slug is None or not _SLUG.match(slug):
        raise UsageError(
            "A project needs a slug of small letters, digits and hyphens: gatehouse gate new TEMPLATE my-model"
        )
    if wanted.owner is None or wanted.owner not in programme.people:
        near = nearest(wanted.owner, programme.people) if wanted.owner else None
        hint = f"Did you mean {near!r}?" if near else f"People: {', '.join(programme.people)}."
        said = (
            f"{wanted.owner!r} is not in {PROGRAMME_FILE}" if wanted.owner else "A project needs one accountable owner"
        )
        raise UsageError(f"{said} (--owner PERSON). {hint}")
    name = wanted.name or slug.replace("-", " ").capitalize()
    return NewProject(slug, name, wanted.owner, _tier(wanted.tier), _start(wanted.start, programme))


def _tier(written: str) -> RiskTier:
    for tier in TIERS:
        if written == tier:
            return tier
    raise UsageError(f"--tier {written!r}: expected {', '.join(TIERS)}.")


def _start(written: str | None, programme: Programme) -> date:
    if written is None:
        return programme.calendar.today(programme.now or datetime.now(UTC))
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise UsageError(f"--start {written!r}: expected a date as 2026-12-07.") from None


def _write(path: Path, text: str) -> bool:
    """Write a file that is not there; False when it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return False
    return True


def _done(
    project: NewProject,
    lifecycle: Lifecycle,
    *,
    folder: Path,
    files: Sequence[NewFile],
    kept: Sequence[str],
    first: bool,
    into: Path,
) -> str:
    lines = [f"{project.name}: {len(lifecycle.gates)} gates of {lifecycle.name} in {folder}"]
    lines += [f"  wrote {PROGRAMME_FILE}: add the other people and their roles"] if first else []
    lines += [f"  {'kept' if file.path in kept else 'wrote'} {file.path}" for file in files]
    first_gate = lifecycle.gates[0].slug
    return "\n".join(
        [*lines, "", f"Next: gatehouse sync {into}", f"      gatehouse gate blockers {project.slug} {first_gate}"]
    )
