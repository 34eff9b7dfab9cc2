"""Who is who: accounts of platforms bound to people of the programme, and confirmed before anybody may vote."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.audience import FRESH_FOR
from bot.database import Session
from bot.messaging.model import Account, AccountFacts
from bot.messaging.store_links import Link, link_of, remove_link, save_link
from bot.messaging.store_places import account_facts
from gates.model import Person, Programme

ADMINISTRATOR = "administrator"
"""The role of programme.yaml whose holders confirm links."""


@dataclass(frozen=True)
class Known:
    """The account is confirmed as this person's, and its platform says that it is a full, living account."""

    person: str


@dataclass(frozen=True)
class Stranger:
    """Nobody of the programme as far as can be proved; `reason` says why and what to do.

    `may_link`: confirming whose account it is would help.
    """

    reason: str
    may_link: bool = False


class Record(Protocol):
    """Writes a change of links into the audit log, in the transaction of the change."""

    def __call__(
        self,
        session: Session,
        *,
        by: str,
        before: Mapping[str, str] | None,
        after: Mapping[str, str] | None,
        reason: str,
    ) -> None: ...


@dataclass(frozen=True)
class Linked:
    """The link stands."""

    link: Link


@dataclass(frozen=True)
class NotLinked:
    """Nothing was changed; `reason` says why, and who could do it and how."""

    reason: str


@dataclass(frozen=True)
class Register:
    """The use-cases of links. `cancel_walkthroughs` ends what a person began through an account that was taken away."""

    programme: Callable[[], Programme | None]
    record: Record
    cancel_walkthroughs: Callable[[Session, str], None]

    def propose(self, session: Session, account: Account, person: str, *, by: str, now: datetime) -> Linked | NotLinked:
        """Note whose account this seems to be. It gives no rights."""
        programme = self.programme()
        if programme is None or person not in programme.people:
            return NotLinked(f"Nobody of the id {person!r} is in programme.yaml.")
        found = link_of(session, account)
        if found is not None and found.confirmed_at is not None:
            return NotLinked(f"{account.text} is confirmed as {programme.name_of(found.person)} already.")
        link = Link(account, person, by, now)
        save_link(session, link)
        return Linked(link)

    def confirm(self, session: Session, account: Account, person: str, *, by: str, now: datetime) -> Linked | NotLinked:
        """An administrator other than the person says whose account this is. Also relinks; that is audited the same."""
        programme = self.programme()
        reason = _may_not_confirm(programme, person, by)
        if reason is not None or programme is None:
            return NotLinked(reason or "No programme.yaml has been taken in.")
        return self._bind(session, account, person, by=by, reason="confirmed by an administrator", now=now)

    def confirm_signed_in(
        self, session: Session, account: Account, person: str, *, now: datetime
    ) -> Linked | NotLinked:
        """The person signed in (OpenID Connect) after following the link that was shown to this account alone."""
        programme = self.programme()
        if programme is None or person not in programme.people:
            return NotLinked(f"You are signed in as {person!r}, who is not in programme.yaml. Ask for an entry there.")
        if _is_of_another(account_facts(session, account), programme.people[person]):
            return NotLinked(f"The e-mail address of {account.text} is not yours in programme.yaml. {ASK_SOMEBODY}")
        return self._bind(session, account, person, by=person, reason="confirmed by signing in", now=now)

    def end(self, session: Session, account: Account, *, by: str, reason: str) -> Linked | NotLinked:
        """The account belongs to nobody any more."""
        found = link_of(session, account)
        if found is None:
            return NotLinked(f"{account.text} is not linked to anybody.")
        remove_link(session, account)
        self.cancel_walkthroughs(session, found.person)
        self.record(session, by=by, before=_told(found), after=None, reason=reason)
        return Linked(found)

    def _bind(
        self, session: Session, account: Account, person: str, *, by: str, reason: str, now: datetime
    ) -> Linked | NotLinked:
        facts = account_facts(session, account)  # may be old: when somebody acts, the platform is asked again
        refused = _UNFIT.get(facts.kind) if facts else NEVER_SEEN
        if refused is not None:
            return NotLinked(refused)
        before = link_of(session, account)
        link = Link(
            account, person, before.proposed_by if before else by, before.proposed_at if before else now, by, now
        )
        save_link(session, link)
        if before is not None and before.confirmed_at is not None and before.person != person:
            self.cancel_walkthroughs(session, before.person)
        self.record(session, by=by, before=_told(before) if before else None, after=_told(link), reason=reason)
        return Linked(link)


