"""The audit log: verify, export, sign its head, forget a person."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands.options import Json

audit_app = typer.Typer(help="The audit log: verify it, export it, sign its head.", no_args_is_help=True)


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
