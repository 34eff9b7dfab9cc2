"""The commands and their options. Each imports its work when it runs, so that `gatehouse ask` starts fast."""

from __future__ import annotations

from collections.abc import Callable
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
audit_app = typer.Typer(help="The audit log: verify it, export it, sign its head.", no_args_is_help=True)
app.add_typer(audit_app, name="audit")
link_app = typer.Typer(
    help="Who is who: accounts of Slack and Teams, and the people they belong to.", no_args_is_help=True
)
app.add_typer(link_app, name="link")
token_app = typer.Typer(help="API tokens for pipelines: make, list, revoke.", no_args_is_help=True)
app.add_typer(token_app, name="token")
inference_app = typer.Typer(help="The road to the model.", no_args_is_help=True)
app.add_typer(inference_app, name="inference")
connect_app = typer.Typer(help="Connect a chat platform; says exactly what is missing.", no_args_is_help=True)
app.add_typer(connect_app, name="connect")

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
def gate_list(
    blocked: Annotated[bool, typer.Option("--blocked", help="Only gates something stands in the way of.")] = False,
    held: Annotated[bool, typer.Option("--held", help="Only gates on hold.")] = False,
    slipping: Annotated[bool, typer.Option("--slipping", help="Only gates that slip.")] = False,
    passed: Annotated[bool, typer.Option("--passed", help="Only passed gates.")] = False,
    open_only: Annotated[bool, typer.Option("--open", help="Only gates that are not passed.")] = False,
    owner: Annotated[str | None, typer.Option(metavar="PERSON", help="Only this person's gates, or `me`.")] = None,
    person: As = None,
    place: In = None,
    as_json: Json = False,
) -> None:
    """The gates of all projects with state, date and what is met."""
    from bot.cli.gate import list_gates

    chosen = {"blocked": blocked, "held": held, "slipping": slipping, "passed": passed, "open": open_only}
    keep = [name for name, is_chosen in chosen.items() if is_chosen]
    if len(keep) > 1:
        raise typer.BadParameter(f"one of --{', --'.join(keep)} at a time")
    list_gates(person=person, place=place, as_json=as_json, keep=keep[0] if keep else None, owner=owner)


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


@gate_app.command("check")
def gate_check(
    project: Annotated[str, typer.Argument(metavar="PROJECT", help="A project's id.")],
    gate: Annotated[str, typer.Argument(metavar="GATE", help="A gate's id.")],
    subject: Annotated[
        str | None, typer.Option(metavar="DIGEST", help="The artifact's digest, or its registry version.")
    ] = None,
    as_json: Json = False,
) -> None:
    """For pipelines: exit 0 when the gate has passed for this subject, 1 when not, 2 when it is not known."""
    from bot.cli.check import run_check

    run_check(project, gate, subject=subject, as_json=as_json)


