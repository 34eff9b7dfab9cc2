"""Keeps collections apart: no file may come in twice, and none past the rules of the folder it lies in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


class OverlapError(Exception):
    """A folder is, holds or lies within one that is taken in already; the message says what to do."""


def refuse_overlap(root: Path, *, name: str, chosen: bool, known: Iterable[tuple[str, Path]]) -> None:
    """Refuse a folder that would take files in twice, or take over another folder's collection by accident.

    `known` are the collections of earlier runs (name, folder); `chosen` is whether the name was given by hand, which
    lets a collection follow a folder that moved. A folder inside a collection would be read without the folder rules
    of that collection's programme.yaml, so its restricted documents would become public.

    Raises:
        OverlapError: It does.
    """
    for other, folder in known:
        if other == name and folder != root and not chosen:
            raise OverlapError(
                f"The collection {name!r} comes from {folder}. Give this one a name of its own: "
                f"gatehouse sync {root} --name NAME (or --name {name}, if the folder moved to here)."
            )
        if other != name and (folder == root or folder in root.parents or root in folder.parents):
            raise OverlapError(
                f"{root} {_relation(root, folder)} the collection {other!r} ({folder}): "
                "its files would be taken in twice, and past its rules of who may read them. "
                f"To take them in this way, forget the other first: gatehouse sync --forget {other}"
            )


def _relation(root: Path, folder: Path) -> str:
    if folder == root:
        return "is"
    return "lies within" if folder in root.parents else "holds"
