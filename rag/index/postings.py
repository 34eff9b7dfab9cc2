"""Which texts hold which words, as arrays that are never altered: a change makes new ones.

Nothing remains of a text that was taken out, neither in the counts nor in the lengths.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

MOST_COUNTED = 65_535
"""A word repeated more often than this in one text counts as this often; BM25 hardly tells them apart."""

ROW_BITS = 32


class Text(NamedTuple):
    """A text to be filed: its id, the id of its document, its terms in any order."""

    number: int
    document: int
    terms: Sequence[str]


@dataclass(frozen=True)
class Postings:
    """Texts ordered by document and id, and for each term (as a key, ascending) the texts that hold it.

    Term `i` is held by `rows[starts[i]:starts[i + 1]]`, ascending positions among the texts, each `counts` times.
    `lengths` are in terms.
    """

    numbers: Ints
    documents: Ints
    lengths: Ints
    terms: NDArray[np.uint64]
    starts: Ints
    rows: NDArray[np.int32]
    counts: NDArray[np.uint16]

    def holding(self, term: int) -> slice:
        """Where in `rows` and `counts` the texts stand that hold this term."""
        at = int(self.terms.searchsorted(np.uint64(term)))
        if at == self.terms.size or int(self.terms[at]) != term:
            return slice(0, 0)
        return slice(int(self.starts[at]), int(self.starts[at + 1]))

    def positions(self, numbers: Iterable[int]) -> Ints:
        """Where those of these texts stand that are here."""
        wanted, order = np.array(sorted(numbers), dtype=np.int64), self._by_number
        if not order.size:
            return wanted[:0]
        at = np.minimum(self.numbers[order].searchsorted(wanted), order.size - 1)
        found: Ints = order[at]
        here: Ints = found[self.numbers[found] == wanted]
        return here

    @cached_property
    def total_length(self) -> int:
        """Terms in all texts together."""
        return int(self.lengths.sum())

    @cached_property
    def whole(self) -> Postings:
        """The same words by whole document, each text now a document."""
        documents, place = np.unique(self.documents, return_inverse=True)
        lengths = np.bincount(place, weights=self.lengths, minlength=documents.size).astype(np.int64)
        texts = (documents, documents, lengths)
        return _collated(texts, self.terms, _Found(self._ranks(), place[self.rows], self.counts))

    @cached_property
    def _by_number(self) -> Ints:
        return np.argsort(self.numbers, kind="stable")

    def _ranks(self) -> Ints:
        """For each posting the position of its term."""
        return np.repeat(np.arange(self.terms.size), np.diff(self.starts))

    def changed(self, *, gone: Collection[int], new: Sequence[Text]) -> Postings:
        """These texts without some and with others."""
        kept = ~np.isin(self.numbers, np.array(sorted(gone), dtype=np.int64))
        held = kept[self.rows]
        added = _listed(new)
        terms = np.union1d(self.terms, added.terms)
        order, place = _ordered(
            np.concatenate([self.documents[kept], added.documents]), np.concatenate([self.numbers[kept], added.numbers])
        )
        old_rows = (np.cumsum(kept) - 1)[self.rows[held]]
        ranks = np.concatenate([terms.searchsorted(self.terms)[self._ranks()[held]], terms.searchsorted(added.terms)])
        rows = place[np.concatenate([old_rows, added.rows + int(kept.sum())])]
        texts = tuple(
            np.concatenate([ours[kept], theirs])[order]
            for ours, theirs in (
                (self.numbers, added.numbers),
                (self.documents, added.documents),
                (self.lengths, added.lengths),
            )
        )
        counts = np.concatenate([self.counts[held], added.counts])
        return _collated((texts[0], texts[1], texts[2]), terms, _Found(ranks, rows, counts))


class _Found(NamedTuple):
    """Postings in any order: the position of the term, of the text, and how often."""

    ranks: Ints
    rows: Ints
    counts: NDArray[np.uint16]


@dataclass(frozen=True)
class _Listed:
    """New texts as they come, one posting per text and term."""

    numbers: Ints
    documents: Ints
    lengths: Ints
    terms: NDArray[np.uint64]
    rows: Ints
    counts: NDArray[np.uint16]


def no_postings() -> Postings:
    """No text at all."""
    none = np.zeros(0, dtype=np.int64)
    starts = np.zeros(1, dtype=np.int64)
    return Postings(none, none, none, none.astype(np.uint64), starts, none.astype(np.int32), none.astype(np.uint16))


def term_key(term: str) -> int:
    """A term as 64 bits; that two terms of a collection share one is a matter of one in ten million million."""
    return int.from_bytes(blake2b(term.encode(), digest_size=8).digest(), "little")


def _listed(texts: Sequence[Text]) -> _Listed:
    keys: dict[str, int] = {}
    terms, rows, counts = [], [], []
    for row, text in enumerate(texts):
        for term, count in Counter(text.terms).items():
            terms.append(keys[term] if term in keys else keys.setdefault(term, term_key(term)))
            rows.append(row)
            counts.append(min(count, MOST_COUNTED))
    return _Listed(
        np.array([text.number for text in texts], dtype=np.int64),
        np.array([text.document for text in texts], dtype=np.int64),
        np.array([len(text.terms) for text in texts], dtype=np.int64),
        np.array(terms, dtype=np.uint64),
        np.array(rows, dtype=np.int64),
        np.array(counts, dtype=np.uint16),
    )


def _ordered(documents: Ints, numbers: Ints) -> tuple[Ints, Ints]:
    """The order by document and id, and the place each text takes in it."""
    order = np.lexsort((numbers, documents))
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    return order, place


def _collated(texts: tuple[Ints, Ints, Ints], terms: NDArray[np.uint64], found: _Found) -> Postings:
    """Postings by term and text, counts of the same two added up; terms that nothing holds any more are dropped."""
    keys = (found.ranks << ROW_BITS) | found.rows
    order = np.argsort(keys, kind="stable")  # what is in order already costs next to nothing
    keys = keys[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    counts = np.add.reduceat(found.counts[order].astype(np.int64), first) if first.size else found.counts
    keys = keys[first]
    starts = (keys >> ROW_BITS).searchsorted(np.arange(terms.size + 1))
    used = np.diff(starts) > 0
    rows = (keys & ((1 << ROW_BITS) - 1)).astype(np.int32)
    held = np.minimum(counts, MOST_COUNTED).astype(np.uint16)
    return Postings(*texts, terms[used], np.append(starts[:-1][used], keys.size), rows, held)


def save_postings(file: BinaryIO, postings: Postings) -> None:
    """The arrays one after the other, each as numpy writes it."""
    for field in fields(Postings):
        np.save(file, getattr(postings, field.name), allow_pickle=False)


def load_postings(file: BinaryIO) -> Postings:
    """What `save_postings` wrote. Raises ValueError or EOFError where the file is anything else."""
    postings = Postings(*(np.load(file, allow_pickle=False) for _ in fields(Postings)))
    texts = {postings.numbers.size, postings.documents.size, postings.lengths.size}
    if len(texts) > 1 or postings.starts[-1:].tolist() != [postings.rows.size] or file.read(1):
        raise ValueError("these arrays do not belong together")
    return postings
