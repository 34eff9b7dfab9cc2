"""From a path on the command line to a collection: its kind, its mapping, and who may read what."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from bot.intake.records import PROGRAMME_FILE, read_programme
from gates.model import Programme
from rag.access import AccessRules, FolderRule
from rag.fields.mapping import CollectionMapping, MappingError, load_mapping
from rag.intake import Collection
from rag.sources import Source, detect_kind

MAPPING_FILE = "mapping.yaml"


def open_collection(path: Path, *, name: str | None = None, mapping: str | None = None) -> Collection:
    """The collection at a path.

    `mapping` is a file or the name of one that ships with Gatehouse ("pep"); else `mapping.yaml` in the folder is used.
    The folder rules come from the folder's `programme.yaml`; a broken one stops the sync, because without it nobody
    knows who may read what.

    Raises:
        SourceError: There is no such folder.
        MappingError, ProgrammeError: The mapping or programme.yaml cannot be used.
    """
    kind = detect_kind(path)
    root = path.resolve()
    return Collection(
        source=Source(name or root.name or "root", kind, root),
        access=access_rules(read_programme(root / PROGRAMME_FILE)),
        mapping=_mapping(root, mapping),
        untold=((PROGRAMME_FILE, "access:"),),
    )


def access_rules(programme: Programme | None) -> AccessRules:
    """The folder rules of a programme; without one every document is public unless it says otherwise itself."""
    rules = programme.access if programme else ()
    return AccessRules(tuple(FolderRule(rule.path, frozenset(rule.readers)) for rule in rules))


def shipped_mappings() -> tuple[str, ...]:
    """Names of the mappings that come with Gatehouse."""
    folder = files("deploy") / "mappings"
    return tuple(sorted(Path(entry.name).stem for entry in folder.iterdir() if entry.name.endswith(".yaml")))


def _mapping(root: Path, chosen: str | None) -> CollectionMapping | None:
    if chosen is None:
        own = root / MAPPING_FILE
        return load_mapping(own) if own.is_file() else None
    if chosen in shipped_mappings():
        with as_file(files("deploy") / "mappings" / f"{chosen}.yaml") as path:
            return load_mapping(path)
    path = Path(chosen).expanduser()
    if not path.is_file():
        raise MappingError(
            f"No mapping file {chosen!r}, and none of that name ships. Shipped: {', '.join(shipped_mappings())}."
        )
    return load_mapping(path)
