"""The commands and their options. Each imports its work when it runs, so that `gatehouse ask` starts fast."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="gatehouse",
    help="Knows where an AI programme stands: status and blockers, with sources, from gate records and documents.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
gate_app = typer.Typer(help="What the gates ask for and what blocks them.", no_args_is_help=True)
app.add_typer(gate_app, name="gate")

As = Annotated[str | None, typer.Option("--as", metavar="PERSON", help="Answer for this person (id, name or e-mail).")]
In = Annotated[str | None, typer.Option("--in", metavar="CHANNEL", help="Answer for everyone who reads this channel.")]
Project = Annotated[str, typer.Argument(metavar="PROJECT", help="A project's id, name or alias.")]
Port = Annotated[
    int | None, typer.Option(min=1, max=65535, help="Port of the web page; GATEHOUSE_HTTP_PORT otherwise.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, one document.")]


@app.command()
def demo(
    ask: Annotated[
        str | None, typer.Option(metavar="QUESTION", help="Answer this question in the terminal and exit.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port of the web page; GATEHOUSE_HTTP_PORT otherwise.")
    ] = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Load and answer the samples, then exit.")] = False,
) -> None:
    """Load the demo programme, answer three questions and open the chat on this machine. No account needed."""
    from bot.cli.demo import run_demo

    run_demo(ask=ask, port=port, serve=not no_serve)


@app.command()
def sync(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FOLDER", help="Folders or Git working trees; without any, all known ones."),
    ] = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Name of the collection; the folder's name otherwise.")
    ] = None,
    mapping: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="mapping.yaml of a foreign collection, or the name of one that ships (pep, kep)."
        ),
    ] = None,
    forget: Annotated[
        str | None, typer.Option(metavar="NAME", help="Drop a collection with all that came from it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Take in documents and records. Only what changed is read; a killed run is completed by the next."""
    from bot.cli.sync import run_sync

    run_sync(paths or [], name=name, mapping=mapping, forget=forget, as_json=as_json)


@app.command()
def ask(
    question: Annotated[
        str | None,
        typer.Argument(metavar="QUESTION", help="In your own words; without it, read from standard input."),
    ] = None,
    person: As = None,
    place: In = None,
    batch: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help='Many: a file with {"id","text","as"?,"in"?,"thread"?} a line; "-" reads standard input.',
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Answer a question with its sources. Without --as and --in the answer is what everyone may read."""
    from bot.cli.ask import run_ask, run_batch

    if batch is not None:
        run_batch(batch, person=person, place=place)
    else:
        run_ask(question, person=person, place=place, as_json=as_json)


@app.command()
def chat(person: As = None, place: In = None) -> None:
    """Talk in the terminal; follow-up questions keep their subject."""
    from bot.cli.chat import run_chat

    run_chat(person=person, place=place)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address; GATEHOUSE_HTTP_HOST otherwise (loopback).")] = None,
    port: Port = None,
) -> None:
    """Serve the web chat and keep the indexes up to date."""
    from bot.cli.serve import run_serve

    run_serve(host=host, port=port)


@gate_app.command("list")
def gate_list(person: As = None, place: In = None, as_json: Json = False) -> None:
    """All gates of all projects with state, date and what is met."""
    from bot.cli.gate import list_gates

    list_gates(person=person, place=place, as_json=as_json)


@gate_app.command("status")
def gate_status(project: Project, person: As = None, place: In = None, as_json: Json = False) -> None:
    """Where a project stands: its current gate and what is in the way."""
    from bot.cli.gate import show_status

    show_status(project, person=person, place=place, as_json=as_json)


@gate_app.command("blockers")
def gate_blockers(
    project: Project,
    gate: Annotated[
        str | None, typer.Argument(metavar="GATE", help="A gate's id or name; the current gate without it.")
    ] = None,
    person: As = None,
    place: In = None,
    as_json: Json = False,
) -> None:
    """Every unmet criterion of a gate, closest to passing first."""
    from bot.cli.gate import show_blockers

    show_blockers(project, gate, person=person, place=place, as_json=as_json)


@app.command("eval")
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
    as_json: Json = False,
) -> None:
    """Measure retrieval and answers on a collection with known answers."""
    from bot.cli.evaluate import Evaluation, run_eval

    run_eval(
        Evaluation(
            corpus=corpus, queries=queries, qrels=qrels, mapping=mapping, demo=demo, split=split, only=only, limit=limit
        ),
        picture=picture,
        as_json=as_json,
    )


@app.command()
def bench(
    sizes: Annotated[
        str, typer.Option(metavar="N,N,...", help="Numbers of passages, comma separated.")
    ] = "1000,10000,50000",
    as_json: Json = False,
) -> None:
    """The performance table against its peers, in one run: read the ratios, machines differ."""
    from bot.cli.bench import run_bench_command

    run_bench_command(sizes, as_json=as_json)
