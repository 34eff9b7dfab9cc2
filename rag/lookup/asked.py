"""A question prepared for looking up: its words with the thread's, its days, the kind of value it wants."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.ground.question import AnswerKind, Question, read_question
from rag.ground.verbs import GENERIC, RELATING
from rag.ground.words import Word, stem, word_set, words
from rag.lookup.dates import Span, spans_in, without
from rag.records.lexicon import LEXEMES, Lexeme

_LATEST = word_set("latest current currently newest recent recently now last today still right")
_OLD = re.compile(
    r"\b(?:old|older|original(?:ly)?|previous(?:ly)?|former(?:ly)?|first\s+(?:version|draft|plan|edition)|v1|before"
    r"|superseded|initial(?:ly)?|earlier)\b",
    re.I,
)
_EMPTY = word_set(
    "get gets got actually exactly really please many much us day date time days number amount value figure people "
    "person name names called according say says said stand stands standing use used go goes going long big come new "
    "marked mark listed recorded give gave set sets so far total altogether all overall across have take "
    "took put count register export sheet table spreadsheet file page list wide them question ask tell "
    "know look mean means happen happened happens"
)
_WHOLE = re.compile(r"[^\w.'/%-]+")
_MANY = re.compile(
    r"^\W*(?:and\s+|so\s+|but\s+)?(?:(?:which|what)\s+of\b.*\b(?:are|were|have|do|need|must)\b"
    r"|(?:which|what)\s+"
    r"(?:(?!(?:do|does|did|is|are|was|has|have|had|of|for|in|on|at)\b)[\w'’-]+\s+){0,2}?(?!(?:does|has|was|is)\b)(?P<many>[\w-]+(?<![sui])s)\s+"
    r"(?:does\s+\w|(?:is|was|has)\s+[A-Z]|(?!(?:is|was|does|has)\b)(?P<then>[a-z]\w*))"
    r"|(?:please\s+)?(?:list|name|show|give)\b(?!.*\bname of\b))",
    re.I,
)
_VERB = re.compile(r"(?:are|were|have|do|did|can|must|need|will|went|\w+ed)")
_PER = re.compile(r"\bper\s+(?:[\d.,]+\s*[kK]?\s+)?$", re.I)
_EVERYWHERE = re.compile(r"\b(?:all|every|each|across|any)\s+(?:the\s+|of the\s+|three\s+)*projects?\b", re.I)
_POINTS = re.compile(
    r"\b(?:it|its|they|them|their|she|he|her|his)\b(?!\s+(?:possible|true|planned)\b)"
    r"|\bthat\s+(?!is\b|are\b|was\b|were\b|we\b|has\b|have\b|the\b)\w",
    re.I,
)
_WHO = re.compile(r"\bwho(?:m|se|s|['’]s)?\b", re.I)
_LIGHT = 0.25
"""What a word weighs that says little about the thing asked for."""

LIGHTEST = 0.3
"""Words of no more than this share are not needed to explain a question."""

_EARLIER = 0.6
"""What a word of the question before weighs in a follow-up."""

_NAMED_BEFORE = 0.2
"""What a word weighs that only stood in the name of what was answered before."""

MOST_NAMES = 2
"""Names of the previous answer that are taken along; a longer answer was a list."""

_MODAL = re.compile(r"\b(?:does|do|did|is|are|was|were|the|a|an|to|of|we|us|our|it)\b\s*", re.I)


@dataclass(frozen=True)
class Term:
    """A content word: `stem`, and its share of importance before rarity is known.

    An excused one may be a manner of speaking: where nothing says it, nothing is missed.
    """

    stem: str
    folded: str
    share: float
    excused: bool = False

    @property
    def is_hard(self) -> bool:
        """Numbers and identifiers mean exactly themselves."""
        return any(letter.isdigit() for letter in self.stem)


@dataclass(frozen=True)
class Asked:
    """What is looked for. `concepts` pairs a trade concept with the stems of the words that name it."""

    question: Question
    kind: AnswerKind
    terms: tuple[Term, ...]
    focus: tuple[str, ...]
    spans: tuple[Span, ...]
    concepts: tuple[tuple[Lexeme, frozenset[str]], ...]
    wants_latest: bool
    wants_old: bool
    follows: bool
    counts: bool
    everywhere: bool
    today: date

    @property
    def dangles(self) -> bool:
        """Whether too little is said to know what is meant: one word, a bare name, or "it" with nothing before it."""
        heavy = [term for term in self.terms if term.share > LIGHTEST]
        if len(heavy) + len(self.spans) < 2 and not any(term.is_hard for term in heavy):
            return True
        plain = [term for term in heavy if not term.is_hard and len(term.stem) > 2]
        if self.kind in ("date", "person") and not plain and not self.concepts:  # a name, but not what of it
            return True
        return not self.follows and bool(_POINTS.search(self.question.text))

    @property
    def joined(self) -> dict[str, tuple[str, ...]]:
        """Neighbouring words written as one, with the stems of the two: "load test" is also "loadtest"."""
        pairs = zip(self.terms, self.terms[1:], strict=False)
        return {stem(one.folded + two.folded): (one.stem, two.stem) for one, two in pairs if one.folded.isalpha()}


def prepare(question: str, *, topic: str, names: Sequence[str], today: date) -> Asked:
    """Read a question once; with a topic, its words complete those of the question."""
    spans = spans_in(question, today=today)
    bare = without(question, spans)
    read, plain = read_question(question), read_question(bare)
    fresh = _terms(plain, 1.0)
    kind, focus, earlier = read.kind, read.focus, read_question("")
    if topic:
        earlier_spans = spans_in(topic, today=today)
        earlier = read_question(without(topic, earlier_spans))
        spans = spans or earlier_spans
        if not _asks(read):
            kind, focus = read_question(topic).kind, read.focus or read_question(topic).focus
    if _asks_many(question):
        kind = "list"
    before = (
        [term for name in names[:MOST_NAMES] for term in _terms(read_question(name), _NAMED_BEFORE)] if topic else []
    )
    known = {term.stem for term in fresh}
    old = [term for term in _terms(earlier, _EARLIER) if term.stem not in known] if topic else []
    known |= {term.stem for term in old}
    old += {term.stem: term for term in before if term.stem not in known}.values()
    return Asked(
        question=read,
        kind=_settled(kind, question, topic),
        terms=(*fresh, *old),
        focus=focus,
        spans=spans,
        concepts=_concepts(question, kind) + (_concepts(topic, kind) if topic and not _asks(read) else ()),
        wants_latest=bool(_LATEST & {word.folded for word in words(question)}),
        wants_old=bool(_OLD.search(question)),
        follows=bool(topic),
        counts=kind != "list" and (read.counts or (bool(topic) and not _asks(read) and read_question(topic).counts)),
        everywhere=bool(_EVERYWHERE.search(question)),
        today=today,
    )


def _asks_many(question: str) -> bool:
    """Whether several things are asked for; a verb after the noun is no plural ("which camera hangs").

    What looks like such a verb is a noun where another verb follows: "which runs failed".
    """
    match = _MANY.search(question)
    if match is None or (match["many"] or "").lower() not in RELATING:
        return match is not None
    return bool(match["then"]) and (match["then"] in RELATING or bool(_VERB.fullmatch(match["then"])))


def _settled(kind: AnswerKind, question: str, topic: str) -> AnswerKind:
    """Teams and groups are no persons: only who, or the noun of a role, asks for one."""
    if kind != "person" or _WHO.search(f"{question} {topic}"):
        return kind
    said = {word.folded for word in words(f"{question} {topic}")}
    roles = {noun for lexeme in LEXEMES if lexeme.answers == "person" for noun in lexeme.nouns}
    return "person" if said & roles else "thing"


def _asks(read: Question) -> bool:
    """Whether the question says itself what kind of value it wants."""
    return read.kind not in ("thing", "definition") or bool(read.focus)


def _terms(read: Question, share: float) -> list[Term]:
    kept: dict[str, Term] = {}
    for word in read.terms:
        if word.folded in _LATEST:
            continue
        light = word.folded in _EMPTY or bool(_PER.search(read.text[: read.text.find(word.text)]))
        excused = _is_said_by_form(word, read)
        kept.setdefault(word.stem, Term(word.stem, word.folded, share * (_LIGHT if light else 1.0), excused))
    return list(kept.values())


def _is_said_by_form(word: Word, read: Question) -> bool:
    """Whether the word only ties the noun asked for to what it is asked of, or says that a thing is a thing."""
    if word.folded in GENERIC:
        return len(read.terms) > 2 and word.stem not in read.focus[:1]
    return bool(read.focus) and word.folded in RELATING and word.stem not in read.focus[-1:]


def _concepts(question: str, kind: AnswerKind) -> tuple[tuple[Lexeme, frozenset[str]], ...]:
    """The concepts whose words stand in the question, each with the stems of those words."""
    folded = f" {' '.join(word.folded for word in words(question))} "
    skipped = f" {' '.join(_MODAL.sub('', folded).split())} "
    found: list[tuple[Lexeme, frozenset[str]]] = []
    for lexeme in LEXEMES:
        phrases = (*lexeme.nouns, *_by_form(lexeme, kind))
        met = [phrase for phrase in phrases if f" {phrase} " in folded or f" {phrase} " in skipped]
        if met:
            stems = frozenset(word.stem for phrase in met for word in words(phrase))
            found.append((lexeme, stems))
    return tuple(found)


def _by_form(lexeme: Lexeme, kind: AnswerKind) -> tuple[str, ...]:
    match kind:
        case "person":
            return lexeme.who
        case "date":
            return lexeme.when
        case "thing" | "list" | "number":
            return (*lexeme.what, *lexeme.who)
        case _:
            return ()
