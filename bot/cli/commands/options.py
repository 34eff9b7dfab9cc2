"""Options that many commands share."""

from __future__ import annotations

from typing import Annotated

import typer

As = Annotated[str | None, typer.Option("--as", metavar="PERSON", help="Answer for this person (id, name or e-mail).")]

In = Annotated[str | None, typer.Option("--in", metavar="CHANNEL", help="Answer for everyone who reads this channel.")]

Project = Annotated[str, typer.Argument(metavar="PROJECT", help="A project's id, name or alias.")]

Port = Annotated[
    int | None, typer.Option(min=1, max=65535, help="Port of the web page; GATEHOUSE_HTTP_PORT otherwise.")
]

Json = Annotated[bool, typer.Option("--json", help="Print JSON, one document.")]
