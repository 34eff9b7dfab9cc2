"""Accounts and access: who is who on the platforms, and the tokens of pipelines."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.commands.options import Json

Account = Annotated[str, typer.Argument(metavar="ACCOUNT", help="As gatehouse link list shows it (slack:T0ACME:U02).")]
link_app = typer.Typer(
    help="Who is who: accounts of Slack and Teams, and the people they belong to.", no_args_is_help=True
)
token_app = typer.Typer(help="API tokens for pipelines: make, list, revoke.", no_args_is_help=True)


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
