"""Running an installation: demo, taking documents in, serving, the doctor, backups."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands.options import Json, Port


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


def serve(
    host: Annotated[str | None, typer.Option(help="Address; GATEHOUSE_HTTP_HOST otherwise (loopback).")] = None,
    port: Port = None,
) -> None:
    """Serve the web chat and keep the indexes up to date."""
    from bot.cli.serve import run_serve

    run_serve(host=host, port=port)


def doctor(
    send_again: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="First send this dead letter again.", min=1)
    ] = None,
    as_json: Json = False,
) -> None:
    """What is wrong with this installation, and what to do. Exit code 1 when something is bad."""
    from bot.cli.doctor import run_doctor

    raise typer.Exit(run_doctor(as_json=as_json, again=send_again))


def backup(folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new folder for the backup.")]) -> None:
    """Copy what cannot be made anew: the database as it is at one moment, checkpoints, settings. Nobody has to stop."""
    from bot.cli.backup import run_backup

    run_backup(folder)


def restore(folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder that backup made.")]) -> None:
    """Put a backup back into an empty data folder, after its audit log was verified."""
    from bot.cli.backup import run_restore

    run_restore(folder)
