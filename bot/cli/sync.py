"""`gatehouse sync`: take in folders, tell what was not taken in and why."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from bot.catalogue import open_collection
from bot.cli.ask import print_json
from bot.cli.usage import UsageError
from bot.intake import Synced, index_documents, known_collections, sync_collection
from bot.platforms.terminal.progress import Report, progress
from bot.platforms.terminal.render import console_on
from bot.platforms.visible import visible
from bot.settings import load_settings
from bot.wiring import Installation, keep_indexes, open_installation
from rag.index.library import Indexed
from rag.index.lock import IndexInUseError
from rag.intake import Collection
from rag.store.documents import drop_source

SHOWN = 20
"""Lines of trouble shown; `--json` has all of them."""


def run_sync(
    paths: Sequence[Path], *, name: str | None, mapping: str | None, forget: str | None, as_json: bool
) -> None:
    """Bring the named collections, or all known ones, up to date."""
    here = open_installation(load_settings())
    if forget is not None:
        _forget(here, forget)
        if not paths:
            _index(here, lambda *_: None)
            return
    if name and len(paths) != 1:
        raise UsageError("--name names one collection: give exactly one folder with it.")
    collections = _collections(here, paths, name=name, mapping=mapping)
    began = time.monotonic()
    with progress(console_on(sys.stderr)) as report:
        synced = [
            sync_collection(collection, database=here.database, now=here.clock(), progress=report)
            for collection in collections
        ]
        indexed = _index(here, report)
    took = time.monotonic() - began
    if as_json:
        print_json(summary(synced, indexed, seconds=took))
    else:
        _print(synced, indexed, seconds=took)


def _collections(
    here: Installation, paths: Sequence[Path], *, name: str | None, mapping: str | None
) -> list[Collection]:
    if paths:
        return [open_collection(path, name=name, mapping=mapping) for path in paths]
    known = known_collections(here.database)
    if not known:
        raise UsageError("Nothing has been taken in yet. Name a folder: gatehouse sync docs/")
    return known


def _index(here: Installation, report: Report) -> Indexed | None:
    """Update the indexes; None when another process keeps them: it takes the changes over by itself."""
    try:
        with keep_indexes(here) as kept:
            return index_documents(kept, database=here.database, progress=report)
    except IndexInUseError:
        return None


def _forget(here: Installation, name: str) -> None:
    with here.database.write() as session:
        if not drop_source(session, name):
            raise UsageError(f"No collection is called {name!r}. `gatehouse sync --json` names them.")
    sys.stderr.write(f"Forgot {name}.\n")


def summary(synced: Sequence[Synced], indexed: Indexed | None, *, seconds: float) -> dict[str, object]:
    """The stable JSON of `gatehouse sync --json`."""
    return {
        "collections": [
            {
                **{key: value for key, value in asdict(run.documents).items() if key not in ("unreadable", "skipped")},
                "unreadable": [asdict(item) for item in run.documents.unreadable],
                "skipped": [asdict(item) for item in run.documents.skipped],
                "projects": list(run.ledger.changed + run.ledger.unchanged) if run.ledger else [],
                "problems": [str(problem) for problem in run.ledger.problems] if run.ledger else [],
            }
            for run in synced
        ],
        "encoded": indexed.encoded if indexed else None,
        "index": "up to date" if indexed else "kept by another process",
        "seconds": round(seconds, 2),
    }


def _print(synced: Sequence[Synced], indexed: Indexed | None, *, seconds: float) -> None:
    console = console_on(sys.stdout)
    for run in synced:
        done = run.documents
        counts = (("added", done.added), ("changed", done.changed), ("moved", done.moved), ("removed", done.removed))
        changed = ", ".join(f"{count} {word}" for word, count in (*counts, ("unchanged", done.unchanged)) if count)
        console.print(f"{done.source}: {done.seen} files: {changed or 'nothing there'}; {done.chunks} passages written")
        _trouble(console, "not taken in", [f"{item.path}: {item.reason}" for item in done.unreadable])
        _trouble(console, "skipped, no documents", [f"{item.path}: {item.reason}" for item in done.skipped])
        if run.ledger:
            projects = run.ledger.changed + run.ledger.unchanged
            console.print(f"  ledger: {', '.join(projects) or 'no project'}")
            _trouble(console, "records with problems", [str(problem) for problem in run.ledger.problems])
    index = (
        f"{indexed.encoded} passages embedded" if indexed else "the running gatehouse takes the changes into its index"
    )
    console.print(f"{index}; {seconds:.1f} s")


def _trouble(console: Console, title: str, lines: Sequence[str]) -> None:
    if not lines:
        return
    console.print(f"  {title}: {len(lines)}")
    for line in lines[:SHOWN]:
        console.print(f"    {visible(line)}", soft_wrap=True)
    if len(lines) > SHOWN:
        console.print(f"    and {len(lines) - SHOWN} more (--json lists them)")
