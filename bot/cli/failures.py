"""Which errors are foreseen: they are told in their own words, without a traceback."""

from __future__ import annotations

import errno
import sys

_FORESEEN = (
    ("bot.settings", "SettingsError"),
    ("bot.database", "DatabaseError"),
    ("bot.audience", "AudienceError"),
    ("bot.intake.records", "ProgrammeError"),
    ("bot.intake.overlap", "OverlapError"),
    ("bot.cli.usage", "UsageError"),
    ("bot.upkeep.backup", "BackupError"),
    ("bot.intake.trusted", "TrustError"),
    ("gates.audit.keys", "AuditKeyError"),
    ("gates.audit.export", "ExportError"),
    ("bot.platforms.web.serve", "CannotListen"),
    ("rag.sources.errors", "SourceError"),
    ("rag.fields.mapping", "MappingError"),
    ("rag.embed.port", "EmbedError"),
    ("rag.index.library", "IndexMissingError"),
    ("rag.index.lock", "IndexInUseError"),
    ("rag.evaluate.collection", "CollectionError"),
    ("rag.evaluate.questions", "QuestionFileError"),
)
"""(module, class). Looked up among the loaded modules: an error's own always is, and none is imported to tell it."""


DISK_FULL = "The disk is full. Free some space and run the command again; what was saved is kept."
INDEX_FAILED = (
    "The vector index cannot be used. See that the disk is not full and try again; if that does not help, "
    "delete the folder `index` in the data folder: gatehouse sync builds it anew from the database."
)


def foreseen(error: BaseException) -> str | None:
    """The message of a foreseen error, or None for one that is a defect of ours."""
    if any(isinstance(error, kind) for kind in _loaded()):
        return str(error)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return DISK_FULL
    if type(error).__module__.startswith("chromadb."):
        return DISK_FULL if "disk is full" in str(error) else f"{INDEX_FAILED} ({error})"
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.strerror}: {error.filename!r}"
    return None


def _loaded() -> tuple[type[BaseException], ...]:
    found = (getattr(sys.modules.get(module), name, None) for module, name in _FORESEEN)
    return tuple(kind for kind in found if isinstance(kind, type))
