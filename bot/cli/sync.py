"""`gatehouse sync`: take in folders, tell what was not taken in and why."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from rich.console import Console

from bot.cli.ask import print_json
from bot.cli.usage import UsageError
from bot.conversation.words import counted
from bot.intake.catalogue import open_collection
from bot.intake.overlap import refuse_overlap
from bot.intake.sync import Synced, forget_collection, index_documents, known_sources, sync_collection
from bot.platforms.terminal.progress import Report, progress
from bot.platforms.terminal.render import console_on
from bot.platforms.visible import visible
from bot.settings import load_settings
from bot.wiring import Installation, keep_indexes, open_installation
from rag.index.library import Indexed
from rag.index.lock import IndexInUseError
from rag.intake import Collection

SHOWN = 20
"""Lines of trouble shown; `--json` has all of them."""


@dataclass(frozen=True)
class Wanted:
    """A collection to bring up to date: what it is called here, and how to open it."""

    name: str
    open: Callable[[], Collection]


@dataclass(frozen=True)
class Failed:
    """A collection that could not be taken in at all; what was known of it before stays."""

    source: str
    reason: str


@dataclass(frozen=True)
class Outcome:
    """What a run did."""

    synced: tuple[Synced, ...]
    failed: tuple[Failed, ...]
    indexed: Indexed | None
    seconds: float


def run_sync(
    paths: Sequence[Path], *, name: str | None, mapping: str | None, forget: str | None, as_json: bool
) -> None:
    """Bring the named collections, or all known ones, up to date. Exit code 2 when one of them could not be."""
    here = open_installation(load_settings())
    if name and len(paths) != 1:
        raise UsageError("--name names one collection: give exactly one folder with it.")
    if mapping and not paths:
        raise UsageError("--mapping is for a folder: name it too, gatehouse sync FOLDER --mapping ...")
    forgetting_only = forget is not None and not paths
    with here.database.turn():
        if forget is not None:
            _forget(here, forget)
        outcome = _run(here, () if forgetting_only else _wanted(here, paths, name=name, mapping=mapping))
    if as_json:
        print_json(summary(outcome))
    elif not forgetting_only:
        _print(outcome)
    for failure in outcome.failed:
        sys.stderr.write(f"gatehouse: {failure.source} was not taken in. {visible(failure.reason)}\n")
    if outcome.failed:
        sys.exit(2)


def _run(here: Installation, wanted: Sequence[Wanted]) -> Outcome:
    began = time.monotonic()
    with progress(console_on(sys.stderr)) as report:
        results = [_sync(one, here, report) for one in wanted]
        indexed = _index(here, report)
    _follow_up(here)
    here.checkpoints().note_head(here.database)
    synced = tuple(result for result in results if isinstance(result, Synced))
    failed = tuple(result for result in results if isinstance(result, Failed))
    return Outcome(synced, failed, indexed, time.monotonic() - began)


def _follow_up(here: Installation) -> None:
    """Signatures whose evidence has just changed lapse, gates that rested on it open again."""
    from bot.wiring import open_following

    with open_following(here) as following:
        following.follow_up()


def _sync(wanted: Wanted, here: Installation, report: Report) -> Synced | Failed:
    """One collection; what is wrong with it does not keep the others from being taken in."""
    from bot.intake.records import ProgrammeError
    from bot.intake.trusted import TrustError
    from rag.fields.mapping import MappingError
    from rag.sources import SourceError

    ref = here.settings.trusted_ref
    try:
        return sync_collection(
            wanted.open(), database=here.database, now=here.clock(), progress=report, trusted_ref=ref
        )
    except (SourceError, MappingError, ProgrammeError, TrustError) as error:
        return Failed(wanted.name, str(error))


def _wanted(here: Installation, paths: Sequence[Path], *, name: str | None, mapping: str | None) -> list[Wanted]:
    known = known_sources(here.database)
    if not paths and not known:
        raise UsageError("Nothing has been taken in yet. Name a folder: gatehouse sync docs/")
    if not paths:
        return [
            Wanted(old.name, partial(open_collection, old.root, name=old.name, mapping=old.mapping)) for old in known
        ]
    before = [(old.name, old.root) for old in known]
    wanted = []
    for path in paths:
        root = path.resolve()
        called = name or root.name or "root"
        refuse_overlap(root, name=called, chosen=name is not None, known=before)
        before.append((called, root))
        wanted.append(Wanted(called, partial(open_collection, path, name=name, mapping=mapping)))
    return wanted


def _index(here: Installation, report: Report) -> Indexed | None:
    """Update the indexes; None when another process keeps them: it takes the changes over by itself."""
    try:
        with keep_indexes(here) as kept:
            return index_documents(kept, database=here.database, progress=report)
    except IndexInUseError:
        return None


def _forget(here: Installation, name: str) -> None:
    if not forget_collection(name, database=here.database, now=here.clock()):
        known = ", ".join(old.name for old in known_sources(here.database)) or "none"
        raise UsageError(f"No collection is called {name!r}. Known: {known}.")
    sys.stderr.write(f"Forgot {name}: its documents, records and gates.\n")


def summary(outcome: Outcome) -> dict[str, object]:
    """The stable JSON of `gatehouse sync --json`."""
    indexed = outcome.indexed
    return {
        "collections": [_collection(run) for run in outcome.synced],
        "failed": [asdict(failure) for failure in outcome.failed],
        "encoded": indexed.encoded if indexed else None,
        "index": "up to date" if indexed else "kept by another process",
        "seconds": round(outcome.seconds, 2),
    }


def _collection(run: Synced) -> dict[str, object]:
    counts = {key: value for key, value in asdict(run.documents).items() if key not in ("unreadable", "skipped")}
    return {
        **counts,
        "unreadable": [asdict(item) for item in run.documents.unreadable],
        "skipped": [asdict(item) for item in run.documents.skipped],
        "projects": list(run.ledger.changed + run.ledger.unchanged) if run.ledger else [],
        "problems": [str(problem) for problem in run.ledger.problems] if run.ledger else [],
    }


def _print(outcome: Outcome) -> None:
    console = console_on(sys.stdout)
    for run in outcome.synced:
        _print_collection(console, run)
    if outcome.indexed:
        index = f"{counted(outcome.indexed.encoded, 'passage')} embedded"
    else:
        index = "the running gatehouse takes the changes into its index"
    console.print(f"{index}; {outcome.seconds:.1f} s")


def _print_collection(console: Console, run: Synced) -> None:
    done = run.documents
    counts = (("added", done.added), ("changed", done.changed), ("moved", done.moved), ("removed", done.removed))
    changed = ", ".join(f"{count} {word}" for word, count in (*counts, ("unchanged", done.unchanged)) if count)
    written = f"{counted(done.chunks, 'passage')} written"
    console.print(f"{done.source}: {counted(done.seen, 'file')}: {changed or 'nothing there'}; {written}")
    _trouble(console, "not taken in", [f"{item.path}: {item.reason}" for item in done.unreadable])
    _trouble(console, "skipped, no documents", [f"{item.path}: {item.reason}" for item in done.skipped])
    if run.ledger:
        projects = run.ledger.changed + run.ledger.unchanged
        console.print(f"  ledger: {', '.join(projects) or 'no project'}")
        _trouble(console, "records with problems", [str(problem) for problem in run.ledger.problems])


def _trouble(console: Console, title: str, lines: Sequence[str]) -> None:
    if not lines:
        return
    console.print(f"  {title}: {len(lines)}")
    for line in lines[:SHOWN]:
        console.print(f"    {visible(line)}", soft_wrap=True)
    if len(lines) > SHOWN:
        console.print(f"    and {len(lines) - SHOWN} more (--json lists them)")
