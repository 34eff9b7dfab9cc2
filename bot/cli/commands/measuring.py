"""Measuring: answers, speed, what the model cost, and whether its endpoints answer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands.options import Json

inference_app = typer.Typer(help="The road to the model.", no_args_is_help=True)


@inference_app.command("check")
def inference_check(as_json: Json = False) -> None:
    """Try the configured model endpoints, and say what to mend. Costs a few hundred tokens."""
    from bot.cli.inference import run_check

    run_check(as_json=as_json)


def evaluate(
    corpus: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="BEIR-style folder: corpus.jsonl, queries.jsonl, qrels.tsv.")
    ] = None,
    queries: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Another file of questions than the corpus folder's.")
    ] = None,
    qrels: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Another file of judgements than the corpus folder's.")
    ] = None,
    mapping: Annotated[
        str | None, typer.Option(metavar="FILE", help="Mapping file, or the name of one that ships.")
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="The demo programme and its questions.")] = False,
    split: Annotated[
        str | None, typer.Option(metavar="SPLIT", help="Only questions of this split (dev, held_out).")
    ] = None,
    only: Annotated[
        str | None, typer.Option(metavar="PART", help="Only `retrieval` or only `questions`; both otherwise.")
    ] = None,
    limit: Annotated[int | None, typer.Option(metavar="N", help="At most this many questions, evenly drawn.")] = None,
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the risk-coverage curve to this PNG.")
    ] = None,
    model: Annotated[
        bool, typer.Option("--model", help="Measure answers in the model's words, against the last run.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Measure retrieval and answers on a collection with known answers."""
    from bot.cli.evaluate import Evaluation, run_eval

    wanted = Evaluation(
        corpus=corpus, queries=queries, qrels=qrels, mapping=mapping, demo=demo, split=split, only=only, limit=limit
    )
    if model:
        from bot.cli.evaluate_model import run_model_eval

        raise typer.Exit(run_model_eval(wanted, as_json=as_json))
    run_eval(wanted, picture=picture, as_json=as_json)


def bench(
    sizes: Annotated[
        str, typer.Option(metavar="N,N,...", help="Numbers of passages, comma separated.")
    ] = "1000,10000,50000",
    only: Annotated[
        str | None,
        typer.Option(
            metavar="PART",
            help="Only `gates`, `slack` or `teams` (acknowledging), `gateway` (guards), `crowd` or `digest`.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """The performance table against its peers, in one run: read the ratios, machines differ."""
    if only == "slack":
        from bot.cli.bench_slack import bench_slack
        from bot.settings import load_settings

        bench_slack(postgres=load_settings().database_url, as_json=as_json)
        return
    if only == "teams":
        from bot.cli.bench_slack import bench_teams
        from bot.settings import load_settings

        bench_teams(postgres=load_settings().database_url, as_json=as_json)
        return
    if only == "digest":
        from bot.cli.bench_digest import bench_digest

        bench_digest(as_json=as_json)
        return
    if only == "crowd":
        from bot.cli.bench_crowd import bench_crowd

        bench_crowd(as_json=as_json)
        return
    if only == "gateway":
        from bot.cli.bench_gateway import bench_gateway
        from bot.settings import load_settings

        bench_gateway(postgres=load_settings().database_url, as_json=as_json)
        return
    from bot.cli.bench import run_bench_command, run_gates_bench

    if only == "gates":
        run_gates_bench(as_json=as_json)
    else:
        run_bench_command(sizes, as_json=as_json)


def spend(
    month: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="Another month than the running one (UTC).")
    ] = None,
    as_json: Json = False,
) -> None:
    """What the model has cost by day, project and person, beside the budgets, with a forecast."""
    from bot.cli.spend import run_spend

    run_spend(month=month, as_json=as_json)
