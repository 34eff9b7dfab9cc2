"""Which entities a question names: by id, quoted or plain title, alias, or near spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from rag.fields.folding import fold
from rag.records.question import STOP_WORDS, Question, Word, stem
from rag.records.vocabulary import Vocabulary, nouns_of
from rag.store.facts import FactReader, StoredEntity

LONGEST_NAME = 18
"""Words of the longest run that is looked up as a name."""

MAX_NAMES = 30_000
"""Names compared for near spelling; a larger collection is asked by id or exact title."""

NEAR = 86
"""Similarity (0-100) from which a spelling counts as a typo of a name."""

_GENERIC_ID = re.compile(r"(?<![\w-])([A-Za-z]{1,10})-(\d{1,6})(?![\w-]|\.\d)")
_PAIRS = (re.compile(r'"([^"]{2,300})"'), re.compile(r"(?<!\w)'([^']{2,300})'(?!\w)"), re.compile(r"`([^`]{2,300})`"))


@dataclass(frozen=True)
class Link:
    """A stretch of the question that names an entity (or several of the same name)."""

    start: int
    end: int
    entities: tuple[StoredEntity, ...]
    weak: bool = False
    near: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(entity.key for entity in self.entities)


@dataclass(frozen=True)
class Links:
    """All that a question names. `unknown`: ids and quoted titles that look right but do not exist."""

    found: tuple[Link, ...] = ()
    unknown: tuple[str, ...] = ()
    unknown_spans: tuple[tuple[int, int], ...] = ()
    ambiguous: tuple[StoredEntity, ...] = ()


def link_entities(question: Question, *, facts: FactReader, vocabulary: Vocabulary) -> Links:
    """The longest namings win, so that a title which holds an id or quotes is one naming."""
    ids, missing = _ids(question, facts, vocabulary)
    quoted, untitled = _quoted(question, facts, taken=[*ids, *missing])
    nouns = kind_nouns(facts, vocabulary)
    named = [link for link in _named(question, facts) if fold(question.text[link.start : link.end]) not in nouns]
    links = _longest([*_looked_up([*ids, *quoted], facts), *named])
    links = [*_apposed(question, links)]
    links += _project_words(question, facts, links)
    unnamed = [span for span in (*missing, *untitled) if not any(_overlaps(link, span) for link in links)]
    spans = tuple((start, end) for start, end, _ in unnamed)
    names = dict.fromkeys(name for _, _, name in unnamed)
    return Links(tuple(sorted(links, key=lambda link: link.start)), tuple(names), spans)


def kind_nouns(facts: FactReader, vocabulary: Vocabulary) -> dict[str, str]:
    """The nouns of all kinds there are, singular and plural; a mapping's kinds come first."""
    kinds = {words.kind for words in vocabulary.kinds} | set(facts.kinds())
    ordered = sorted(kinds, key=lambda kind: kind in vocabulary.mapped_kinds)
    return {noun: kind for kind in ordered for noun in nouns_of(kind, vocabulary)}


def _longest(links: Sequence[Link]) -> list[Link]:
    chosen: list[Link] = []
    for link in sorted(links, key=lambda link: (link.start - link.end, link.weak)):
        if not any(other.start < link.end and link.start < other.end for other in chosen):
            chosen.append(link)
    return chosen


def _overlaps(link: Link, span: Span) -> bool:
    return link.start < span[1] and span[0] < link.end


Span = tuple[int, int, str]


def _ids(question: Question, facts: FactReader, vocabulary: Vocabulary) -> tuple[list[Span], list[Span]]:
    """(those that exist, those that only look right); each is (start, end, name)."""
    wanted: list[Span] = []
    for kind in vocabulary.kinds:
        for pattern, template in kind.id_forms:
            for match in pattern.finditer(question.text):
                name = re.sub(r"\{[^}]*\}", match[1], template)
                if not any(start < match.end() and match.start() < end for start, end, _ in wanted):
                    wanted.append((match.start(), match.end(), name))
    for match in _GENERIC_ID.finditer(question.text):
        if not any(start < match.end() and match.start() < end for start, end, _ in wanted):
            wanted.append((match.start(), match.end(), match.group()))
    known = {name for name, _ in facts.named([fold(name) for _, _, name in wanted])} if wanted else set()
    there = [span for span in wanted if fold(span[2]) in known]
    return there, [span for span in wanted if fold(span[2]) not in known and _looks_right(span[2], facts)]


