"""What the web application is made of: handed in by the wiring, so that a test can hand in its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from bot.access.tokens import Tokens
from bot.chat import Ask
from bot.conversation.told import Told
from bot.orders import Orders
from bot.people.linking import Invitations
from bot.people.signin import Sessions, WayIn
from bot.process.right_of_way import RightOfWay
from gates.audit.verify import Verified
from inference.spend import SpendReport

if TYPE_CHECKING:
    from httpx import AsyncBaseTransport


@dataclass(frozen=True)
class Audit:
    """What the audit page shows of the log as a whole: the verification, and what it was compared with in words."""

    verified: Verified
    others: tuple[str, ...]
    checkpoint: str

    @property
    def intact(self) -> bool:
        return self.verified.intact and not self.others

    @property
    def problems(self) -> tuple[str, ...]:
        return (*self.verified.problems, *self.others)


@dataclass(frozen=True)
class Site:
    """One installation as the browser meets it.

    `people` and `places` (id -> name) are those who and where may be asked as; any other is refused. `answer` is plain
    synchronous code. `ready` says whether questions can be answered yet. `suggestions` are offered before the first
    question. `local` is whether only this machine's own host names are answered, with `hosts` beside them.
    `invitations` are the ways to confirm an account by signing in, None where nobody signs in so. `transport` is how an
    OpenID provider is reached, the network where None. `right_of_way` is shared with all others who compute here.
    """

    title: str
    answer: Callable[[Ask], Told]
    ready: Callable[[], bool]
    way: WayIn
    sessions: Sessions
    people: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    suggestions: tuple[str, ...] = ()
    local: bool = True
    hosts: frozenset[str] = frozenset()
    secure: bool = False
    orders: Orders | None = None
    tokens: Tokens | None = None
    invitations: Invitations | None = None
    spend: Callable[[date], SpendReport] | None = None
    audit: Callable[[], Audit] | None = None
    transport: AsyncBaseTransport | None = None
    metrics: Callable[[], bytes] | None = None
    count: Callable[[str, int, float], None] = lambda _kind, _status, _seconds: None
    right_of_way: RightOfWay = field(default_factory=RightOfWay)
