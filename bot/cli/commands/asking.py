"""Asking: one question or many, a chat, a digest, and how an answer came about."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands.options import As, In, Json


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


def chat(person: As = None, place: In = None) -> None:
    """Talk in the terminal; follow-up questions keep their subject."""
    from bot.cli.chat import run_chat

    run_chat(person=person, place=place)


def digest(
    reader: Annotated[str | None, typer.Option("--for", metavar="PERSON", help="A person, or a #channel.")] = None,
    at: Annotated[str | None, typer.Option(metavar="TIME", help="As of this moment, as 2026-11-20T08:30.")] = None,
    _: Annotated[bool, typer.Option("--dry-run", help="Nothing is ever sent from here; say it for clarity.")] = True,
    more: Annotated[bool, typer.Option("--more", help="Every line, not only one screen.")] = False,
    edition: Annotated[str, typer.Option(metavar="NAME", help="daily, or quarterly (portfolio).")] = "daily",
    png: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the picture to this file.")] = None,
    as_json: Json = False,
) -> None:
    """What somebody's digest says now, before it is sent; nothing is sent and nothing is remembered."""
    from bot.cli.digest import run_digest

    run_digest(reader=reader, at=at, whole=more, edition=edition, as_json=as_json, png=png)


def replay(
    answer: Annotated[str, typer.Argument(metavar="ID", help="The id of the answer, from its JSON.")],
    person: As = None,
    place: In = None,
    again: Annotated[bool, typer.Option("--repeat/--no-repeat", help="Send the same request once more.")] = True,
    as_json: Json = False,
) -> None:
    """How an answer in a model's words came about: prompt, model, sources, guards, what was dropped; and repeat it."""
    from bot.cli.replay import run_replay
    from bot.model.replay import Viewer

    run_replay(answer, viewer=Viewer(person, place), again=again, as_json=as_json)
