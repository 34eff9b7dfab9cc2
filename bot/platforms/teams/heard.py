"""What an activity comes to: an event for the inbox, a fact that has changed, or something answered at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.messaging.model import Account, Address, Event


@dataclass(frozen=True)
class Screen:
    """What Teams lets us show to the one who acted, while he waits.

    `invoke`: the response of the request itself may show a card, to him alone. `card` is the message that he acted on,
    `personal` says that only he reads it, so that it may be changed in place.
    """

    invoke: bool = False
    card: str = ""
    personal: bool = False


@dataclass(frozen=True)
class Act:
    """Somebody did something that wants an answer. `user` is what Teams calls him besides his Entra object id."""

    event: Event
    screen: Screen = field(default_factory=Screen)
    user: str = ""


@dataclass(frozen=True)
class Installed:
    """The app came to a place: how to write there is kept. `team` is the team's id, empty for chats."""

    at: Address
    reference: Mapping[str, str]
    team: str = ""


@dataclass(frozen=True)
class PlaceChanged:
    """Who reads this place may have changed, or the app has left it: what is remembered of it goes."""

    at: Address


@dataclass(frozen=True)
class TeamChanged:
    """A team got or lost members or channels: who reads any of its channels is old."""

    at: Address


@dataclass(frozen=True)
class Searched:
    """Letters typed into the message extension; `what` is the command (gates or documents).

    `service` is the address of the tenant's service: the bot need not be where the letters were typed.
    """

    account: Account
    text: str
    what: str
    service: str


@dataclass(frozen=True)
class Looked:
    """Somebody looks at a card that is drawn for each one by one; nothing is done by it. `card` names what it shows."""

    account: Account
    card: str
    service: str


@dataclass(frozen=True)
class Nothing:
    """Nothing for the bot; `why` is for the log and holds no word of the message."""

    why: str


Heard = Act | Installed | PlaceChanged | TeamChanged | Searched | Looked | Nothing
