"""What somebody may have meant by a name that is not there, said so that the list never looks whole when it is cut."""

from __future__ import annotations

from collections.abc import Sequence

SHOWN = 12
"""Choices named at once; the rest is counted."""

NEAR = 60
"""How alike (of 100) a name has to be to be taken for a slip."""


def listed(names: Sequence[str], *, most: int = SHOWN) -> str:
    """ "a, b, c and 4 more"; "none" where there is nothing."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return (", ".join(names[:most]) or "none") + more


def suggestion(said: str, choices: Sequence[str], *, title: str = "Known") -> str:
    """The choice that was probably meant, else those there are."""
    from rapidfuzz import process

    near = process.extractOne(said.casefold(), choices, score_cutoff=NEAR)
    return f"Did you mean {near[0]!r}?" if near else f"{title}: {listed(choices)}."
