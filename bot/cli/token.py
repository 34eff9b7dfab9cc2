"""`gatehouse token ...`: tokens with which pipelines report values and ask for verdicts."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Sequence
from functools import partial
from secrets import token_hex, token_urlsafe

from bot.access.model import ANY, ApiToken, Scope, ScopeError, read_scope
from bot.access.store import all_tokens
from bot.access.tokens import Tokens
from bot.audience import AudienceError, person_id
from bot.choices import suggestion
from bot.cli.ask import print_json
from bot.cli.usage import UsageError
from bot.conversation.words import day
from bot.settings import load_settings
from bot.wiring import Installation, open_installation
from gates.model import Programme
from gates.service.look import the_programme
from gates.store_read import load_programmes


def create_token(name: str, *, scopes: Sequence[str], producer: str | None, days: int, as_json: bool) -> None:
    """Make a token and print it: it cannot be seen again."""
    here = open_installation(load_settings())
    try:
        wanted = tuple(map(read_scope, scopes))
        person = person_id(_programme(here), producer) if producer else None
    except (ScopeError, AudienceError) as error:
        raise UsageError(str(error)) from error
    if not wanted:
        raise UsageError("What may it do? Add --scope evidence:PROJECT/GATE or --scope verdict:PROJECT/GATE.")
    for scope in wanted:
        if wrong := _wrong_scope(scope, here):
            raise UsageError(wrong)
    with here.database.write() as session:
        made = _tokens(here).make(session, name, scopes=wanted, by=_who(here), person=person, days=days)
    if as_json:
        print_json({**_plain(made[0]), "token": made[1]})
        return
    sys.stdout.write(f"{made[1]}\n")
    sys.stderr.write(
        f"Keep it now: it is not shown again. Good until {day(made[0].expires_at.date())}; "
        f"to end it: gatehouse token revoke {made[0].id}\n"
    )


def list_tokens(*, as_json: bool) -> None:
    """Every token with what it may do, never its text."""
    here = open_installation(load_settings())
    with here.database.read() as session:
        found = all_tokens(session)
    if as_json:
        print_json([_plain(token) for token in found])
        return
    lines = [_line(token, here) for token in found]
    sys.stdout.write(
        "\n".join(lines or ["There are no tokens. Make one: gatehouse token create NAME --scope ..."]) + "\n"
    )


def revoke_token(token_id: str) -> None:
    """End a token at once."""
    here = open_installation(load_settings())
    with here.database.write() as session:
        done = _tokens(here).revoke(session, token_id, by=_who(here))
    if not done:
        raise UsageError(
            f"There is no token {token_id!r} that is still good. See which there are: gatehouse token list"
        )
    sys.stdout.write(f"Token {token_id} is good for nothing now.\n")


def _tokens(here: Installation) -> Tokens:
    return Tokens(here.clock, partial(token_hex, 4), partial(token_urlsafe, 32))


def _who(here: Installation) -> str:
    return here.settings.person or f"terminal:{getpass.getuser()}"


def _wrong_scope(scope: Scope, here: Installation) -> str | None:
    """A scope that names what is not there: a token with a slip in it would be refused only when the pipeline runs."""
    with here.database.read() as session:
        ledger = the_programme(session)
    projects = {project.slug: project for project in ledger.projects} if ledger else {}
    if scope.project not in (ANY, *projects):
        hint = suggestion(scope.project, list(projects), title="Projects")
        return f"{str(scope)!r}: there is no project {scope.project!r}. {hint}"
    within = projects.values() if scope.project == ANY else (projects[scope.project],)
    gates = list(dict.fromkeys(gate.slug for project in within for gate in project.gates))
    if scope.gate in (ANY, *gates):
        return None
    where = "no project has a" if scope.project == ANY else f"{scope.project} has no"
    return f"{str(scope)!r}: {where} gate {scope.gate!r}. {suggestion(scope.gate, gates, title='Gates')}"


def _programme(here: Installation) -> Programme:
    with here.database.read() as session:
        found = next((stored.programme for stored in load_programmes(session) if stored.programme.people), None)
    if found is None:
        raise UsageError("No programme with people has been taken in: gatehouse sync FOLDER")
    return found


def _line(token: ApiToken, here: Installation) -> str:
    scopes = ", ".join(map(str, token.scopes))
    until = f"good until {day(token.expires_at.date())}" if token.is_good(here.clock()) else "ended"
    return f"{token.id}  {token.name}  {scopes}  {until}"


def _plain(token: ApiToken) -> dict[str, object]:
    return {
        "id": token.id,
        "name": token.name,
        "scopes": [str(scope) for scope in token.scopes],
        "producer": token.person,
        "made_by": token.made_by,
        "expires_at": token.expires_at.isoformat(),
        "revoked_at": token.revoked_at.isoformat() if token.revoked_at else None,
    }
