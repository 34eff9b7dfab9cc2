"""The use-cases of links on this installation: its programme, its audit log, its walk-throughs, its sign-in page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.chat import Line, Reply
from bot.database import Database, Session
from bot.messaging.model import Account, AccountFacts
from bot.messaging.store_invitations import GOOD_FOR, invite, invited, use_up
from bot.messaging.store_links import Link, links_of
from bot.messaging.store_outbox import Draft, put
from bot.messaging.store_places import account_facts
from bot.people.links import Linked, NotLinked, Register
from gates.audit.entry import Entry
from gates.model import Programme
from gates.store_audit import append_entry
from gates.store_review import drop_walkthroughs_of

LINKED = "account linked"

PATH = "/link"
"""Where the page is that an invitation leads to; the token follows."""

GONE = (
    f"This link was used, replaced by a newer one, or is older than {GOOD_FOR.seconds // 60} minutes. "
    "Write `link` to the bot, and it sends you another."
)


def open_register(
    programme: Callable[[], Programme | None], *, clock: Callable[[], datetime], surface: str = "terminal"
) -> Register:
    """Links whose every change is an entry of the audit log, in the same transaction."""

    def record(
        session: Session,
        *,
        by: str,
        before: Mapping[str, str] | None,
        after: Mapping[str, str] | None,
        reason: str,
    ) -> None:
        append_entry(session, Entry(LINKED, clock(), by, surface, reason=reason, before=before, after=after))

    return Register(programme, record, drop_walkthroughs_of)


@dataclass(frozen=True)
class Invitations:
    """Confirming one's own account by signing in: the bot tells the account alone a link that is good once.

    Whoever follows it and signs in proves who he is; the link proves the account. `address` is the web page's.
    """

    database: Database
    programme: Callable[[], Programme | None]
    clock: Callable[[], datetime]
    address: str

    def invite(self, session: Session, account: Account) -> str:
        """A new way in for this account, as a URL; for its owner's eyes alone."""
        return f"{self.address.rstrip('/')}{PATH}/{invite(session, account, now=self.clock())}"

    def look(self, token: str) -> tuple[Account, AccountFacts | None] | None:
        """The account that an invitation is for, and what its platform said of it; None when it is good no more."""
        with self.database.read() as session:
            account = invited(session, token, now=self.clock())
            return (account, account_facts(session, account)) if account else None

    def confirm(self, token: str, person: str) -> Linked | NotLinked:
        """Bind the account to who is signed in; it is audited, and its owner is told wherever he can be reached."""
        register, now = open_register(self.programme, clock=self.clock, surface="web"), self.clock()
        with self.database.write() as session:
            account = invited(session, token, now=now)
            if account is None:
                return NotLinked(GONE)
            done = register.confirm_signed_in(session, account, person, now=now)
            if isinstance(done, Linked):
                use_up(session, account)
                put(session, [self._told(done.link, to) for to in self._reached(session, done.link)], now=now)
            return done

    def _reached(self, session: Session, link: Link) -> tuple[Account, ...]:
        """The account, and what was confirmed as the person's before: one that is not his would show there."""
        return tuple(dict.fromkeys((link.account, *(other.account for other in links_of(session, link.person)))))

    def _told(self, link: Link, to: Account) -> Draft:
        programme = self.programme()
        name = programme.name_of(link.person) if programme else link.person
        said = f"{link.account.text} was confirmed as {name} by signing in: what is done from it counts as his."
        reply = Reply((Line(said), Line("If that was not you, tell an administrator at once.", quiet=True)))
        key = f"linked/{link.account.text}/{self.clock().isoformat()}/{to.text}"
        return Draft(key, reply, account=to.text)
