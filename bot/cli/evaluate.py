"""`gatehouse eval`: retrieval and answers on a collection with known answers, through the real road."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.chat import Ask
from bot.cli.ask import print_json
from bot.cli.demo import DEMO, demo_folder
from bot.cli.usage import UsageError
from bot.conversation.asking import Rooms, answer_question
from bot.conversation.told import to_json
from bot.intake.catalogue import open_collection
from bot.intake.sync import index_documents, sync_collection
from bot.platforms.terminal.progress import Report, progress
from bot.platforms.terminal.render import console_on
from bot.settings import Settings, load_settings
from bot.wiring import Installation, keep_indexes, open_installation, open_rooms
from rag.evaluate.abstention import risk_coverage
from rag.evaluate.beir import RetrievalReport, measure_retrieval, retrieval_table
from rag.evaluate.collection import read_collection
from rag.evaluate.question_report import QuestionReport, families_table, misses_table, report_questions
from rag.evaluate.questions import Judgement, KnownQuestion, ask_all, read_questions
from rag.evaluate.risk_picture import draw_risk_coverage
from rag.store.contents import text_at


@dataclass(frozen=True)
class Evaluation:
    """What is to be measured."""

    corpus: Path | None
    queries: Path | None
    qrels: Path | None
    mapping: str | None
    demo: bool
    split: str | None
    only: str | None
    limit: int | None


def run_eval(wanted: Evaluation, *, picture: Path | None, as_json: bool) -> None:
    """Take the collection into a data folder of its own, measure, and print tables or JSON."""
    if wanted.only not in (None, "retrieval", "questions"):
        raise UsageError(f"--only is retrieval or questions, not {wanted.only!r}.")
    folder = source_folder(wanted)
    settings = load_settings()
    here = open_installation(
        Settings(home=home_of_evaluation(settings, folder), embedding_model=settings.embedding_model)
    )
    with progress(console_on(sys.stderr)) as report:
        retrieval, judged = _measure(wanted, folder, here, report)
    questions = report_questions(judged) if judged else None
    if picture and judged:
        picture.write_bytes(draw_risk_coverage(risk_coverage(judged), title=f"Risk and coverage: {folder.name}"))
    if as_json:
        print_json(
            {
                "collection": folder.name,
                "retrieval": retrieval.to_json() if retrieval else None,
                "questions": questions.to_json() if questions else None,
            }
        )
    else:
        _print(retrieval, questions)


def source_folder(wanted: Evaluation) -> Path:
    """The folder that is measured."""
    if wanted.demo == (wanted.corpus is not None):
        raise UsageError("Say what to measure: --corpus FOLDER (corpus.jsonl, queries.jsonl, qrels.tsv) or --demo.")
    return demo_folder() if wanted.demo else Path(wanted.corpus or ".")


def home_of_evaluation(settings: Settings, folder: Path) -> Path:
    """One data folder per evaluated folder, so that a second run encodes nothing."""
    digest = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
    return settings.data / "evaluations" / f"{folder.name}-{digest}"


def _measure(
    wanted: Evaluation, folder: Path, here: Installation, report: Report
) -> tuple[RetrievalReport | None, tuple[Judgement, ...]]:
    collection = open_collection(folder, name=DEMO if wanted.demo else None, mapping=wanted.mapping)
    sync_collection(collection, database=here.database, now=here.clock(), progress=report)
    with keep_indexes(here) as kept, open_rooms(here, library=kept.library) as rooms:
        index_documents(kept, database=here.database, progress=report)
        retrieval = None
        if not wanted.demo and wanted.only != "questions":
            known = read_collection(folder, queries=wanted.queries, judgments=wanted.qrels)
            retrieval = measure_retrieval(known, library=kept.library, progress=report)
        judged = () if wanted.only == "retrieval" else _ask(wanted, folder, here, rooms, report)
    return retrieval, judged


def _ask(wanted: Evaluation, folder: Path, here: Installation, rooms: Rooms, report: Report) -> tuple[Judgement, ...]:
    path = wanted.queries or folder / ("questions.jsonl" if wanted.demo else "queries.jsonl")
    questions = drawn(read_questions(path, split=wanted.split), wanted.limit)
    if not questions and wanted.only == "questions":
        raise UsageError(f"{path} holds no question with a known answer (of this split).")
    threads: dict[str, str] = {}
    done = 0

    def ask(question: KnownQuestion) -> Mapping[str, object]:
        nonlocal done
        done += 1
        report("asking", done, len(questions))
        threads[question.id] = threads.get(question.after or "", question.id)
        return to_json(answer_question(Ask(question.text, threads[question.id], question.as_person), rooms))

    def text_of(path: str) -> str | None:
        with here.database.read() as session:
            return text_at(session, path)

    return tuple(ask_all(questions, ask=ask, text_of=text_of))


def drawn(questions: Sequence[KnownQuestion], limit: int | None) -> Sequence[KnownQuestion]:
    """At most `limit` questions, evenly over the file, so that no family is cut off."""
    if limit is None or len(questions) <= limit:
        return questions
    return [questions[at * len(questions) // limit] for at in range(limit)]


def _print(retrieval: RetrievalReport | None, questions: QuestionReport | None) -> None:
    console = console_on(sys.stdout)
    if retrieval:
        console.print(retrieval_table(retrieval))
    if questions:
        console.print(families_table(questions))
        console.print(misses_table(questions))
