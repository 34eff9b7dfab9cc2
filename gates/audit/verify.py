"""Reads a chain once, in order, and names every record that was edited, dropped, inserted or moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gates.audit.chain import record_hash
from gates.audit.entry import GENESIS, Head, Record

MOST_TOLD = 1_000
"""Problems named one by one; further ones are counted."""

NEAR = 64
"""How far from its place a moved record is looked for."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a signed checkpoint saw: the hash of one record, and when it was signed, in words."""

    hash: str
    at: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What verification found. `against` is the number of checkpoints compared, None when there were none to see."""

    records: int
    head: Head
    problems: tuple[str, ...]
    untold: int = 0
    against: int | None = None

    @property
    def intact(self) -> bool:
        return not self.problems


def verify(
    records: Iterable[Record], *, head: Head | None = None, checkpoints: Mapping[int, Seen] | None = None
) -> Verified:
    """Read records in the order they are kept, from the first.

    `head` is what the database says of the end, None for an export. Only signed `checkpoints` show a tail that was cut
    off together with the head, or a chain that was computed anew from some record on.
    """
    reading = _Reading(checkpoints or {})
    for record in records:
        reading.take(record)
    return reading.close(head, against=None if checkpoints is None else len(checkpoints))


@dataclass(slots=True)
class _Shifted:
    """A run of records that carry other numbers than their content was hashed with, all off by `by`."""

    first: int
    last: int
    by: int


@dataclass(slots=True)
class _Reading:
    """Where the reading stands. Its memory does not grow with the log, only with what is missing from it."""

    checkpoints: Mapping[int, Seen]
    at: Head = GENESIS
    count: int = 0
    shifted: _Shifted | None = None
    missing: set[int] = field(default_factory=set)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    untold: int = 0

    def take(self, record: Record) -> None:
        self.count += 1
        if record.seq <= self.at.seq:
            self._take_late(record)
            return
        if record.seq > self.at.seq + 1:
            self._leave_gap(self.at.seq + 1, record.seq - 1)
        if record_hash(record.seq, record.previous, record.entry) != record.hash:
            self._take_unsound(record)
        else:
            self._take_sound(record)
        self._compare(record)
        self.at = Head(record.seq, record.hash)

    def _compare(self, record: Record) -> None:
        seen = self.checkpoints.get(record.seq)
        if seen is not None and seen.hash != record.hash:
            self._tell(
                f"record {record.seq} is not the one that the checkpoint of {seen.at} saw: "
                "the chain was computed anew from it or from one before it"
            )

    def _take_late(self, record: Record) -> None:
        if record.seq in self.missing:
            self.missing.discard(record.seq)
            self._tell(f"record {record.seq} was moved: it stands after record {self.at.seq}")
        else:
            self._tell(f"record {record.seq} was inserted: its number is taken, it stands after record {self.at.seq}")

    def _leave_gap(self, first: int, last: int) -> None:
        if last - first < MOST_TOLD:
            self.missing.update(range(first, last + 1))
        else:
            self.gaps.append((first, last))

    def _take_unsound(self, record: Record) -> None:
        own = _own_number(record)
        if own is None:
            self._end_shift()
            self._tell(f"record {record.seq} was edited: its content does not have its hash")
        elif self.shifted is not None and self.shifted.by == record.seq - own:
            self.shifted.last = record.seq
        else:
            self._end_shift()
            self.shifted = _Shifted(record.seq, record.seq, record.seq - own)

    def _take_sound(self, record: Record) -> None:
        follows = record.seq == self.at.seq + 1
        if self.shifted is not None:
            self._end_shift()
        elif follows and record.previous != self.at.hash:
            self._tell(_unlinked(record.seq, self.at.seq))

    def _end_shift(self, *, at_the_end: bool = False) -> None:
        if self.shifted is not None:
            self._tell(_told_shift(self.shifted, at_the_end=at_the_end))
        self.shifted = None

    def _tell(self, problem: str) -> None:
        if len(self.problems) < MOST_TOLD:
            self.problems.append(problem)
        else:
            self.untold += 1

    def close(self, head: Head | None, *, against: int | None) -> Verified:
        self._end_shift(at_the_end=True)
        for first, last in (*_stretches(sorted(self.missing)), *self.gaps):
            self._tell(f"record {first} was dropped" if first == last else f"records {first} to {last} were dropped")
        if head is not None and head != self.at:
            self._tell(_another_end(head, self.at))
        for seq, seen in sorted(self.checkpoints.items()):
            if seq > self.at.seq:
                self._tell(
                    f"the tail was cut: the checkpoint of {seen.at} saw record {seq}, the log ends at {self.at.seq}"
                )
        return Verified(self.count, self.at, tuple(self.problems), self.untold, against)


def _unlinked(seq: int, before: int) -> str:
    if before == 0:
        return f"record {seq} does not begin the chain: what was before it was dropped"
    return (
        f"record {before} was edited or put in the place of another, with a hash computed anew: "
        f"record {seq} rests on a different one"
    )


def _told_shift(found: _Shifted, *, at_the_end: bool) -> str:
    """Records off by one up to the end of the log were renumbered; a run that ends before was moved."""
    if at_the_end and found.by == 1 and found.first > 1:
        return f"record {found.first - 1} was inserted: from there on the records were given new numbers"
    if at_the_end and found.by == -1:
        return f"record {found.first} was dropped: from there on the records were given new numbers"
    if found.first == found.last:
        return f"record {found.first - found.by} was moved: it stands at {found.first}"
    own = f"records {found.first - found.by} to {found.last - found.by}"
    return f"{own} were moved: they stand at {found.first} to {found.last}"


def _own_number(record: Record) -> int | None:
    """The number under which a record's content has its hash, near the one it carries; None: its content changed."""
    for step in range(1, NEAR + 1):
        for seq in (record.seq - step, record.seq + step):
            if record_hash(seq, record.previous, record.entry) == record.hash:
                return seq
    return None


def _stretches(numbers: Iterable[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def _another_end(head: Head, at: Head) -> str:
    if head.seq > at.seq:
        return f"the last {head.seq - at.seq} records were dropped: the log ends at {at.seq}, its head says {head.seq}"
    if head.seq < at.seq:
        return f"records after {head.seq} were inserted: the head says {head.seq}, the log ends at {at.seq}"
    return f"the head was edited, or record {at.seq}: they name different hashes"
