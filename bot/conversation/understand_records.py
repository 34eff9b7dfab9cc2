"""Understands a question to the standing records: which kind, which of them, what of them. Deterministic.

As with the gates, a question is theirs only when every word of it is accounted for: names of records, projects and
people, words of the kinds, their columns and values, a few phrases about time, and small words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.conversation.horizon import Horizon, find_horizon
from bot.conversation.lexicon import RECORD_WORDS, SMALL_WORDS
from bot.conversation.names import Found, Name, find_names, is_near, tokens
from bot.conversation.record_words import KIND_NAMES, column_names, value_names
from gates.record_kinds import RecordKind, kind_named
from gates.record_queries import column_of
from gates.record_warnings import About
from gates.standing import columns_of

RecordAsk = Literal["list", "count", "owner", "day", "column", "rests", "warnings", "yes_no"]


@dataclass(frozen=True)
class RecordQuestion:
    """A question to the standing records; what was not said is empty. `records` are "project/kind/id".

    `untouched` is a date column and a number of days. `plain` questions filter or show what is written and no more;
    the facts of all documents may know better, so that they are asked first.
    """

    ask: RecordAsk
    kind: RecordKind | None = None
    records: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    about_asker: bool = False
    equal: tuple[tuple[str, str], ...] = ()
    open_only: bool = False
    overdue: bool = False
    horizon: Horizon | None = None
    untouched: tuple[str, int] | None = None
    column: str | None = None
    about: tuple[About, ...] = ()
    plain: bool = False


# --- phrases --------------------------------------------------------------------------------

_UNTOUCHED = re.compile(
    r"\b(?:not|never)\b(?: been)? (evaluated|reviewed|retrained|used|delivered)\b"
    r"(?: (?:for|in|since|within|the|last|past|more|than|over|at|least))* (\d+) (day|week|month)s?\b"
)
_TOUCHED = {"evaluated": "last_evaluated", "retrained": "last_retrained", "used": "last_used",
            "delivered": "last_delivery", "reviewed": "next_review"}  # fmt: skip
_DAYS = {"day": 1, "week": 7, "month": 30}
_OVERDUE = re.compile(r"\b(?:overdue|late|past due)\b")
_RESTS = re.compile(r"\b(?:rest|rests|resting|depend|depends|depending|relies|rely|relying|builds|build) (?:up)?on\b")
_ABOUT: tuple[tuple[re.Pattern[str], tuple[About, ...]], ...] = (
    (re.compile(r"\bpromis\w+\b.*\b(?:rests?|resting|based) on (?:the |a )?prototypes?\b"), ("promise",)),
    (re.compile(r"\b(?:rollback )?drills?\b.*\b(?:due|overdue|missing)\b"), ("drill",)),
    (re.compile(r"\b(?:need|needs|due for|without) (?:a )?(?:rollback )?drills?\b"), ("drill",)),
    (re.compile(r"\b(?:need|needs|due for) (?:a )?(?:retraining|to be retrained)\b"), ("retrain",)),
    (re.compile(r"\b(?:should be retired|to be retired|due for retirement|should we retire|retire)\b"), ("retire",)),
)
_PROMISED = re.compile(
    r"\b(?:what (?:did|do|have) we promised?|what was promised|what are our promises)\b(?: to)?(?: the business\b)?"
)


def understand_records(text: str, names: Sequence[Name]) -> RecordQuestion | None:
    """What the standing records are asked, or None when the question is for somebody else.

    `names` are those of projects, people and records; the words of the kinds are added here.
    """
    left, untouched, horizon, overdue, rests, about = _phrases(_folded(text))
    found = find_names(left, [*names, *KIND_NAMES, *column_names(), *value_names()])
    rest = [_repair(word) for word in found.rest]
    if any(word not in SMALL_WORDS and word not in RECORD_WORDS for word in rest):
        return None
    said = frozenset(tokens(text))
    kind = _kind(found, promised=bool(_PROMISED.search(_folded(text))))
    if about:
        return RecordQuestion("warnings", projects=found.refs("project"), about=about)
    records = _records(found, kind)
    kind = kind or _kind_of_records(records)
    if kind is None and not rests:
        return None
    question = RecordQuestion(
        ask="rests" if rests else _ask(said, found, records),
        kind=kind,
        records=records,
        projects=found.refs("project"),
        people=found.refs("person"),
        about_asker=bool(said & {"i", "my", "me", "mine"}),
        open_only=bool(said & {"open", "outstanding"} or untouched),
        overdue=overdue,
        horizon=horizon,
        untouched=untouched,
    )
    return _with_columns(question, found)


def _folded(text: str) -> str:
    return re.sub(r"n't\b", " not", re.sub(r"[’`]", "'", text.lower()))


def _phrases(
    text: str,
) -> tuple[str, tuple[str, int] | None, Horizon | None, bool, bool, tuple[About, ...]]:
    """The phrases about time, dependence and warnings, and what is left of the text without them."""
    about = next((found for pattern, found in _ABOUT if pattern.search(text)), ())
    if about:
        for pattern, _ in _ABOUT:
            text = pattern.sub(" ", text)
    untouched = _UNTOUCHED.search(text)
    horizon, text = find_horizon(text)
    overdue, rests = _OVERDUE.search(text), _RESTS.search(text)
    for pattern in (_UNTOUCHED, _OVERDUE, _RESTS, _PROMISED):
        text = pattern.sub(" ", text)
    idle = (_TOUCHED[untouched[1]], int(untouched[2]) * _DAYS[untouched[3]]) if untouched else None
    return text, idle, horizon, bool(overdue), bool(rests), about


def _repair(word: str) -> str:
    if word in SMALL_WORDS or word in RECORD_WORDS:
        return word
    return next((known for known in sorted(RECORD_WORDS) if is_near(word, known)), word)


# --- what is meant ------------------------------------------------------------------------------


def _kind(found: Found, *, promised: bool) -> RecordKind | None:
    names = found.refs("kind")
    if promised:
        return kind_named("kpis")
    return kind_named(names[0]) if len(names) == 1 else None


def _records(found: Found, kind: RecordKind | None) -> tuple[str, ...]:
    """The records named; one that shares its name with a project is meant only where its kind is said."""
    projects = {entry.words for entry in found.names if entry.kind == "project"}
    return tuple(
        dict.fromkeys(
            entry.ref
            for entry in found.names
            if entry.kind == "record"
            and (kind is None or entry.ref.split("/")[1] == kind.name)
            and (entry.words not in projects or kind is not None)
        )
    )


def _kind_of_records(records: Sequence[str]) -> RecordKind | None:
    kinds = {ref.split("/")[1] for ref in records}
    return kind_named(kinds.pop()) if len(kinds) == 1 else None


def _ask(said: frozenset[str], found: Found, records: Sequence[str]) -> RecordAsk:
    if "many" in said:
        return "count"
    if records or found.refs("column"):
        if "who" in said and said & {"own", "owns", "owner", "responsible", "accountable"}:
            return "owner"
        if "when" in said or said & {"due", "deadline"}:
            return "day"
        if found.refs("column"):
            return "column"
        if records and found.refs("value") and said & {"is", "are", "has", "was"} and not said & {"which", "what"}:
            return "yes_no"
    if "who" in said and said & {"own", "owns", "owner"}:
        return "owner"
    return "list"


def _with_columns(question: RecordQuestion, found: Found) -> RecordQuestion | None:
    """The question with values put on the columns of its kind; None where one fits no column."""
    kind, equal = question.kind, []
    for value in found.refs("value"):
        columns = [column.name for column in columns_of(kind.value) if value in column.choices] if kind else []
        if not columns:
            return None
        equal.append((columns[0], value))
    asked = found.refs("column")
    if kind is None:
        return question if not asked and not equal else None
    known = [name for name in asked if column_of(kind, name)]
    if asked and not known:
        return None
    column = known[0] if known and question.ask in ("column", "list", "count") else None
    filtered = replace(question, equal=tuple(equal), column=column)
    return replace(filtered, plain=_is_plain(filtered))


OLDER = frozenset({"data_contracts", "milestones", "risks", "decisions", "models", "kpis", "on_call", "issues"})
"""Kinds that other documents (registers, trackers, rotas) record as well; where they differ, both are shown."""


def _is_plain(question: RecordQuestion) -> bool:
    computed = question.untouched or question.overdue or question.horizon or question.ask == "rests"
    return bool(question.kind and question.kind.name in OLDER and (not computed or question.kind.name == "on_call"))
