"""Reading a list question: the kind that is asked for, and the conditions its words state."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.fields.folding import fold
from rag.records.asking import Asking
from rag.records.conditions import Condition, Operator, joined
from rag.records.idioms import DONE_GROUP, OPEN_GROUP
from rag.records.known import KnownValues
from rag.records.limits import TIME_WORDS, bounded, comparison, limits, nearest_date
from rag.records.link import Link
from rag.records.listing import ARTICLES, EXTREMES, HAVING, LACKING, NOT, Listing
from rag.records.question import STOP_WORDS, Word, stem
from rag.records.shape import Shape
from rag.records.values import span_of_time
from rag.records.vocabulary import Concept

_TICKS = OPEN_GROUP | DONE_GROUP | frozenset({"unticked", "unchecked", "checked"})
LONGEST_VALUE = 7


def read_listing(asking: Asking, shape: Shape, links: Sequence[Link], *, kind: str, noun: Sequence[Word]) -> Listing:
    """Every condition the words state; words that state nothing known are `leftover`."""
    return _Reader(asking, shape, links, kind, tuple(noun)).read()


Item = Word | Link


class _Reader:
    """Walks the question once from left to right, consuming what it understands."""

    def __init__(self, asking: Asking, shape: Shape, links: Sequence[Link], kind: str, noun: tuple[Word, ...]) -> None:
        self.asking = asking
        self.kind = kind
        self.noun = noun
        items: list[Item] = [*(word for word in shape.words if word not in noun), *links]
        self.items = sorted(items, key=lambda item: item.start)
        self.conditions: list[Condition] = []
        self.unbound: list[Concept] = []
        self.extremes: list[str] = []
        self.leftover: list[str] = []
        self.pending: list[tuple[frozenset[str], set[str], bool]] = []
        self.known = KnownValues(asking.reader.facts, asking.vocabulary, kind=kind, runs=self._value_runs())
        self.negated = False
        self.having = ""

    def read(self) -> Listing:
        at = 0
        while at < len(self.items):
            at += max(self._step(at), 1)
        self._bind_values()
        conditions = tuple(joined(self.conditions))
        return Listing(
            self.kind, self.noun, conditions, tuple(self.unbound), tuple(self.extremes), tuple(self.leftover)
        )

    def _step(self, at: int) -> int:
        item = self.items[at]
        if isinstance(item, Link):
            return self._entity(item)
        for matcher in (self._overdue, self._time, self._number, self._concept, self._value, self._group):
            used = matcher(at)
            if used:
                return used
        return self._plain(item)

    def _plain(self, word: Word) -> int:
        if word.text in LACKING:
            self.having = "absent"
        elif word.text in NOT:
            self.negated = True
        elif word.text in HAVING:
            self.having = self.having or "present"
        elif word.text in EXTREMES:
            self.extremes.append(word.text)
        elif word.text not in STOP_WORDS and word.text not in ("other", "another", "each", "whatever"):
            self.leftover.append(word.text)
        return 1

    def _add(self, operator: Operator, concept: Concept | None, **more: object) -> None:
        self.conditions.append(Condition(operator, concept, negated=self.negated, **more))  # type: ignore[arg-type]
        self.negated = False
        self.having = ""

    # --- one thing at a time: each returns how many items it consumed -----------------

    def _entity(self, link: Link) -> int:
        people = [entity for entity in link.entities if entity.kind == "person"]
        if people or not self._is_place(link):
            names = {fold(name) for entity in link.entities for name in entity.names}
            self._pending_value(sorted(names), fields=self.known.fields_holding(names))
            return 1
        self._add("within", None, scope=link.entities)
        return 1

    def _is_place(self, link: Link) -> bool:
        return any(entity.parent is None for entity in link.entities)

    def _overdue(self, at: int) -> int:
        words = self._text(at, 2)
        length = 1 if words[:1] == ["overdue"] else 2 if words == ["past", "due"] else 0
        if length:
            self._add("overdue", self.asking.vocabulary.concept("due"))
        return length

    def _time(self, at: int) -> int:
        """ "before 1 December", "in 2023", "this week": bound to the date concept that is nearest."""
        words = self._text(at, 6)
        lead = words[0] if words and words[0] in TIME_WORDS else ""
        for length in range(min(5, len(words) - bool(lead)), 0, -1):
            phrase = words[bool(lead) : bool(lead) + length]
            span = span_of_time(self._written(at + bool(lead), length), self.asking.today) if phrase else None
            if span and (lead or phrase[0] in ("last", "this", "next", "today", "tomorrow", "yesterday")):
                concept = nearest_date(self.unbound, known=self.known, asking=self.asking)
                if concept is None:
                    return 0
                self.unbound = [other for other in self.unbound if other.answers != "date"]
                self._add("between", concept, span=bounded(lead, span))
                return length + bool(lead)
        return 0

    def _written(self, at: int, length: int) -> str:
        first, last = self.items[at], self.items[at + length - 1]
        text = self.asking.question.text[first.start : last.end].casefold()
        return text if re.search(r"\d-\d", text) else re.sub(r"(?<=\d)(?:st|nd|rd|th)\b|,", "", text)

    def _number(self, at: int) -> int:
        words = self._text(at, 4)
        found = comparison(words)
        if found is None:
            return 0
        operator, length = found
        digits = re.fullmatch(r"\d+(?:\.\d+)?", words[length]) if len(words) > length else None
        numeric = [concept for concept in self.unbound if concept.answers not in ("person", "date", "entity")]
        if not digits or not numeric:
            return 0
        self.unbound.remove(numeric[-1])
        self._add(operator, numeric[-1], number=float(digits.group()))
        return length + 1

    def _concept(self, at: int) -> int:
        for length in range(min(6, len(self.items) - at), 0, -1):
            words = self._text(at, length)
            if len(words) < length:
                continue
            found = self.known.concepts(" ".join(words), stems=" ".join(stem(word) for word in words))
            if found and self._value_at(at, None)[0] > length:
                return 0
            if found and not (length == 1 and words[0] in STOP_WORDS | HAVING):
                if length == 1 and words[0] in self.known.values and not self._value_at(at + length, None)[1]:
                    continue
                return length + self._after_concept(found, at + length)
        return 0

    def _after_concept(self, found: list[Concept], at: int) -> int:
        """Presence or absence where the question says so; else the value or the limit that follows."""
        if self.having == "absent" or (self.having and self.negated):
            self.negated = False
            self._add("absent", found[0])
            return 0
        skipped = self._articles(at)
        negated = self._text(at, 2)
        if any(word in NOT for word in negated[: skipped + 1]):
            self.negated = True
            skipped += 1
        used, values, concept = self._values_of(found, at + skipped)
        if used and concept is not None:
            self._add("is", concept, values=frozenset(self.known.actual.get(value, value) for value in values))
            self.unbound = [other for other in self.unbound if other.fields != concept.fields]
            return skipped + used
        if self._is_flag(found[0]):
            self._add("is", found[0], values=frozenset({"no", "false"} if self.negated else {"yes", "true"}))
            self.conditions[-1] = replace(self.conditions[-1], negated=False)
            return 0
        if (self.having == "present" or found[0].is_relation) and not limits(self._text(at + skipped, 3)):
            self._add("present", found[0])
            return 0
        self.unbound.append(self._preferred(found))
        return 0

    def _is_flag(self, concept: Concept) -> bool:
        """A field of yes and no: "required items" are those where it is yes."""
        return concept.rule is None and len(concept.fields) == 1 and concept.fields[0] in self.known.flags

    def _preferred(self, found: list[Concept]) -> Concept:
        form = self.asking.question.form
        wanted = {"who": "person", "when": "date"}.get(form)
        if form in ("which", "what", "list"):
            dated = [c for c in found if c.answers == "date"]
            return (
                dated[0] if dated and any(word.text in TIME_WORDS for word in self.asking.question.words) else found[0]
            )
        return next((concept for concept in found if concept.answers == wanted), found[0])

    def _values_of(self, found: list[Concept], at: int) -> tuple[int, list[str], Concept | None]:
        if at < len(self.items) and isinstance(self.items[at], Link):
            link = self.items[at]
            names = [fold(name) for entity in link.entities for name in entity.names] if isinstance(link, Link) else []
            holding = self.known.fields_holding(names)
            fitting = [c for c in found if c.is_relation or holding & set(c.fields)]
            return (1, names, fitting[0]) if fitting else (0, [], None)
        for concept in found:
            used, value = self._value_at(at, concept)
            if used:
                return used, [value], concept
        return 0, [], None

    def _value_at(self, at: int, concept: Concept | None) -> tuple[int, str]:
        for length in range(min(LONGEST_VALUE, len(self.items) - at), 0, -1):
            words = self._text(at, length)
            phrase = " ".join(words)
            fields = self.known.values.get(phrase, set()) if len(words) == length else set()
            if fields and (concept is None or fields & set(concept.fields)):
                return length, phrase
        return 0, ""

    def _articles(self, at: int) -> int:
        count = 0
        while at + count < len(self.items) and self._text(at + count, 1) and self._text(at + count, 1)[0] in ARTICLES:
            count += 1
        return count

    def _value(self, at: int) -> int:
        used, phrase = self._value_at(at, None)
        if not used or (used == 1 and phrase in STOP_WORDS):
            return 0
        self._pending_value([self.known.actual.get(phrase, phrase)], fields=self.known.values[phrase])
        return used

    def _pending_value(self, names: Sequence[str], *, fields: set[str]) -> None:
        """A value without its field: bound at the end, when all verbs and nouns are known."""
        self.pending.append((frozenset(names), set(fields), self.negated))
        self.negated = False
        self.having = ""

    def _bind_values(self) -> None:
        for names, fields, negated in self.pending:
            concept = self._concept_for(fields)
            if concept is None:
                self.leftover.append(sorted(names)[0])
                continue
            self.conditions.append(Condition("is", concept, names, negated=negated))

    def _concept_for(self, fields: set[str]) -> Concept | None:
        """The concept that was named beside, else the only one (or the status) that holds such a value."""
        named = [concept for concept in self.unbound if fields & set(concept.fields) or not fields]
        if named:
            self.unbound = [concept for concept in self.unbound if concept is not named[0]]
            return named[0]
        ruled = [c for c in self.asking.vocabulary.concepts if (c.rule and fields & set(c.fields))]
        plain = [
            Concept(name, "text", (name,), {}) for name in sorted(fields) if not any(name in c.fields for c in ruled)
        ]
        options = [*ruled, *plain]
        likely = [c for c in options if c.name in ("status", "state", "owner")]
        if ruled and not any(concept.answers == "person" and concept.name != "owner" for concept in ruled):
            likely = likely or ruled[:1]
        return options[0] if len(options) == 1 else likely[0] if likely else None

    def _group(self, at: int) -> int:
        word = self._text(at, 1)
        status = self.asking.vocabulary.concept("status")
        if word and "ticked" in self.known.flags and word[0] in _TICKS:
            done = (word[0] in DONE_GROUP or word[0] == "checked") != self.negated
            self.negated = False
            self._add("is", Concept("ticked", "text", ("ticked",), {}), values=frozenset({"yes"} if done else {"no"}))
            return 1
        if not word or status is None or not self.known.has(status):
            return 0
        groups = status.rule.groups if status.rule else {}
        if word[0] in groups:
            self._add("is", status, values=frozenset(fold(value) for value in groups[word[0]]))
            return 1
        if word[0] in OPEN_GROUP or word[0] in DONE_GROUP:
            self._add("open" if word[0] in OPEN_GROUP else "done", status)
            return 1
        return 0

    # --- the words ---------------------------------------------------------------------

    def _text(self, at: int, length: int) -> list[str]:
        words = []
        for item in self.items[at : at + length]:
            if not isinstance(item, Word):
                break
            words.append(item.text)
        return words

    def _value_runs(self) -> set[str]:
        """Every run of words that may be a value."""
        runs = set()
        for at in range(len(self.items)):
            words = self._text(at, LONGEST_VALUE)
            runs |= {" ".join(words[:length]) for length in range(1, len(words) + 1)}
        return runs
