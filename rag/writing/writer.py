"""One answer in a model's words: each sentence is given out only after it was found in the source it cites."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from concurrent.futures import Executor
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from inference.deadline import Deadlined, Deadlines
from inference.model import ChatModel, Completion, Delta, ModelError, Request
from rag.claims.check import MARK, check
from rag.claims.model import Judge, Supported, Unsupported
from rag.model import Answer, Citation
from rag.writing.material import Sheet
from rag.writing.request import NO_ANSWER, Form, Wanted, request_of
from rag.writing.sentences import SentenceStream


@dataclass(frozen=True)
class Dropped:
    """A sentence of the model that is not shown, and why."""

    sentence: str
    fault: str
    reason: str


@dataclass(frozen=True)
class Written:
    """What came of asking the model. `answer` is None where nothing of it may be shown; `why` says what happened then.

    `completion` is None where the model failed. `timings_ms` has the time to the first sentence that stood, and to the
    end.
    """

    answer: Answer | None
    why: str
    request: Request
    sheets: tuple[Sheet, ...]
    completion: Completion | None = None
    error: ModelError | None = None
    dropped: tuple[Dropped, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Writer:
    """A model with what it writes; `judge` lets sentences pass. `secret` makes fence words that no document knows.

    `judges_on` is where a judge works that takes longer than others may wait for the loop.
    """

    model: ChatModel
    form: Form
    secret: bytes
    judge: Judge = check
    judges_on: Executor | None = None
    clock: Callable[[], float] = time.monotonic

    def request(self, wanted: Wanted, sheets: Sequence[Sheet]) -> Request:
        """The request that would be sent: the same for the same question and sources, so that it can be cached."""
        told = "\n".join((wanted.question, wanted.earlier, *(sheet.digest for sheet in sheets)))
        nonce = hmac.new(self.secret, told.encode(), hashlib.sha256).hexdigest()[:12]
        return request_of(wanted, sheets, form=self.form, nonce=nonce)

    async def write(
        self,
        request: Request,
        sheets: Sequence[Sheet],
        *,
        within: float,
        show: Callable[[Answer], None] = lambda _: None,
    ) -> Written:
        """Ask, check, and give what stands after `within` seconds at the latest.

        `show` gets the answer so far, after every sentence that stands.
        """
        page = _Page(tuple(sheets), self.judge, self.form.sentences, self.clock, self.clock())
        in_time = Deadlined(self.model, Deadlines(within, within, within), clock=self.clock)
        try:
            async with aclosing(in_time.stream(request)) as chunks:
                async for sentence in _sentences(chunks, page):
                    if await self._taken(page, sentence):
                        show(page.answer())
                    if page.is_full:
                        break
        except ModelError as error:
            page.error = error
        return page.written(request)

    async def _taken(self, page: _Page, sentence: str) -> bool:
        """Whether a sentence is kept."""
        if self.judges_on is None:
            return page.take(sentence)
        return await asyncio.get_running_loop().run_in_executor(self.judges_on, page.take, sentence)


async def _sentences(chunks: AsyncGenerator[Delta | Completion, None], page: _Page) -> AsyncIterator[str]:
    cut = SentenceStream()
    async for chunk in chunks:
        match chunk:
            case Delta(text):
                for sentence in cut.feed(text):
                    yield sentence
            case Completion():
                page.completion = chunk
    for sentence in cut.end():
        yield sentence


@dataclass
class _Page:
    """The answer while it is being written."""

    sheets: tuple[Sheet, ...]
    judge: Judge
    sentences: int
    clock: Callable[[], float]
    began: float
    kept: list[tuple[str, tuple[Citation, ...]]] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    completion: Completion | None = None
    error: ModelError | None = None
    first_ms: float | None = None

    @property
    def is_full(self) -> bool:
        return len(self.kept) == self.sentences and self.completion is not None

    def take(self, sentence: str) -> bool:
        """Keep a sentence that stands in what it cites; whether it does."""
        if sentence.strip(" .") == NO_ANSWER or len(self.kept) >= self.sentences:
            return False
        match self.judge(sentence, {sheet.n: sheet.source for sheet in self.sheets}):
            case Unsupported(fault, reason):
                self.dropped.append(Dropped(sentence, fault, reason))
                return False
            case Supported(evidence):
                by_number = {sheet.n: sheet for sheet in self.sheets}
                said = MARK.sub("", sentence).strip().rstrip(".!?").rstrip()
                if any(said == earlier for earlier, _ in self.kept):
                    return False
                self.kept.append((said, tuple(by_number[place.n].cite(place.n, place) for place in evidence)))
        if self.first_ms is None:
            self.first_ms = (self.clock() - self.began) * 1000
        return True

    def answer(self) -> Answer:
        """What stands so far; sources are numbered anew, in the order in which they are cited."""
        citations: list[Citation] = []
        lines = []
        for said, cited in self.kept:
            marks = []
            for citation in cited:
                n = _number(citations, citation)
                if n > len(citations):
                    citations.append(replace(citation, n=n))
                marks.append(f"[{n}]")
            lines.append(f"{said} {''.join(dict.fromkeys(marks))}.")
        return Answer(" ".join(lines), (), tuple(citations))

    def written(self, request: Request) -> Written:
        timings = {"model_total": (self.clock() - self.began) * 1000}
        if self.first_ms is not None:
            timings["first_sentence"] = self.first_ms
        return Written(
            answer=self.answer() if self.kept else None,
            why=self._why(),
            request=request,
            sheets=self.sheets,
            completion=self.completion,
            error=self.error,
            dropped=tuple(self.dropped),
            timings_ms=timings,
        )

    def _why(self) -> str:
        if self.kept:
            return ""
        if self.error is not None:
            return f"The model gave no answer: {self.error}"
        if self.dropped:
            return "Nothing the model wrote stood in the sources it cites."
        return "The model says that the sources do not answer."


def _number(citations: Sequence[Citation], wanted: Citation) -> int:
    """The number a quote has already, else the next."""
    same = (one.n for one in citations if (one.doc, one.quote) == (wanted.doc, wanted.quote))
    return next(same, len(citations) + 1)
