"""The word index: English stems by tantivy's analyser, one shelf of postings per access id, BM25 within the readable.

tantivy's own index is not used: its BM25 counts words over all texts there are, so that what nobody here may read
would move the scores of what they may.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.index.port import Hit, LexicalEntry, Within

if TYPE_CHECKING:
    import tantivy

    from rag.index.postings import Postings, Text

LONGEST_WORD = 40  # longer runs of letters are data, not words
FUNCTION_WORDS = """
    a an the this that these those
    i me my we us our you your he him his she her it its they them their
    who whom whose which what when where why how
    am is are was were be been being do does did has have had having
    can could will would shall should may might must
    of in on at by for from to with into onto about as than
    and or but if then so because while
    there here s t
"""  # they carry a question's grammar, not its matter; "not" and "no" stay, they can be the matter
SUFFIX = ".words"


class DamagedWordsError(ValueError):
    """A file of the index cannot be read; everything in it can be built anew from the database."""


class WordIndex:
    """A lexical index in a folder, a file per access id; without a folder it lives and goes with the process.

    Several processes may read; only one may write. A search sees each access id as it was before a commit or after.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._analyzer = _analyzer()
        self._folder = folder
        self._shelves = _read_shelves(folder) if folder else {}
        self._gone: set[int] = set()
        self._new: dict[int, tuple[int, Text]] = {}

    def put(self, entries: Sequence[LexicalEntry]) -> None:
        from rag.index.postings import Text

        self.delete([entry.chunk_id for entry in entries])
        for entry in entries:
            text = Text(entry.chunk_id, entry.document_id, self.terms(entry.text))
            self._new[entry.chunk_id] = (entry.access_id, text)

    def delete(self, chunk_ids: Sequence[int]) -> None:
        self._gone.update(chunk_ids)
        for chunk_id in chunk_ids:
            self._new.pop(chunk_id, None)

    def commit(self) -> None:
        from rag.index.postings import no_postings

        new: dict[int, list[Text]] = {}
        for access_id, text in self._new.values():
            new.setdefault(access_id, []).append(text)
        for access_id in sorted(new.keys() | self._shelves.keys()):
            shelf = self._shelves.get(access_id) or no_postings()
            if access_id in new or shelf.positions(self._gone).size:
                self._replace(access_id, shelf.changed(gone=self._gone, new=new.get(access_id, ())))
        self._gone, self._new = set(), {}

    def _replace(self, access_id: int, shelf: Postings) -> None:
        if self._folder:
            _write_shelf(self._folder / f"{access_id}{SUFFIX}", shelf)
        self._shelves = {**self._shelves, access_id: shelf}

    def terms(self, text: str) -> list[str]:
        return list(self._analyzer.analyze(text))

    def search_chunks(self, words: Mapping[str, float], within: Within) -> list[Hit]:
        return self._search(words, within, lambda shelf: shelf)

    def search_documents(self, words: Mapping[str, float], within: Within) -> list[Hit]:
        return self._search(words, within, lambda shelf: shelf.whole)

    def _search(self, words: Mapping[str, float], within: Within, side: Callable[[Postings], Postings]) -> list[Hit]:
        from rag.index.bm25 import best_texts

        shelves = [side(shelf) for shelf in self._readable(within.access_ids)]
        return best_texts(shelves, words, limit=within.limit, among=within.among) if within.limit > 0 else []

    def frequency(self, term: str, access_ids: Collection[int]) -> float:
        from rag.index.bm25 import share_holding

        return share_holding(self._readable(access_ids), term)

    def _readable(self, access_ids: Collection[int]) -> list[Postings]:
        shelves = self._shelves
        return [shelves[access_id] for access_id in sorted(access_ids) if access_id in shelves]

    def count(self) -> int:
        return sum(int(shelf.numbers.size) for shelf in self._shelves.values())

    def close(self) -> None:
        """Nothing is held open."""


def _read_shelves(folder: Path) -> dict[int, Postings]:
    """Every shelf of the folder, by access id. Raises DamagedWordsError."""
    from rag.index.postings import load_postings

    folder.mkdir(parents=True, exist_ok=True)
    shelves = {}
    for path in folder.glob(f"*{SUFFIX}"):
        try:
            with path.open("rb") as file:
                shelves[int(path.stem)] = load_postings(file)
        except (ValueError, EOFError) as error:
            raise DamagedWordsError(f"{path.name} is damaged") from error
    return shelves


def _write_shelf(path: Path, shelf: Postings) -> None:
    """Replaced in one step: a reader finds the old shelf or the new one."""
    from rag.index.postings import save_postings

    new = path.with_suffix(".new")
    with new.open("wb") as file:
        save_postings(file, shelf)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _analyzer() -> tantivy.TextAnalyzer:
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    words = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(LONGEST_WORD)).filter(Filter.lowercase())
    telling = words.filter(Filter.custom_stopword(FUNCTION_WORDS.split()))
    return telling.filter(Filter.ascii_fold()).filter(Filter.stemmer("english")).build()
