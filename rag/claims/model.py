"""The values of the check: a source that may be cited, and what became of a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Fault = Literal[
    "no citation",
    "unknown citation",
    "link",
    "number",
    "date",
    "name",
    "role",
    "negation",
    "modality",
    "off the source",
    "not entailed",
]


@dataclass(frozen=True)
class Source:
    """A numbered text that the model was given.

    `about` is what stands above it (title, headings): names and words may be taken from there, values may not.
    `year` is the year it was written in, which completes a day without one; 0 is unknown.
    """

    n: int
    text: str
    about: str = ""
    ending: str = ""
    year: int = 0


@dataclass(frozen=True)
class Evidence:
    """A verbatim piece `Source.text[start:end]` of source `n` that a sentence rests on."""

    n: int
    start: int
    end: int


@dataclass(frozen=True)
class Supported:
    """Everything checkable in the sentence stands in the sources it cites; `evidence` says where, best first."""

    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Unsupported:
    """The sentence must not be shown. `fault` is the kind of reason, `reason` one sentence for the record."""

    fault: Fault
    reason: str


Verdict = Supported | Unsupported

Judge = Callable[[str, Mapping[int, Source]], Verdict]
"""What decides whether a sentence with its citations may be shown, given all numbered sources that were sent."""
