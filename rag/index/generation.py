"""Generations of the indexes: one folder per (model, chunker), and a pointer to the one in use.

    <root>/lock            held by the process that has the embedded index open
    <root>/current         the name of the generation in use
    <root>/<generation>/   chroma/, words/, applied

A new generation is built beside the old one and taken into use by replacing the pointer, so that vectors of two
models never meet and a question in between is answered from the old one.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

LAYOUT = "3"  # of what is filed in the indexes; a new one builds a new generation
POINTER = "current"


def generation_name(*, model: str, chunker: str) -> str:
    """A short name that changes with anything an index entry depends on."""
    return "g" + hashlib.sha256(f"{model}\n{chunker}\n{LAYOUT}".encode()).hexdigest()[:12]


def current_generation(root: Path) -> str | None:
    """The generation in use, or None before the first was built."""
    try:
        name = (root / POINTER).read_text().strip()
    except FileNotFoundError:
        return None
    return name if name and (root / name).is_dir() else None


def use_generation(root: Path, name: str) -> None:
    """Point at this generation, then remove the others. The caller holds the lock."""
    new = root / f"{POINTER}.new"
    new.write_text(name)
    new.replace(root / POINTER)
    for folder in root.iterdir():
        if folder.is_dir() and folder.name.startswith("g") and folder.name != name:
            shutil.rmtree(folder, ignore_errors=True)
