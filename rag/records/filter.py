"""Reading a list question: the kind that is asked for, and the conditions its words state."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rag.fields.folding import fold
from rag.records.asking import Asking, nouns_of
from rag.records.conditions import Condition, Operator, joined
from rag.records.lexicon import DONE_GROUP, OPEN_GROUP
from rag.records.link import Link
from rag.records.question import STOP_WORDS, Word, stem
from rag.records.shape import Shape
from rag.records.values import span_of_time
from rag.records.vocabulary import Concept

_HAVING = frozenset("with have has having name names naming named list lists record records specify specifies state states got mention mentions contain carry gives set".split())
_LACKING = frozenset("without lack lacks lacking missing miss misses no".split())
_NOT = frozenset("not never except excluding neither nor isn aren don doesn".split())
_ARTICLES = frozenset("a an any the their its some of is are as at to for in on by equal equals set being been be with have has was were under".split())
_COMPARE: tuple[tuple[str, Operator], ...] = (
    ("more than", "more"), ("greater than", "more"), ("larger than", "more"), ("higher than", "more"), ("over", "more"), ("above", "more"),
    ("exceeding", "more"), ("at least", "at_least"), ("less than", "less"), ("fewer than", "less"), ("lower than", "less"), ("smaller than", "less"),
    ("under", "less"), ("below", "less"), ("at most", "at_most"), ("up to", "at_most"),
)  # fmt: skip
_WHEN = frozenset("before after since until by in on during from between".split())
_TICKS = OPEN_GROUP | DONE_GROUP | frozenset({"unticked", "unchecked", "checked"})
LONGEST_VALUE = 7


@dataclass(frozen=True)
class Listing:
    """A list question as read. `unbound` are concepts named without a condition: what is asked of the list."""

    kind: str
    noun: tuple[Word, ...]
    conditions: tuple[Condition, ...]
    unbound: tuple[Concept, ...]
    extremes: tuple[str, ...] = ()
    leftover: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = field(default=())


_EXTREMES = frozenset(
    "latest newest oldest earliest first last recent recently most fewest highest largest biggest lowest smallest least cheapest longest sum "
    "total average mean combined altogether maximum minimum max min many".split()
)


def kind_asked(asking: Asking, shape: Shape) -> tuple[str, tuple[Word, ...], bool] | None:
    """(kind, its words, whether in the plural) of the first noun that names a kind of entity."""
    kinds = {words.kind for words in asking.vocabulary.kinds} | set(asking.reader.facts.kinds())
    nouns = {noun: kind for kind in sorted(kinds, key=lambda k: k in asking.vocabulary.mapped_kinds) for noun in nouns_of(kind, asking.vocabulary)}
    for run in shape.runs:
        for begin in range(len(run)):
            for length in (3, 2, 1):
                words = run[begin : begin + length]
                text = " ".join(word.text for word in words)
                if len(words) == length and text in nouns:
                    return nouns[text], tuple(words), _is_plural(words[-1].text)
    return None


def _is_plural(word: str) -> bool:
    return word in ("people", "criteria") or (word.endswith("s") and not word.endswith("ss") and word != "status")


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
        self.values: list[tuple[str, set[str]]] = []
        self.fields = set(asking.reader.facts.fields_of_kind(kind))
        self.flags = {name for value, name in asking.reader.facts.known_values(["yes", "no", "true", "false"])} & self.fields
        self.actual: dict[str, str] = {}
        self.known = self._known_values()
        self.negated = False
        self.having = ""

    def read(self) -> Listing:
        at = 0
        while at < len(self.items):
            at += max(self._step(at), 1)
        self._bind_values()
        conditions = tuple(joined(self.conditions))
        return Listing(self.kind, self.noun, conditions, tuple(self.unbound), tuple(self.extremes), tuple(self.leftover))

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
        if word.text in _LACKING:
            self.having = "absent"
        elif word.text in _NOT:
            self.negated = True
        elif word.text in _HAVING:
            self.having = self.having or "present"
        elif word.text in _EXTREMES:
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
            self.values.append((next(iter(names)), {*names}))
            self._bind_entity(names)
            return 1
        self._add("within", None, scope=link.entities)
        return 1

    def _is_place(self, link: Link) -> bool:
        return any(entity.parent is None for entity in link.entities)

    def _bind_entity(self, names: set[str]) -> None:
        self.values.pop()
        self._pending_value(sorted(names), fields=self._fields_with(names))

    def _fields_with(self, names: set[str]) -> set[str]:
        return {name for value, name in self.asking.reader.facts.known_values(names) if name in self.fields}

    def _overdue(self, at: int) -> int:
        words = self._text(at, 2)
        length = 1 if words[:1] == ["overdue"] else 2 if words == ["past", "due"] else 0
        if length:
            self._add("overdue", self.asking.vocabulary.concept("due"))
        return length

    def _time(self, at: int) -> int:
        """ "before 1 December", "in 2023", "this week": bound to the date concept that is nearest."""
        words = self._text(at, 6)
        lead = words[0] if words and words[0] in _WHEN else ""
        for length in range(min(5, len(words) - bool(lead)), 0, -1):
            phrase = words[bool(lead) : bool(lead) + length]
            span = span_of_time(self._written(at + bool(lead), length), self.asking.today) if phrase else None
            if span and (lead or phrase[0] in ("last", "this", "next", "today", "tomorrow", "yesterday")):
                concept = self._date_concept()
                if concept is None:
                    return 0
                self._add("between", concept, span=_bounded(lead, span))
                return length + bool(lead)
        return 0

    def _written(self, at: int, length: int) -> str:
        first, last = self.items[at], self.items[at + length - 1]
        text = self.asking.question.text[first.start : last.end].casefold()
        return text if re.search(r"\d-\d", text) else re.sub(r"(?<=\d)(?:st|nd|rd|th)\b|,", "", text)

    def _date_concept(self) -> Concept | None:
        dated = [concept for concept in self.unbound if concept.answers == "date" and self._has(concept)]
        if dated:
            self.unbound = [concept for concept in self.unbound if concept not in dated]
            return dated[-1]
        here = [c for c in self.asking.vocabulary.concepts if c.answers == "date" and self._has(c)]
        spoken = {word.text for word in self.asking.question.words}
        verbs = [c for c in here if any(set(p.split()) <= spoken for p in c.phrases)]
        return verbs[0] if verbs else here[0] if len(here) == 1 else next((c for c in here if c.name == "due"), None)

    def _number(self, at: int) -> int:
        words = self._text(at, 4)
        joined_words = " ".join(words)
        for phrase, operator in _COMPARE:
            if joined_words.startswith(phrase + " "):
                length = len(phrase.split())
                digits = re.fullmatch(r"\d+(?:\.\d+)?", words[length]) if len(words) > length else None
                numeric = [concept for concept in self.unbound if concept.answers not in ("person", "date", "entity")]
                if digits and numeric:
                    self.unbound.remove(numeric[-1])
                    self._add(operator, numeric[-1], number=float(digits.group()))
                    return length + 1
        return 0

    def _concept(self, at: int) -> int:
        for length in range(min(6, len(self.items) - at), 0, -1):
            words = self._text(at, length)
            if len(words) < length:
                continue
            found = self._concepts(" ".join(words), stems=" ".join(stem(word) for word in words))
            if found and self._value_at(at, None)[0] > length:
                return 0
            if found and not (length == 1 and words[0] in STOP_WORDS | _HAVING):
                if length == 1 and words[0] in self.known and not self._adjacent_value(at + length):
                    continue
                return length + self._after_concept(found, at + length)
        return 0

    def _concepts(self, phrase: str, *, stems: str) -> list[Concept]:
        if phrase in self.known and phrase not in self.fields:
            return []
        found = [c for c in self.asking.vocabulary.concepts if self._has(c) and (phrase in c.phrases or (not c.is_relation and stems in c.phrases))]
        own = [name for name in self.fields if name == phrase or " ".join(stem(part) for part in name.split()) == stems]
        ruled = [concept for concept in found if concept.rule or concept.derived]
        return ruled or [Concept(name, "text", (name,), {}) for name in own] or found

    def _has(self, concept: Concept) -> bool:
        return bool(concept.derived) or any(name in self.fields for name in concept.fields)

    def _adjacent_value(self, at: int) -> bool:
        return bool(self._value_at(at, None)[1])

    def _after_concept(self, found: list[Concept], at: int) -> int:
        """Presence or absence where the question says so; else the value or the limit that follows."""
        if self.having == "absent" or (self.having and self.negated):
            self.negated = False
            self._add("absent", found[0])
            return 0
        skipped = self._articles(at)
        negated = self._text(at, 2)
        if any(word in _NOT for word in negated[: skipped + 1]):
            self.negated = True
            skipped += 1
        used, values, concept = self._values_of(found, at + skipped)
        if used and concept is not None:
            self._add("is", concept, values=frozenset(self.actual.get(value, value) for value in values))
            self.unbound = [other for other in self.unbound if other.fields != concept.fields]
            return skipped + used
        if self._is_flag(found[0]):
            self._add("is", found[0], values=frozenset({"no", "false"} if self.negated else {"yes", "true"}))
            self.conditions[-1] = replace(self.conditions[-1], negated=False)
            return 0
        if (self.having == "present" or found[0].is_relation) and not self._compares(at + skipped):
            self._add("present", found[0])
            return 0
        self.unbound.append(self._preferred(found))
        return 0

    def _is_flag(self, concept: Concept) -> bool:
        """A field of yes and no: "required items" are those where it is yes."""
        return concept.rule is None and len(concept.fields) == 1 and concept.fields[0] in self.flags

    def _compares(self, at: int) -> bool:
        text = " ".join(self._text(at, 3))
        return any(text.startswith(phrase) for phrase, _ in _COMPARE) or (text.split() or [""])[0] in _WHEN

    def _preferred(self, found: list[Concept]) -> Concept:
        form = self.asking.question.form
        wanted = {"who": "person", "when": "date"}.get(form)
        if wanted is None and form == "which" or form == "what" or form == "list":
            dated = [c for c in found if c.answers == "date"]
            return dated[0] if dated and any(word.text in _WHEN for word in self.asking.question.words) else found[0]
        return next((concept for concept in found if concept.answers == wanted), found[0])

    def _values_of(self, found: list[Concept], at: int) -> tuple[int, list[str], Concept | None]:
        if at < len(self.items) and isinstance(self.items[at], Link):
            link = self.items[at]
            names = [fold(name) for entity in link.entities for name in entity.names] if isinstance(link, Link) else []
            return 1, names, found[0]
        for concept in found:
            used, value = self._value_at(at, concept)
            if used:
                return used, [value], concept
        return 0, [], None

    def _value_at(self, at: int, concept: Concept | None) -> tuple[int, str]:
        for length in range(min(LONGEST_VALUE, len(self.items) - at), 0, -1):
            words = self._text(at, length)
            phrase = " ".join(words)
            fields = self.known.get(phrase, set()) if len(words) == length else set()
            if fields and (concept is None or fields & set(concept.fields)):
                return length, phrase
        return 0, ""

    def _articles(self, at: int) -> int:
        count = 0
        while at + count < len(self.items) and self._text(at + count, 1) and self._text(at + count, 1)[0] in _ARTICLES:
            count += 1
        return count

    def _value(self, at: int) -> int:
        used, phrase = self._value_at(at, None)
        if not used or (used == 1 and phrase in STOP_WORDS):
            return 0
        self._pending_value([self.actual.get(phrase, phrase)], fields=self.known[phrase])
        return used

    def _pending_value(self, names: Sequence[str], *, fields: set[str]) -> None:
        """A value without its field: bound at the end, when all verbs and nouns are known."""
        self.values.append((names[0], set(fields)))
        self._pending = getattr(self, "_pending", [])
        self._pending.append((frozenset(names), set(fields), self.negated))
        self.negated = False
        self.having = ""

    def _bind_values(self) -> None:
        for names, fields, negated in getattr(self, "_pending", []):
            concept = self._concept_for(fields)
            if concept is None:
                self.leftover.append(sorted(names)[0])
                continue
            self.conditions.append(Condition("is", concept, names, negated=negated))

    def _concept_for(self, fields: set[str]) -> Concept | None:
        """The concept that was named beside, else the only one (or the status) that holds such a value."""
        named = [concept for concept in self.unbound if fields & set(concept.fields) or not fields]
        if named:
            self.unbound = [concept for concept in self.unbound if concept is not named[0] or self._still_asked(concept)]
            return named[0]
        ruled = [c for c in self.asking.vocabulary.concepts if (c.rule and fields & set(c.fields))]
        plain = [Concept(name, "text", (name,), {}) for name in sorted(fields) if not any(name in c.fields for c in ruled)]
        options = [*ruled, *plain]
        if len(options) > 1:
            options = [c for c in options if c.name in ("status", "state")] or options
        return options[0] if len(options) == 1 else None

    def _still_asked(self, concept: Concept) -> bool:
        return False

    def _group(self, at: int) -> int:
        word = self._text(at, 1)
        status = self.asking.vocabulary.concept("status")
        if word and "ticked" in self.flags and word[0] in _TICKS:
            done = (word[0] in DONE_GROUP or word[0] == "checked") != self.negated
            self.negated = False
            self._add("is", Concept("ticked", "text", ("ticked",), {}), values=frozenset({"yes"} if done else {"no"}))
            return 1
        if not word or status is None or not self._has(status):
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

    def _known_values(self) -> dict[str, set[str]]:
        """Runs of words that are a value of some field of this kind."""
        runs = set()
        for at in range(len(self.items)):
            words = self._text(at, LONGEST_VALUE)
            runs |= {" ".join(words[:length]) for length in range(1, len(words) + 1)}
        singular = {run[:-1]: run for run in runs if run.endswith("s") and len(run) > 4 and run[:-1] not in runs}
        runs |= set(singular)
        found: dict[str, set[str]] = {}
        for value, name in self.asking.reader.facts.known_values(runs):
            if name in self.fields:
                found.setdefault(value, set()).add(name)
                if value in singular:
                    found.setdefault(singular[value], set()).add(name)
                    self.actual[singular[value]] = value
        return found


def _bounded(lead: str, span: tuple[object, object]) -> tuple[object, object]:
    from datetime import date, timedelta

    first, last = span
    assert isinstance(first, date)
    assert isinstance(last, date)
    bounds = {"before": (None, first - timedelta(days=1)), "after": (last + timedelta(days=1), None), "since": (first, None), "until": (None, last), "by": (None, last)}
    return bounds.get(lead, (first, last))
