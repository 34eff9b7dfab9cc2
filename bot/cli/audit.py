"""`gatehouse audit ...`: verify the audit log, export it, sign its head, and take a person out of it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from bot.cli.ask import print_json
from bot.cli.usage import UsageError
from bot.settings import Settings, load_settings
from bot.wiring import open_installation
from gates.audit.checkpoint import Checkpoints, read_checkpoints
from gates.audit.entry import GENESIS
from gates.audit.export import read_export, write_export
from gates.audit.verify import Verified, verify
from gates.service.history import differing_states
from gates.store_audit import load_head, read_records
from gates.store_people import read_people

BLIND = (
    "Without a checkpoint a tail that was cut off together with the head, or a chain computed anew, cannot be seen. "
    "Add --checkpoint FILE, best a copy that is kept elsewhere."
)


@dataclass(frozen=True)
class Verification:
    """The chain as verified, with what else does not fit: checkpoint lines, and states beside the log."""

    source: str
    verified: Verified
    others: tuple[str, ...] = ()
    replayed: bool = False

    @property
    def problems(self) -> tuple[str, ...]:
        return (*self.verified.problems, *self.others)


def run_verify(export: Path | None, *, checkpoint: Path | None, public_key: Path | None, as_json: bool) -> None:
    """Verify the log of the database, or an export without any database. Exit code 1 when something is wrong."""
    settings = load_settings()
    seen = _checkpoints(checkpoint, public_key, settings=settings) if checkpoint else None
    told = _verify_export(export, seen) if export else _verify_database(settings, seen)
    if as_json:
        print_json(_plain(told, checkpoint))
    else:
        _say("\n".join(_lines(told, checkpoint)))
    sys.exit(1 if told.problems else 0)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _checkpoints(path: Path, public_key: Path | None, *, settings: Settings) -> Checkpoints:
    from gates.audit.keys import load_public_key

    key = public_key or next((k for k in _public_keys(settings) if k.is_file()), None)
    if key is None:
        raise UsageError(
            f"To check the signatures of {path} the public key is needed: --public-key FILE "
            f"(it lies beside the audit key, {_public_keys(settings)[0]})."
        )
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return read_checkpoints(file, load_public_key(key))
    except FileNotFoundError as error:
        raise UsageError(
            f"There is no checkpoint file {path}. Name the one that was kept: --checkpoint FILE."
        ) from error


def _public_keys(settings: Settings) -> tuple[Path, Path]:
    key = settings.audit_key_file
    return key.with_name(f"{key.name}.pub"), key


def _verify_export(path: Path, seen: Checkpoints | None) -> Verification:
    with path.open(encoding="utf-8", newline="") as file:
        verified = verify(read_export(file), checkpoints=seen.seen if seen else None)
    return Verification(str(path), verified, seen.problems if seen else ())


def _verify_database(settings: Settings, seen: Checkpoints | None) -> Verification:
    here = open_installation(settings)
    with here.database.snapshot() as session:
        records = read_records(session)
        verified = verify(records, head=load_head(session), checkpoints=seen.seen if seen else None)
        states = tuple(differing_states(session))
    return Verification("the database", verified, (*(seen.problems if seen else ()), *states), replayed=True)


def _lines(told: Verification, checkpoint: Path | None) -> Iterator[str]:
    found = told.verified
    if not told.problems:
        yield f"The audit log is intact: {found.records:,} records in {told.source}, chain ends {_end(found)}."
    else:
        yield f"The audit log is NOT intact: {len(told.problems) + found.untold:,} findings in {told.source}."
        yield from (f"  {problem}" for problem in told.problems)
        if found.untold:
            yield f"  and {found.untold:,} more"
    if told.replayed and not told.others:
        yield "The state of every gate is what its events come to."
    if checkpoint is None:
        yield BLIND
    elif found.against:
        yield f"Compared with {found.against:,} signed checkpoints of {checkpoint}."
    else:
        yield f"{checkpoint} has no sound checkpoint. {BLIND}"


def _end(found: Verified) -> str:
    return f"at {found.head.seq}:{found.head.hash[:16]}"


def _plain(told: Verification, checkpoint: Path | None) -> dict[str, object]:
    found = told.verified
    return {
        "intact": not told.problems,
        "source": told.source,
        "records": found.records,
        "head": {"seq": found.head.seq, "hash": found.head.hash},
        "problems": list(told.problems),
        "untold": found.untold,
        "checkpoint": str(checkpoint) if checkpoint else None,
        "checkpoints_compared": found.against,
        "tail_verified": bool(found.against),
        "states_replayed": told.replayed,
    }


def run_export(out: Path | None, *, form: str, people: Path | None) -> None:
    """Write the log as it is kept; with `people` also who the pseudonyms are, into a file of its own."""
    if form not in ("json", "csv"):
        raise UsageError(f"--format is json or csv, not {form!r}.")
    here = open_installation(load_settings())
    with here.database.snapshot() as session, _opened(out) as file:
        count = write_export(read_records(session), file, form="csv" if form == "csv" else "json")
        if people is not None:
            with people.open("w", encoding="utf-8", newline="") as names:
                _write_people(read_people(session), names)
    if out is not None:
        _say(f"{count:,} records written to {out}. Verify them anywhere: gatehouse audit verify --export {out}")


@contextmanager
def _opened(out: Path | None) -> Iterator[TextIO]:
    if out is None:
        yield sys.stdout
        return
    with out.open("w", encoding="utf-8", newline="") as file:
        yield file


def _write_people(rows: Iterable[tuple[str, ...]], file: TextIO) -> None:
    import csv

    from gates.audit.export import safe_cell

    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("pseudonym", "person", "name", "email"))
    writer.writerows([safe_cell(value) for value in row] for row in rows)


def run_checkpoint() -> None:
    """Sign the head of the log and add it to the checkpoint file."""
    here = open_installation(load_settings())
    with here.database.read() as session:
        head = load_head(session)
    if head == GENESIS:
        _say("Nothing is recorded yet, so there is nothing to sign.")
        return
    file = here.checkpoints()
    signed = file.note(head)
    done = "signed and added to" if signed else "already stands in"
    _say(f"Record {head.seq}:{head.hash[:16]} {done} {file.path} (key {file.signer.fingerprint}).")


def run_erase(person: str) -> None:
    """Forget who somebody's pseudonym stands for. The records stay, and the chain stays whole."""
    from gates.service.erasing import Erased, erase_person

    here = open_installation(load_settings())
    with here.database.write() as session:
        done = erase_person(session, person, now=here.clock())
    if not isinstance(done, Erased):
        raise UsageError(f"{done.reason} {done.how}")
    here.checkpoints().note_head(here.database)
    _say(f"{person} is erased: the log keeps {done.pseudonym}, nothing says who that was. Record {done.record}.")