def _looks_right(name: str, facts: FactReader) -> bool:
    """Whether other entities have ids of this form, so that this one is missing rather than a plain word."""
    prefix = fold(name).rpartition(" ")[0]
    return bool(prefix) and bool(facts.names_like(prefix + " ", limit=1))


def _quoted(question: Question, facts: FactReader, *, taken: Sequence[Span]) -> tuple[list[Span], list[Span]]:
    text = question.text
    first, last = text.find('"'), text.rfind('"')
    spans = [(first, last + 1, text[first + 1 : last])] if 0 <= first < last else []
    spans += [(match.start(), match.end(), match[1]) for pattern in _PAIRS for match in pattern.finditer(text)]
    spans = [span for span in spans if fold(span[2]) and not any(a <= span[0] and span[1] <= b for a, b, _ in taken)]
    known = {name for name, _ in facts.named([fold(span[2]) for span in spans])} if spans else set()
    there: list[Span] = []
    missing: list[Span] = []
    for span in spans:
        inside = any(start <= span[0] and span[1] <= end for start, end, _ in there)
        if not inside and fold(span[2]) in known:
            there.append(span)
        elif (
            not inside
            and text[span[0]] == '"'
            and not any(start <= span[0] and span[1] <= end for start, end, _ in missing)
        ):
            missing.append(span)
    missing = [span for span in missing if not any(start < span[1] and span[0] < end for start, end, _ in there)]
    return there, missing


def _looked_up(spans: Sequence[Span], facts: FactReader) -> list[Link]:
    found = facts.named([fold(name) for _, _, name in spans]) if spans else []
    entities = facts.entities([key for _, key in found])
    by_name: dict[str, list[StoredEntity]] = {}
    for name, key in found:
        if key in entities:
            by_name.setdefault(name, []).append(entities[key])
    return [Link(start, end, tuple(by_name[fold(name)])) for start, end, name in spans if fold(name) in by_name]


def _named(question: Question, facts: FactReader) -> list[Link]:
    """Every run of words that is a name."""
    runs = [run for run in _runs(question.words, question.text) if run[2] not in STOP_WORDS]
    found = facts.named({text for _, _, text in runs}) if runs else []
    entities = facts.entities([key for _, key in found])
    by_name: dict[str, list[StoredEntity]] = {}
    for name, key in found:
        if key in entities:
            by_name.setdefault(name, []).append(entities[key])
    by_name = {name: _people_first(bearers) for name, bearers in by_name.items()}
    return [
        Link(first.start, last.end, tuple(by_name[text]), weak=_is_weak(text) and not _only_people(by_name[text]))
        for first, last, text in runs
        if text in by_name and (not text.isdecimal() or _stands_for_id(question, first))
    ]


def _project_words(question: Question, facts: FactReader, links: Sequence[Link]) -> list[Link]:
    """Free words that stand in the names of one project only ("churn" for churn-uplift)."""
    owners: dict[str, dict[str, StoredEntity]] = {}
    projects = [project for project in facts.of_kind("project").values() if project.parent is None]
    for project in projects:
        for word in {word for name in project.names for word in fold(name).split()}:
            owners.setdefault(word, {})[project.names[0]] = project
    free = [word for word in question.words if not any(link.start <= word.start < link.end for link in links)]
    spoken = [
        word for word in free if len(owners.get(word.text, ())) == 1 and word.text not in _PLAIN_WORDS | STOP_WORDS
    ]
    return [Link(word.start, word.end, tuple(owners[word.text].values()), weak=True) for word in spoken]


_PLAIN_WORDS = frozenset(
    "model platform project system service team programme assistant shared scorer inference cluster data".split()
)
_BEFORE_ID = frozenset("of for on about is does has did number no nr with was".split())


def _people_first(entities: list[StoredEntity]) -> list[StoredEntity]:
    """A person's name means the person, not a table row that begins with it."""
    return [entity for entity in entities if entity.kind == "person"] or entities


