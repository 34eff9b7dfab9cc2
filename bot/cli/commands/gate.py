"""Gates: what they ask for, what blocks them, and every order of the grammar."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands.options import As, In, Json, Project

gate_app = typer.Typer(help="What the gates ask for and what blocks them.", no_args_is_help=True)


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


_add_orders()
