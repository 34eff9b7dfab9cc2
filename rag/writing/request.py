"""The request to the model: the prompt filled with fenced sources, and the grammar its answer must keep to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inference.model import Payer, Regex, Request, RequestClass
from inference.prompts import Prompt
from rag.writing.material import Sheet

LONGEST_EARLIER = 300
"""Characters of what was talked about before that a follow-up takes along."""

NO_ANSWER = "NO ANSWER"


@dataclass(frozen=True)
class Form:
    """What is written: by which prompt, how many sentences at most, and how many tokens those may take."""

    prompt: Prompt
    sentences: int
    max_tokens: int


def answer_form(prompt: Prompt) -> Form:
    """An answer: three sentences with their citations, and the tokens of twice that."""
    return Form(prompt, sentences=3, max_tokens=320)


def lead_form(prompt: Prompt) -> Form:
    """The one sentence above what the records say."""
    return Form(prompt, sentences=1, max_tokens=120)


@dataclass(frozen=True)
class Wanted:
    """A question to be answered in a model's words. `earlier` is the topic a follow-up leans on, "" for none."""

    question: str
    earlier: str
    audience: str
    payer: Payer
    request_class: RequestClass = "question"


def request_of(wanted: Wanted, sheets: Sequence[Sheet], *, form: Form, nonce: str) -> Request:
    """The whole request; everything that somebody else wrote is fenced with the request's own word."""
    given = {
        "nonce": nonce,
        "sources": "\n\n".join(_fenced(sheet, nonce) for sheet in sheets),
        "earlier": one_line(wanted.earlier)[:LONGEST_EARLIER] or "nothing",
        "question": one_line(wanted.question),
        "count": str(len(sheets)),
    }
    messages = form.prompt.fill({name: text for name, text in given.items() if name in form.prompt.variables})
    return Request(
        messages=messages,
        max_tokens=form.max_tokens,
        request_class=wanted.request_class,
        payer=wanted.payer,
        audience=wanted.audience,
        prompt=form.prompt.version,
        grammar=Regex(answer_pattern(len(sheets), form.sentences)),
        temperature=0.0,
        seed=0,
    )


def answer_pattern(count: int, sentences: int) -> str:
    """A regular expression of NO ANSWER, or of sentences that each end in the number of a source that was sent."""
    cited = rf"\[({'|'.join(str(n) for n in range(1, count + 1))})\]"
    return rf"({NO_ANSWER}|([A-Z0-9][^\[\]<>\n]{{8,320}} {cited}( ?{cited})?\.? ?){{1,{sentences}}})"


_LOOKS_LIKE_A_FENCE = re.compile(r"<(?=[/!|?a-zA-Z])|\|>|\[(?=/?(?:INST|system|user|assistant)\b)", re.IGNORECASE)


def _fenced(sheet: Sheet, nonce: str) -> str:
    head = " · ".join(part for part in (sheet.title, sheet.section, sheet.updated) if part)
    return f"<source {sheet.n} {nonce}>\n{plain(head, nonce)}\n{plain(sheet.text, nonce)}\n</source {sheet.n} {nonce}>"


def plain(text: str, nonce: str) -> str:
    """Text of others without anything that could pass for a fence or for the marks of a chat."""
    return _LOOKS_LIKE_A_FENCE.sub("(", text.replace(nonce, ""))


def one_line(text: str) -> str:
    """Text of others as one line, without anything that could pass for a fence."""
    return _LOOKS_LIKE_A_FENCE.sub("(", " ".join(text.split()))