def _only_people(entities: Sequence[StoredEntity]) -> bool:
    return all(entity.kind == "person" for entity in entities)


def _stands_for_id(question: Question, word: Word) -> bool:
    """A bare number is an id only as the last word after "of", "for" and the like; dates and amounts are not."""
    at = question.words.index(word)
    before = question.words[at - 1].text if at else ""
    return at + 1 == len(question.words) and before in _BEFORE_ID and question.form not in ("which", "list", "how_many")


def _runs(words: Sequence[Word], text: str) -> Iterable[tuple[Word, Word, str]]:
    for begin in range(len(words)):
        for length in range(1, min(LONGEST_NAME, len(words) - begin) + 1):
            run = words[begin : begin + length]
            if length > 1 and re.search(r"[?!;]", text[run[-2].end : run[-1].start]):
                break
            yield run[0], run[-1], " ".join(word.text for word in run)


def _is_weak(folded: str) -> bool:
    """A single plain word or number may be meant otherwise; ids, hyphenated and longer names are not."""
    return " " not in folded and not (re.search(r"\d", folded) and re.search(r"[a-z]", folded))


def _apposed(question: Question, links: Sequence[Link]) -> Iterable[Link]:
    """ "PEP 599 (The manylinux2014 Platform Tag)" names one entity twice: the second naming is part of the first."""
    ordered = sorted(links, key=lambda link: link.start)
    skip: set[int] = set()
    for index, link in enumerate(ordered):
        if index in skip:
            continue
        merged = link
        for later in range(index + 1, len(ordered)):
            other = ordered[later]
            between = question.text[merged.end : other.start]
            if re.fullmatch(r"[\s\"'`]*[(,:–—-]?[\s\"'`]*", between) and set(other.keys) & set(merged.keys):
                same = tuple(entity for entity in merged.entities if entity.key in other.keys)
                merged = replace(merged, end=other.end, entities=same, weak=False)
                skip.add(later)
            else:
                break
        yield merged


# --- near spelling ----------------------------------------------------------------


@dataclass(frozen=True)
class Near:
    """Entities whose names are spelled like some words of the question."""

    entities: tuple[StoredEntity, ...] = ()
    certain: bool = field(default=False)


def near_entities(phrase: str, *, facts: FactReader, whole_only: bool = False) -> Near:
    """Entities a folded phrase may mean: one with a typo (certain), or all whose names contain its words.

    `certain` is False for partial titles: several may fit and the asker has to choose.
    """
    from rapidfuzz import fuzz, process

    if len(phrase) < 4:
        return Near()
    names = facts.all_names(limit=MAX_NAMES)
    spelled = [name for name, _ in names]
    best = process.extract(phrase, spelled, scorer=fuzz.ratio, score_cutoff=NEAR, limit=5)
    numbers = [word for word in phrase.split() if any(c.isdigit() for c in word)]
    keep = [hit for hit in best if all(number in hit[0].split() for number in numbers)]
    if keep:
        top = [hit[0] for hit in keep if hit[1] >= keep[0][1] - 1]
        found = facts.entities([key for name, key in names if name in top])
        return Near(tuple(found.values()), certain=True)
    if whole_only:
        return Near()
    keys = [key for name, key in names if _contains(name, phrase)]
    return Near(tuple(facts.entities(keys[:50]).values()))


def _contains(name: str, phrase: str) -> bool:
    """Whether every content word of the phrase is (nearly) a word of the name."""
    have = name.split()
    wanted = [word for word in phrase.split() if word not in STOP_WORDS]
    if len(have) <= len(wanted) and len(have) < 2:
        return False
    return bool(wanted) and all(_nearly_in(word, have) for word in wanted)


def _nearly_in(word: str, have: Sequence[str]) -> bool:
    if word in have:
        return True
    if len(word) < 4:
        return False
    from rapidfuzz import fuzz

    head = stem(word)
    for other in have:
        if other[:3] == word[:3] and (stem(other) == head or (len(word) > 5 and fuzz.ratio(word, other) >= NEAR)):
            return True
    return False
