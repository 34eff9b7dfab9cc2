"""What platforms and the middle say to each other: events in, letters out, and the ports between them.

A platform's `parse` makes an `Event` and gives it to `Inbox.accept`; its `Messenger` posts the `Letter`s of the outbox;
its `Directory` tells who reads a place and what an account is. Nothing here knows a platform's own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, cast, get_args

from bot.chat import Form, Reply

# --- who and where --------------------------------------------------------------------

Platform = Literal["slack", "teams", "web"]


@dataclass(frozen=True)
class Account:
    """Somebody as a platform verified him: (workspace, user id) of Slack, (tenant, Entra object id) of Teams."""

    platform: Platform
    workspace: str
    user: str

    @property
    def text(self) -> str:
        """As it is kept and typed: "slack:T0ACME:U02INES"."""
        return f"{self.platform}:{self.workspace}:{self.user}"

    @classmethod
    def read(cls, text: str) -> Account:
        """The account of its text. Raises ValueError when it is none."""
        return cls(*_three(text))


@dataclass(frozen=True)
class Address:
    """A place of a platform by its ids, never by its name; `thread` is the message that an answer hangs on."""

    platform: Platform
    workspace: str
    channel: str
    thread: str = ""

    @property
    def place(self) -> str:
        """The place as `Ask.place`, `Command.place` and `ToPlace.place` name it ("slack:T0ACME:C02CHURN")."""
        return f"{self.platform}:{self.workspace}:{self.channel}"

    @classmethod
    def read(cls, place: str, *, thread: str = "") -> Address:
        """The address of a place's text. Raises ValueError when it is none."""
        return cls(*_three(place), thread=thread)

    @property
    def conversation(self) -> str:
        """The key of the thread's memory."""
        return f"{self.place}:{self.thread}"


def _three(text: str) -> tuple[Platform, str, str]:
    platform, workspace, rest = (*text.split(":", 2), "", "")[:3]
    if platform not in get_args(Platform) or not workspace or not rest:
        raise ValueError(f"expected PLATFORM:WORKSPACE:ID (slack:T0ACME:U02INES), found {text!r}")
    return cast(Platform, platform), workspace, rest


# --- in -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """Words addressed to the bot (mention, direct message, follow-up): a question, or a command of the grammar."""

    text: str


@dataclass(frozen=True)
class Ordered:
    """A command line (`/gate ...`, a shortcut), with the fields a form or shortcut added."""

    text: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Pressed:
    """A button, by its token, with the inputs that stood on the card."""

    token: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sent:
    """A form, by the token it carried (Slack: `private_metadata`), with its inputs by name."""

    token: str
    fields: Mapping[str, str] = field(default_factory=dict)


Payload = Said | Ordered | Pressed | Sent


@dataclass(frozen=True)
class Event:
    """Something that happened on a platform and wants an answer.

    `key` is what the platform calls the same thing however often and in whatever shape it tells it: for a Slack message
    (workspace, channel, ts), for an interaction its trigger id, for Teams the activity id. `addressed` "thread" is a
    message without a mention: it is kept only where the bot already takes part in that thread. `nonce` is the request's
    signature where requests are signed: seen twice, the request is a replay. `reference` is what the platform needs to
    write there again (Teams: the conversation reference).
    """

    key: str
    at: Address
    sender: Account
    payload: Payload
    addressed: Literal["bot", "thread"] = "bot"
    nonce: str = ""
    reference: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Accepted:
    """The event is on disk: acknowledge now. `id` is its row."""

    id: int


@dataclass(frozen=True)
class Duplicate:
    """The event was taken in before, as row `id`: acknowledge, and do nothing."""

    id: int


@dataclass(frozen=True)
class Ignored:
    """Not for the bot: nothing was stored. Acknowledge."""


@dataclass(frozen=True)
class Replayed:
    """The very same signed request came before: refuse it."""


Acceptance = Accepted | Duplicate | Ignored | Replayed


# --- out ------------------------------------------------------------------------------


@dataclass(frozen=True)
class MessageRef:
    """A message where it stands; `id` is the platform's (Slack: ts, Teams: activity id)."""

    at: Address
    id: str


@dataclass(frozen=True)
class View:
    """A card that is drawn anew for some people one by one, where a platform can: each sees what he alone may.

    `viewers` are user ids of the platform, those first whose turn it is.
    """

    card: str
    viewers: tuple[str, ...]


