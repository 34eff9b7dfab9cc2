"""`gatehouse eval --model`: answers in the model's words over known questions, held against the last run."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from bot.chat import Ask, Details, Heading, Item, Items, Line, Reply
from bot.cli.ask import print_json
from bot.cli.demo import DEMO
from bot.cli.evaluate import Evaluation, drawn, home_of_evaluation, source_folder
from bot.cli.usage import UsageError
from bot.conversation.asking import answer_question
from bot.conversation.told import Told, to_json
from bot.intake.catalogue import open_collection
from bot.intake.sync import index_documents, sync_collection
from bot.platforms.terminal.progress import Report, progress
from bot.platforms.terminal.render import console_on, render
from bot.settings import load_settings
from bot.wiring import Installation, keep_indexes, open_installation, open_rooms
from inference.prompts import load_prompt
from rag.evaluate.model_figures import ModelFigures, WordedAnswer, measure_model, worse
from rag.evaluate.questions import KnownQuestion, judge, read_questions
from rag.store.contents import text_at

RUNS = "model-runs.jsonl"
"""One line a run, in the evaluation's own data folder."""


def run_model_eval(wanted: Evaluation, *, as_json: bool) -> int:
    """Ask every question through the model road, print the figures, keep them; 1 when the last run was better."""
    settings = load_settings()
    if not settings.model_url:
        raise UsageError("There is no model to measure. Set GATEHOUSE_MODEL_URL and GATEHOUSE_MODEL.")
    folder = source_folder(wanted)
    home = home_of_evaluation(settings, folder)
    here = open_installation(settings.model_copy(update={"home": home, "database_url": "", "chroma_url": ""}))
    with progress(console_on(sys.stderr)) as report:
        answers = _ask(wanted, folder, here, report)
    figures = measure_model(answers, model=settings.model, prompt=load_prompt("answer").version)
    before = last_run(home / RUNS, figures)
    found = worse(figures, before) if before else ()
    keep_run(home / RUNS, figures)
    if as_json:
        print_json({"figures": figures.to_json(), "before": before.to_json() if before else None, "worse": list(found)})
    else:
        console_on(sys.stdout).print(render(_reply(figures, before, found)))
    return 1 if found else 0


def _ask(wanted: Evaluation, folder: Path, here: Installation, report: Report) -> tuple[WordedAnswer, ...]:
    path = wanted.queries or folder / ("questions.jsonl" if wanted.demo else "queries.jsonl")
    questions = drawn(read_questions(path, split=wanted.split), wanted.limit)
    collection = open_collection(folder, name=DEMO if wanted.demo else None, mapping=wanted.mapping)
    sync_collection(collection, database=here.database, now=here.clock(), progress=report)
    threads: dict[str, str] = {}
    answers = []
    with keep_indexes(here) as kept, open_rooms(here, library=kept.library) as rooms:
        index_documents(kept, database=here.database, progress=report)
        for done, question in enumerate(questions, 1):
            threads[question.id] = threads.get(question.after or "", question.id)
            told = answer_question(Ask(question.text, threads[question.id], question.as_person), rooms)
            answers.append(worded_answer(question, told, here))
            report("asking", done, len(questions))
    return tuple(answers)


def worded_answer(question: KnownQuestion, told: Told, here: Installation) -> WordedAnswer:
    """One answer judged."""

    def text_of(path: str) -> str | None:
        with here.database.read() as session:
            return text_at(session, path)

    return WordedAnswer(
        judgement=judge(question, to_json(told), text_of=text_of),
        asked=told.quoted is not None,
        worded=told.tier == "model",
        quotes=_quotes(told),
        cost_usd=told.cost_usd,
        timings_ms=told.timings_ms,
    )


def _quotes(told: Told) -> Mapping[int, str]:
    return {citation.n: f"{citation.title}. {citation.section}.\n\n{citation.quote}" for citation in told.citations}


def last_run(path: Path, like: ModelFigures) -> ModelFigures | None:
    """The newest kept run over as many questions, of whatever model and prompt; None when there is none."""
    if not path.exists():
        return None
    known = {field.name for field in fields(ModelFigures)}
    runs = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    same = [run for run in runs if run.keys() == known and run["questions"] == like.questions]
    return ModelFigures(**same[-1]) if same else None


def keep_run(path: Path, figures: ModelFigures) -> None:
    """Add a run to those that are kept."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(figures.to_json()) + "\n")


def _reply(figures: ModelFigures, before: ModelFigures | None, found: tuple[str, ...]) -> Reply:
    rows = tuple((name.replace("_", " "), _cell(value)) for name, value in figures.to_json().items())
    verdict = (
        Items(tuple(Item(one) for one in found), title="Worse than the last run")
        if found
        else Line("Nothing is worse than in the last run." if before else "First run: there is none to compare with.")
    )
    return Reply((Heading("Answers in the model's words"), Details(rows), verdict))


def _cell(value: object) -> str:
    if value is None:
        return "nothing counted"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
