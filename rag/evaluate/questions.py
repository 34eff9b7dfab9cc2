"""Question files with known answers: read them, ask each, and judge what came back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal


class QuestionFileError(Exception):
    """A line of a question file cannot be used; the message names file, line and what was expected."""


@dataclass(frozen=True)
class KnownQuestion:
    """A question with what is right about it.

    `accepted` are sets of values, any of which is right as a whole; `fragments` are texts of which one standing in a
    quote is right (reading tests); `must_quote` are phrases that must all stand in a citation's quote; `sources` name
    documents of which one must be cited. `after` is the id of the question before it in the thread, `as_person` who
    asks.
    """

    id: str
    family: str
    text: str
    answerable: bool
    accepted: tuple[tuple[str, ...], ...] = ()
    fragments: tuple[str, ...] = ()
    must_quote: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    after: str | None = None
    as_person: str | None = None
    split: str = ""


Ask = Callable[[KnownQuestion], Mapping[str, object]]
"""Asks one question; answers with what `ask --json` prints. Called in file order, so that threads can be kept."""

TextOf = Callable[[str], str | None]
"""The full text of a document by the name citations give it; None when there is no such document."""

Outcome = Literal["right", "wrong", "abstained", "rightly abstained", "wrongly answered"]


@dataclass(frozen=True)
class Judgement:
    """One question judged. `cited` is whether an expected source was cited (True when none is expected)."""

    question: KnownQuestion
    outcome: Outcome
    cited: bool
    quotes: int
    verbatim: int
    confidence: float
    values: tuple[str, ...]
    answer: str

    @property
    def is_right(self) -> bool:
        return self.outcome in ("right", "rightly abstained")


def read_questions(path: Path, *, split: str | None = None) -> tuple[KnownQuestion, ...]:
    """The questions of a JSONL file whose answers are known, of one split only when it is named.

    A question that says nothing of its answer (BEIR's own files) is for retrieval only and is left out.
    Raises QuestionFileError.
    """
    found = (_question(row, f"{path}, line {at}") for at, row in _rows(path) if _is_known(row))
    return tuple(one for one in found if split is None or one.split == split)


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    try:
        opened = path.open(encoding="utf-8")
    except FileNotFoundError as missing:
        raise QuestionFileError(
            f"{path}: no such file. Questions stand one JSON object a line (id, text, answerable, values); "
            "name another file with --queries."
        ) from missing
    with opened as lines:
        for at, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    row = json.loads(line)
                except ValueError as error:
                    raise QuestionFileError(f"{path}, line {at}: expected a JSON object ({error})") from error
                if not isinstance(row, dict):
                    raise QuestionFileError(f"{path}, line {at}: expected a JSON object, not {line.strip()[:40]!r}")
                yield at, row


def _is_known(row: Mapping[str, object]) -> bool:
    told = ("values", "answer_set", "must_quote", "accept")
    return "answerable" in row and (row["answerable"] is not True or any(row.get(key) for key in told))


def _question(row: Mapping[str, object], place: str) -> KnownQuestion:
    row = {**row, "id": row.get("id", row.get("_id"))}
    for key, kind in (("id", str), ("text", str), ("answerable", bool)):
        if not isinstance(row.get(key), kind):
            raise QuestionFileError(f"{place}: expected {key!r} as {kind.__name__}, found {row.get(key)!r}")
    is_reading = "source_doc" in row
    answers = _texts(row.get("answer_set"))
    return KnownQuestion(
        id=str(row["id"]),
        family=str(row.get("family") or ("reading" if is_reading else "questions")),
        text=str(row["text"]),
        answerable=bool(row["answerable"]),
        accepted=() if is_reading else _accepted(row, answers),
        fragments=answers if is_reading else (),
        must_quote=_texts(row.get("must_quote")),
        sources=_texts(row.get("sources")) or _texts(row.get("evidence")) or _texts(row.get("source_doc")),
        after=_text(row.get("after")),
        as_person=_text(row.get("as")),
        split=str(row.get("split") or ""),
    )


def _accepted(row: Mapping[str, object], answers: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    others = row.get("accept")
    sets = (
        [_texts(row.get("values")) or answers, *(_texts(one) for one in others if one)]
        if isinstance(others, list)
        else [_texts(row.get("values")) or answers]
    )
    return tuple(one for one in sets if one)


def _texts(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(one) for one in value) if isinstance(value, list) else (str(value),)


def _text(value: object) -> str | None:
    return str(value) if value else None


def ask_all(
    questions: Sequence[KnownQuestion],
    ask: Ask,
    *,
    text_of: TextOf,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Judgement, ...]:
    """Ask every question in order and judge each answer."""
    judged: list[Judgement] = []
    for question in questions:
        judged.append(judge(question, ask(question), text_of=text_of))
        if progress is not None:
            progress(len(judged), len(questions))
    return tuple(judged)


def judge(question: KnownQuestion, reply: Mapping[str, object], *, text_of: TextOf) -> Judgement:
    """Compare one reply (the JSON of `ask --json`) with what is known."""
    citations = _mappings(reply.get("citations"))
    confidence = reply.get("confidence")
    abstained = bool(reply.get("abstained"))
    return Judgement(
        question=question,
        outcome=_outcome(question, reply, abstained),
        cited=not question.sources or any(_is_source(doc, question.sources) for doc in _documents(reply)),
        quotes=len(citations),
        verbatim=sum(_is_verbatim(citation, text_of) for citation in citations),
        confidence=float(confidence) if isinstance(confidence, (int, float)) else float(not abstained),
        values=_texts(reply.get("values")),
        answer=str(reply.get("answer") or reply.get("why") or ""),
    )


def _outcome(question: KnownQuestion, reply: Mapping[str, object], abstained: bool) -> Outcome:
    if not question.answerable:
        return "rightly abstained" if abstained else "wrongly answered"
    if abstained:
        return "abstained"
    return "right" if _is_exact(question, reply) else "wrong"


def _is_exact(question: KnownQuestion, reply: Mapping[str, object]) -> bool:
    quotes = [_flat(str(citation.get("quote", ""))) for citation in _mappings(reply.get("citations"))]
    if any(all(_flat(phrase) not in quote for quote in quotes) for phrase in question.must_quote):
        return False
    if question.fragments:
        return any(_flat(fragment) in quote for fragment in question.fragments for quote in quotes)
    said = _texts(reply.get("values"))
    if said and question.accepted in ((("yes",),), (("no",),)):
        return said[0] == question.accepted[0][0]  # a bare verdict is wanted: its reason may stand beside it
    values = value_set(said)
    return not question.accepted or any(values == value_set(one) for one in question.accepted)


def value_set(values: Sequence[str]) -> frozenset[str]:
    """Values as they are compared: case, white space, a leading @ and the v of a version number do not count."""
    return frozenset(re.sub(r"^@|^v(?=\d)", "", re.sub(r"\s+", "", value.casefold())) for value in values)


def _flat(text: str) -> str:
    return " ".join(text.casefold().split())


def _mappings(value: object) -> list[Mapping[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _documents(reply: Mapping[str, object]) -> list[str]:
    return [str(one.get("doc", "")) for key in ("citations", "facts") for one in _mappings(reply.get(key))]


def _is_source(doc: str, sources: Sequence[str]) -> bool:
    """Whether a cited document is an expected one: the same path, or the same name without folder and ending."""
    return any(doc == source or doc.endswith(f"/{source}") or Path(doc).stem == source for source in sources)


def _is_verbatim(citation: Mapping[str, object], text_of: TextOf) -> bool:
    quote, text = str(citation.get("quote", "")), text_of(str(citation.get("doc", "")))
    return bool(quote) and text is not None and quote in text