@gate_app.command("records")
def gate_records(
    kind: Annotated[
        str | None, typer.Argument(metavar="KIND", help="Risks, milestones, grants, models...; what there is without.")
    ] = None,
    project: Annotated[str | None, typer.Option(metavar="PROJECT", help="Only this project's.")] = None,
    owner: Annotated[str | None, typer.Option(metavar="PERSON", help="Only this person's, or `me`.")] = None,
    open_only: Annotated[bool, typer.Option("--open", help="Only what is not done, closed or met.")] = False,
    due_in: Annotated[
        int | None, typer.Option(metavar="DAYS", min=0, help="Due within so many days, or overdue.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    person: As = None,
    place: In = None,
    as_json: Json = False,
) -> None:
    """The standing records: RAID log, milestones, contracts, models, KPIs, features, grants and more."""
    from bot.cli.records import Wanted, list_records

    how = "json" if as_json else "csv" if as_csv else "text"
    list_records(Wanted(kind, project, owner, open_only, due_in, how), person=person, place=place)


@gate_app.command("new")
def gate_new(
    template: Annotated[
        str | None, typer.Argument(metavar="TEMPLATE", help="A lifecycle; without one they are listed.")
    ] = None,
    slug: Annotated[str | None, typer.Argument(metavar="SLUG", help="The new project's id, as churn-uplift.")] = None,
    into: Annotated[
        Path, typer.Option(metavar="FOLDER", help="The programme's folder; the current one otherwise.")
    ] = Path(),
    name: Annotated[str | None, typer.Option(metavar="NAME", help="What people call the project.")] = None,
    owner: Annotated[str | None, typer.Option(metavar="PERSON", help="Who answers for it (an id).")] = None,
    tier: Annotated[str, typer.Option(metavar="TIER", help="Risk tier: low, medium or high.")] = "medium",
    start: Annotated[str | None, typer.Option(metavar="DAY", help="First day, as 2026-12-07; today otherwise.")] = None,
) -> None:
    """Set up a governed project: project.yaml and the documents its gates ask for, ready to be filled."""
    from bot.cli.new import Wanted, run_new

    run_new(Wanted(template, slug, into, name=name, owner=owner, tier=tier, start=start))


def _add_orders() -> None:
    """One subcommand for every order of the grammar that has none of its own yet, in the grammar's words."""
    from bot.conversation.commands.grammar import VERBS

    taken = {command.name for command in gate_app.registered_commands}
    for verb in VERBS:
        for name in (verb.name, *(("sign",) if verb.name == "review" else ())):
            if name not in taken:
                gate_app.command(
                    name,
                    help=f"{verb.summary[:1].upper()}{verb.summary[1:]}.\n\nWritten: {verb.usage}\n\n"
                    f"For example: gatehouse gate {verb.example}",
                    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": True},
                )(_order_named(name))


def _order_named(verb: str) -> Callable[..., None]:
    def order(
        words: Annotated[list[str] | None, typer.Argument(metavar="WORDS", help="As written above.")] = None,
        person: As = None,
        at_once: Annotated[bool, typer.Option("--yes", help="Do not ask for more; take what is there.")] = False,
        given: Annotated[
            list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="What a form would ask, for scripts.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        from bot.cli.order import How, run_order

        run_order([verb, *(words or [])], how=How(person, at_once, as_json, tuple(given or ())))

    return order


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


@app.command()
def bench(
    sizes: Annotated[
        str, typer.Option(metavar="N,N,...", help="Numbers of passages, comma separated.")
    ] = "1000,10000,50000",
    only: Annotated[
        str | None,
        typer.Option(metavar="PART", help="Only `gates`, `slack` (acknowledging), `gateway` (guards) or `digest`."),
    ] = None,
    as_json: Json = False,
) -> None:
    """The performance table against its peers, in one run: read the ratios, machines differ."""
    if only == "slack":
        from bot.cli.bench_slack import bench_slack
        from bot.settings import load_settings

        bench_slack(postgres=load_settings().database_url, as_json=as_json)
        return
    if only == "digest":
        from bot.cli.bench_digest import bench_digest

        bench_digest(as_json=as_json)
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


@audit_app.command("verify")
def audit_verify(
    checkpoint: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Signed heads kept outside: shows a cut tail, a chain made anew."),
    ] = None,
    export: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Verify this export instead; needs no database.")
    ] = None,
    public_key: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Public key of the checkpoints; the data folder's otherwise."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Verify the audit log: names edited, dropped, inserted and moved records. Exit code 1 when there are any."""
    from bot.cli.audit import run_verify

    run_verify(export, checkpoint=checkpoint, public_key=public_key, as_json=as_json)


@audit_app.command("export")
def audit_export(
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to; standard output otherwise.")] = None,
    form: Annotated[str, typer.Option("--format", metavar="json|csv", help="JSON, or CSV for spreadsheets.")] = "json",
    people: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write who the pseudonyms are, into this CSV file.")
    ] = None,
) -> None:
    """Export the audit log with its hashes; people stand in it by pseudonym."""
    from bot.cli.audit import run_export

    run_export(out, form=form, people=people)


@audit_app.command("checkpoint")
def audit_checkpoint() -> None:
    """Sign the head of the audit log and add it to the checkpoint file."""
    from bot.cli.audit import run_checkpoint

    run_checkpoint()


@audit_app.command("erase")
def audit_erase(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="The id that programme.yaml had for the person.")],
) -> None:
    """Forget who a person was: the records stay under the pseudonym, the chain stays whole."""
    from bot.cli.audit import run_erase

    run_erase(person)


_add_orders()


@token_app.command("create")
def token_create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for, as `churn-uplift CI`.")],
    scope: Annotated[
        list[str] | None,
        typer.Option(metavar="SCOPE", help="evidence:PROJECT/GATE or verdict:PROJECT/GATE; * for every one. Repeat."),
    ] = None,
    producer: Annotated[
        str | None,
        typer.Option(metavar="PERSON", help="Who answers for what it reports; named in each call otherwise."),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=730, help="How long it is good.")] = 90,
    as_json: Json = False,
) -> None:
    """Make a token and print it; it cannot be shown again."""
    from bot.cli.token import create_token

    create_token(name, scopes=scope or [], producer=producer, days=days, as_json=as_json)


@token_app.command("list")
def token_list(as_json: Json = False) -> None:
    """The tokens there are, and what each may do."""
    from bot.cli.token import list_tokens

    list_tokens(as_json=as_json)


@token_app.command("revoke")
def token_revoke(
    token: Annotated[str, typer.Argument(metavar="ID", help="As `gatehouse token list` shows it.")],
) -> None:
    """End a token at once."""
    from bot.cli.token import revoke_token

    revoke_token(token)