def person_behind(
    session: Session, account: Account, *, programme: Programme | None, now: datetime
) -> Known | Stranger:
    """Who this account is, by a confirmed link and by what its platform said of it within `FRESH_FOR`."""
    refused = _unfit(account_facts(session, account), now)
    if refused is not None:
        return Stranger(refused)
    link = link_of(session, account)
    if link is None:
        return Stranger(f"I do not know who you are in the programme. {_how_to_link(account)}", may_link=True)
    if link.confirmed_at is None:
        name = _name(programme, link.person)
        return Stranger(f"Your account waits to be confirmed as {name}. {_how_to_link(account)}", may_link=True)
    if programme is None or link.person not in programme.people:
        return Stranger(f"Your account is linked to {link.person}, who is not in programme.yaml any more.")
    return Known(link.person)


def _name(programme: Programme | None, person: str) -> str:
    return programme.name_of(person) if programme else person


ASK_SOMEBODY = "An administrator who is somebody else can confirm it: gatehouse link confirm."


def _how_to_link(account: Account) -> str:
    return f"An administrator can confirm it: gatehouse link confirm {account.text} PERSON --as ADMINISTRATOR."


def _unfit(facts: AccountFacts | None, now: datetime) -> str | None:
    """Why an account can be nobody of the programme, or None."""
    if facts is None or facts.kind == "unknown" or now - facts.as_of > FRESH_FOR:
        return "The platform does not tell just now what kind of account this is. Try again in a moment."
    return _UNFIT.get(facts.kind)


NEVER_SEEN = "Nothing is known of this account. Its owner writes to the bot once, then it can be confirmed."

_UNFIT: Mapping[str, str] = {
    "guest": "Guest accounts take no part in sign-off. Ask an administrator of the workspace for a full account.",
    "deactivated": "This account is deactivated.",
    "bot": "This is the account of a program, not of a person.",
    "unknown": "The platform did not tell what kind of account this is. Its owner writes to the bot again first.",
}


def _may_not_confirm(programme: Programme | None, person: str, by: str) -> str | None:
    if programme is None or person not in programme.people:
        return f"Nobody of the id {person!r} is in programme.yaml."
    administrators = programme.roles.get(ADMINISTRATOR, ())
    others = [programme.name_of(one) for one in administrators if one != person]
    who = f"It can be done by {' or '.join(others)}." if others else "Name one under roles in programme.yaml."
    if by not in administrators:
        return f"{programme.name_of(by)} does not hold the role {ADMINISTRATOR}. {who}"
    if by == person:
        return f"{programme.name_of(by)} cannot confirm an account as his own. {who}"
    return None


def _is_of_another(facts: AccountFacts | None, person: Person) -> bool:
    """Whether the platform gives an account another address than the programme gives the person: a link that somebody
    was talked into following would bind the talker's account to him."""
    known = facts.email.casefold() if facts else ""
    return bool(known and person.email) and known != (person.email or "").casefold()


def owner_by_email(session: Session, account: Account, *, programme: Programme | None) -> str | None:
    """The one person who has the e-mail address of an account that nobody has yet. It proposes, it gives no rights."""
    facts = account_facts(session, account)
    if programme is None or facts is None or facts.kind != "member" or not facts.email:
        return None
    email = facts.email.casefold()
    same = [person.id for person in programme.people.values() if (person.email or "").casefold() == email]
    return same[0] if len(same) == 1 and link_of(session, account) is None else None


def _told(link: Link) -> Mapping[str, str]:
    standing = "confirmed" if link.confirmed_at else "proposed"
    return {"account": link.account.text, "person": link.person, "link": standing}
