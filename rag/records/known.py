"""What is known of the values and fields of one kind, for reading the conditions of a list question."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from rag.records.question import stem
from rag.records.vocabulary import Concept, Vocabulary
from rag.store.facts import FactReader

_TRUTHS = ("yes", "no", "true", "false")


class KnownValues:
    """The fields of a kind, and which of the question's words are values of them.

    `values` maps a run of words to the folded fields that hold it; `actual` gives the value for a run
    written in the plural; `flags` are the fields of yes and no.
    """

    def __init__(self, facts: FactReader, vocabulary: Vocabulary, *, kind: str, runs: Iterable[str]) -> None:
        self._facts = facts
        self._vocabulary = vocabulary
        self._kind = kind
        self.fields = set(facts.fields_of_kind(kind))
        self.flags = {name for _, name in facts.known_values(_TRUTHS, kind=kind)} & self.fields
        self.actual: dict[str, str] = {}
        self.values = self._look_up(set(runs))

    def _look_up(self, runs: set[str]) -> dict[str, set[str]]:
        singular = {run[:-1]: run for run in runs if run.endswith("s") and len(run) > 4 and run[:-1] not in runs}
        found: dict[str, set[str]] = {}
        for value, name in self._facts.known_values(runs | set(singular), kind=self._kind):
            if name in self.fields:
                found.setdefault(value, set()).add(name)
                if value in singular:
                    found.setdefault(singular[value], set()).add(name)
                    self.actual[singular[value]] = value
        return found

    def fields_holding(self, values: Collection[str]) -> set[str]:
        return {name for _, name in self._facts.known_values(values, kind=self._kind) if name in self.fields}

    def has(self, concept: Concept) -> bool:
        return bool(concept.derived) or any(name in self.fields for name in concept.fields)

    def concepts(self, phrase: str, *, stems: str) -> list[Concept]:
        """What a phrase may ask of this kind: a mapping's concepts, else own fields, else the lexicon's."""
        if phrase in self.values and phrase not in self.fields:
            return []
        named = (c for c in self._vocabulary.concepts if self.has(c))
        found = [c for c in named if phrase in c.phrases or (not c.is_relation and stems in c.phrases)]
        own = [name for name in self.fields if name == phrase or _stems(name) == stems]
        ruled = [concept for concept in found if concept.rule or concept.derived]
        reading = [concept for concept in found if set(own) & set(concept.fields)]
        return ruled or reading or [Concept(name, "text", (name,), {}) for name in own] or found


def _stems(name: str) -> str:
    return " ".join(stem(part) for part in name.split())