@inference_app.command("check")
def inference_check(as_json: Json = False) -> None:
    """Try the configured model endpoints, and say what to mend. Costs a few hundred tokens."""
    from bot.cli.inference import run_check

    run_check(as_json=as_json)


@app.command()
def spend(
    month: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="Another month than the running one (UTC).")
    ] = None,
    as_json: Json = False,
) -> None:
    """What the model has cost by day, project and person, beside the budgets, with a forecast."""
    from bot.cli.spend import run_spend

    run_spend(month=month, as_json=as_json)


Account = Annotated[str, typer.Argument(metavar="ACCOUNT", help="As gatehouse link list shows it (slack:T0ACME:U02).")]


@link_app.command("list")
def link_list(as_json: Json = False) -> None:
    """Every account that is known, those that wait to be confirmed first."""
    from bot.cli.link import list_links

    list_links(as_json=as_json)


@link_app.command("confirm")
def link_confirm(
    account: Account,
    whose: Annotated[str, typer.Argument(metavar="PERSON", help="Whose account it is.")],
    by: Annotated[
        str | None, typer.Option("--as", metavar="ADMINISTRATOR", help="Who confirms: somebody else.")
    ] = None,
) -> None:
    """Confirm whose account this is. Needs the role administrator; nobody confirms his own."""
    from bot.cli.link import confirm_link

    confirm_link(account, whose, by=by)


@link_app.command("end")
def link_end(
    account: Account,
    reason: Annotated[str, typer.Argument(metavar="REASON", help="Why; it stands in the audit log.")],
    by: Annotated[str | None, typer.Option("--as", metavar="PERSON", help="Who ends it.")] = None,
) -> None:
    """The account belongs to nobody any more."""
    from bot.cli.link import end_link

    end_link(account, by=by, reason=reason)


@app.command()
def doctor(
    send_again: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="First send this dead letter again.", min=1)
    ] = None,
    as_json: Json = False,
) -> None:
    """What is wrong with this installation, and what to do. Exit code 1 when something is bad."""
    from bot.cli.doctor import run_doctor

    raise typer.Exit(run_doctor(as_json=as_json, again=send_again))


@connect_app.command("slack")
def connect_slack(
    manifest: Annotated[bool, typer.Option("--manifest", help="Print the app's manifest with your address.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only check what is set; ask for nothing.")] = False,
) -> None:
    """Ask for Slack's tokens, try each, and keep them; with --check look at what is set."""
    from bot.cli.connect import connect_to_slack

    connect_to_slack(print_manifest=manifest, check=check)


@connect_app.command("teams")
def connect_teams(
    package: Annotated[
        Path | None, typer.Option(metavar="FILE.zip", help="Write the app package with your ids and address.")
    ] = None,
    follow_ups: Annotated[
        bool, typer.Option("--follow-ups", help="The package asks for consent to hear messages without a mention.")
    ] = False,
) -> None:
    """Check what is set for Microsoft Teams and say what is missing; with --package write what is uploaded there."""
    from bot.cli.connect_teams import connect_to_teams

    connect_to_teams(package_to=package, follow_ups=follow_ups)


@app.command()
def replay(
    answer: Annotated[str, typer.Argument(metavar="ID", help="The id of the answer, from its JSON.")],
    person: As = None,
    place: In = None,
    again: Annotated[bool, typer.Option("--repeat/--no-repeat", help="Send the same request once more.")] = True,
    as_json: Json = False,
) -> None:
    """How an answer in a model's words came about: prompt, model, sources, guards, what was dropped; and repeat it."""
    from bot.cli.replay import run_replay
    from bot.replay import Viewer

    run_replay(answer, viewer=Viewer(person, place), again=again, as_json=as_json)


@app.command()
def digest(
    reader: Annotated[str | None, typer.Option("--for", metavar="PERSON", help="A person, or a #channel.")] = None,
    at: Annotated[str | None, typer.Option(metavar="TIME", help="As of this moment, as 2026-11-20T08:30.")] = None,
    _: Annotated[bool, typer.Option("--dry-run", help="Nothing is ever sent from here; say it for clarity.")] = True,
    more: Annotated[bool, typer.Option("--more", help="Every line, not only one screen.")] = False,
    png: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the picture to this file.")] = None,
    as_json: Json = False,
) -> None:
    """What somebody's digest says now, before it is sent; nothing is sent and nothing is remembered."""
    from bot.cli.digest import run_digest

    run_digest(reader=reader, at=at, whole=more, as_json=as_json, png=png)


@app.command()
def backup(folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new folder for the backup.")]) -> None:
    """Copy what cannot be made anew: the database as it is at one moment, checkpoints, settings. Nobody has to stop."""
    from bot.cli.backup import run_backup

    run_backup(folder)


@app.command()
def restore(folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder that backup made.")]) -> None:
    """Put a backup back into an empty data folder, after its audit log was verified."""
    from bot.cli.backup import run_restore

    run_restore(folder)