@dataclass(frozen=True)
class Letter:
    """A message to be posted, or the new face of one.

    `key` goes into the platform's message metadata where there is such a thing, so that `find` can ask for it.
    `tokens` has the token of every button's command and every suggestion's question, `reference` what `Event.reference`
    gave. `view` is for the readers of a place; what `reply` says is fit for all of them.
    """

    key: str
    to: Address
    reply: Reply
    tokens: Mapping[str, str] = field(default_factory=dict)
    reference: Mapping[str, str] = field(default_factory=dict)
    view: View | None = None


@dataclass(frozen=True)
class NotThere:
    """The history was read and holds no message of this key."""


@dataclass(frozen=True)
class CannotAsk:
    """This platform (or place) has no history that the bot may read."""


class Messenger(Protocol):
    """Writes to one platform. Every method raises the errors below and nothing else."""

    async def post(self, letter: Letter) -> MessageRef: ...

    async def update(self, ref: MessageRef, letter: Letter) -> None: ...

    async def find(self, letter: Letter) -> MessageRef | NotThere | CannotAsk:
        """Whether a message with this letter's key stands at its address already."""
        ...

    async def open_direct(self, account: Account) -> Address:
        """The place where this person reads alone."""
        ...

    async def draft(self, letter: Letter, ref: MessageRef | None) -> MessageRef:
        """The latest state of an answer that is still being written; the final letter comes by `update`."""
        ...


class Responder(Protocol):
    """Shows an answer to the one who acted while his platform waits (modal, ephemeral message, invoke response).

    Tried once, never replayed. `tokens` is as in a Letter; a form's own command and its `others` have one too. False:
    it was not shown (too late, refused), then the answer goes out as a message.
    """

    async def __call__(self, answer: Reply | Form, tokens: Mapping[str, str]) -> bool: ...


class DeliveryError(Exception):
    """A letter did not get through.

    DeliveryError
    +-- Throttled    the platform asks to wait; the letter has not arrived
    +-- Unreachable  no answer, or a passing failure; `arrived` says whether it may have been posted all the same
    +-- Rejected     it will never be taken (place gone, bot not in it, message deleted)
    """


class Throttled(DeliveryError):  # noqa: N818 (named for what happened)
    """The platform asks to wait `seconds` before the next letter to this place."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The platform asks to wait {seconds:g} s.")
        self.seconds = seconds


class Unreachable(DeliveryError):  # noqa: N818 (named for what happened)
    """A passing failure; `arrived` False when the letter certainly was not posted (connection refused)."""

    def __init__(self, reason: str, *, arrived: bool | None = None) -> None:
        super().__init__(reason)
        self.arrived = arrived


class Rejected(DeliveryError):  # noqa: N818 (named for what happened)
    """The platform will never take this letter; the message says why and what an administrator can do."""


# --- who reads, who is who --------------------------------------------------------------

PlaceKind = Literal["public", "private", "direct", "group", "external", "unknown"]


@dataclass(frozen=True)
class PlaceFacts:
    """Who reads a place, as the platform says at `as_of`.

    `public`: every full member of the workspace reads it; `private`, `direct`, `group`: its members (a Teams standard
    channel is `private` with the members of its team). `external`: somebody of another organisation reads it, or may.
    `members` are user ids, None when they could not be listed. `name` is for people only.
    """

    kind: PlaceKind
    as_of: datetime
    members: frozenset[str] | None = None
    name: str = ""


AccountKind = Literal["member", "guest", "deactivated", "bot", "unknown"]


@dataclass(frozen=True)
class AccountFacts:
    """What an account is, as the platform says at `as_of`. Only a `member` can be somebody of the programme."""

    kind: AccountKind
    as_of: datetime
    email: str = ""
    name: str = ""


class Directory(Protocol):
    """Tells of one platform's places and accounts. What cannot be found out is of kind `unknown`, never an error."""

    async def place(self, at: Address) -> PlaceFacts: ...

    async def account(self, account: Account) -> AccountFacts: ...


# --- buttons ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Live:
    """A token that still stands: the command (or with `question` the question) it stands for, and the card it is on.

    `fields` are what came with the order that the command gives again.
    """

    command: str
    card: str = ""
    question: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stale:
    """A token that stands no more: the reason in a sentence, and the card whose present state should be shown."""

    reason: str
    card: str = ""
