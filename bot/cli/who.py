"""Whom a person named on the command line is: an id, a name, an e-mail address, or "me"."""

from __future__ import annotations

from bot.cli.usage import UsageError
from gates.model import Programme
from gates.record_problems import nearest


def person_called(written: str | None, asker: str | None, programme: Programme) -> str | None:
    """The person's id; None when nobody was named. "me" is `asker`, who is asked for with --as."""
    if written is None:
        return None
    if written.casefold() == "me":
        if asker is None:
            raise UsageError("Who is me here? Add --as PERSON.")
        return person_called(asker, None, programme)
    wanted = written.casefold()
    found = [p.id for p in programme.people.values() if wanted in _names(p.id, p.name, p.email)]
    if len(found) == 1:
        return found[0]
    near = nearest(written, programme.people)
    raise UsageError(f"Nobody is called {written!r}." + (f" Did you mean {near!r}?" if near else ""))


def _names(*texts: str | None) -> tuple[str, ...]:
    return tuple(text.casefold() for text in texts if text)
