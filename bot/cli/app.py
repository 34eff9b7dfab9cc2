"""The command line: every command and where it is written down, in the order of the help."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from bot.cli.commands.accounts import link_app, token_app
from bot.cli.commands.asking import ask, chat, digest, replay
from bot.cli.commands.audit import audit_app
from bot.cli.commands.connect import connect_app
from bot.cli.commands.gate import gate_app
from bot.cli.commands.measuring import bench, evaluate, inference_app, spend
from bot.cli.commands.running import backup, demo, doctor, restore, serve, sync

app = typer.Typer(
    name="gatehouse",
    help="Knows where an AI programme stands: status and blockers, with sources, from gate records and documents.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gatehouse {version('gatehouse')}")
        raise typer.Exit


@app.callback()
def _choose(
    told: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Knows where an AI programme stands: status and blockers, with sources, from gate records and documents."""


for name, command in (
    ("demo", demo),
    ("sync", sync),
    ("ask", ask),
    ("chat", chat),
    ("serve", serve),
    ("eval", evaluate),
    ("bench", bench),
    ("spend", spend),
    ("doctor", doctor),
    ("replay", replay),
    ("digest", digest),
    ("backup", backup),
    ("restore", restore),
):
    app.command(name)(command)
for family, name in (
    (gate_app, "gate"),
    (audit_app, "audit"),
    (link_app, "link"),
    (token_app, "token"),
    (inference_app, "inference"),
    (connect_app, "connect"),
):
    app.add_typer(family, name=name)
