"""What a Slack payload comes to: an event for the inbox, a fact that has changed, or something answered at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.messaging.model import Account, Address, Event


@dataclass(frozen=True)
class Screen:
    """What Slack lets us show to the one who acted, while he waits.

    `trigger` opens one modal within three seconds. `view` is the modal he acted in, with the `hash` of what he saw;
    `submitted` says that the acknowledgement itself may change it. `home` is the person whose App Home is open.
    """

    trigger: str = ""
    view: str = ""
    hash: str = ""
    submitted: bool = False
    home: str = ""


@dataclass(frozen=True)
class Act:
    """Somebody did something that wants an answer."""

    event: Event
    screen: Screen = field(default_factory=Screen)


@dataclass(frozen=True)
class PlaceChanged:
    """Who reads this place may have changed: what is remembered of it goes."""

    at: Address


@dataclass(frozen=True)
class AccountChanged:
    """What this account is may have changed."""

    account: Account


@dataclass(frozen=True)
class WorkspaceChanged:
    """Somebody joined the workspace; its public places have a reader more."""

    at: Address


@dataclass(frozen=True)
class SearchOpened:
    """Somebody wants to look something up: the search is shown at once."""

    account: Account
    trigger: str


@dataclass(frozen=True)
class Searched:
    """Letters typed into the search; its options are the answer."""

    account: Account
    text: str


@dataclass(frozen=True)
class Nothing:
    """Nothing for the bot; `why` is for the log and holds no word of the message."""

    why: str


Heard = Act | PlaceChanged | AccountChanged | WorkspaceChanged | SearchOpened | Searched | Nothing
