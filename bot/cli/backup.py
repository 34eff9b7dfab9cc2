"""`gatehouse backup` and `gatehouse restore`."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.cli.usage import UsageError
from bot.settings import Settings, load_settings
from bot.upkeep.backup import DATABASE, back_up, restore
from bot.wiring import open_installation


def run_backup(folder: Path) -> None:
    """Copy what cannot be made anew, while others go on working."""
    settings = load_settings()
    here = open_installation(settings)
    here.checkpoints().note_head(here.database)
    made = back_up(here.database, folder, beside=_beside(settings), at=here.clock())
    _say(f"Backed up to {folder}: {', '.join(made.files)}. The audit log ends at record {made.head.seq}.")
    if made.database is None:
        _say("The database itself is PostgreSQL: back it up with pg_dump --format=custom, and restore with pg_restore.")
    _say(f"Not in it: the audit key {settings.audit_key_file}. Keep a copy of it somewhere else than this backup.")
    _say("The search indexes are not in it either: gatehouse sync builds them anew.")


def _beside(settings: Settings) -> dict[str, Path]:
    key = settings.audit_key_file
    return {
        "audit.checkpoints": settings.audit_checkpoint_file,
        "audit.key.pub": key.with_name(f"{key.name}.pub"),
        "gatehouse.toml": settings.data / "gatehouse.toml",
    }


def run_restore(folder: Path) -> None:
    """Put a backup back into a data folder that has no database yet."""
    settings = load_settings()
    if settings.database_url and not settings.database_url.startswith("sqlite"):
        raise UsageError(
            "GATEHOUSE_DATABASE_URL names another engine than SQLite: restore its dump with pg_restore, and copy "
            "audit.checkpoints by hand."
        )
    done = restore(folder, database=_database_file(settings), beside=_beside(settings))
    _say(f"Restored {', '.join(done.files)}: {done.verified.records} audit records, the chain is intact.")
    if not settings.audit_key_file.exists():
        _say(f"The audit key is not part of a backup: put it back at {settings.audit_key_file}, or a new one is made.")
    _say("Now build the search indexes anew: gatehouse sync")


def _database_file(settings: Settings) -> Path:
    named = settings.database.removeprefix("sqlite:///")
    return Path(named) if named else settings.data / DATABASE


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
