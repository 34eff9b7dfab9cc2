"""Turns what a conversation sends into rows of the outbox and wishes for cards, in the turn's transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.chat import Post, Refresh, Reply, Send, ToPerson, ToPlace
from bot.messaging.model import Event, Platform
from bot.messaging.store_cards import want_redrawn
from bot.messaging.store_inbox import ANSWER
from bot.messaging.store_links import links_of
from bot.messaging.store_outbox import Draft, put
from bot.people.places import place_named
from gates.model import Programme

HELD_FOR = timedelta(seconds=5)
"""How long an answer waits for being shown at once before it goes out as a message: past every platform's deadline."""


@dataclass(frozen=True)
class Sending:
    """What holds for all messages of a turn: the event they answer, the programme, the workspaces, the time.

    `event` is None for an order that came by the terminal or the web page, which show its answer themselves.
    """

    event: Event | None
    programme: Programme | None
    workspaces: Mapping[Platform, str]
    now: datetime


@dataclass(frozen=True)
class Answer:
    """The answer of a turn. `alone`: only the one who acted reads it; otherwise everyone in the event's place does.

    `held`: somebody shows it at once. `drafted`: a draft of it may have been posted.
    """

    reply: Reply
    alone: bool
    held: bool = False
    drafted: bool = False


def send_out(session: Session, sending: Sending, *, answer: Answer, sends: Sequence[Send]) -> str:
    """Write the answer and all sends down; answers the key of the answer.

    The private part of an answer that others read goes to the one who asked, as a message of its own.
    """
    event, reply = sending.event, answer.reply
    assert event is not None  # there is somebody to answer
    drafts = [_answer(event, answer)]
    if reply.private and not answer.alone:
        drafts.append(Draft(f"{event.key}/private", Reply(reply.private), account=event.sender.text))
    put(session, [*drafts, *_drafts(session, sends, event.key, sending)], now=sending.now)
    return drafts[0].key


def send_to_others(session: Session, sending: Sending, *, key: str, sends: Sequence[Send]) -> None:
    """Write down what others get; `key` names the order. Where no workspace is connected nobody can be written to."""
    if sending.workspaces:
        put(session, list(_drafts(session, sends, key, sending)), now=sending.now)


def _answer(event: Event, answer: Answer) -> Draft:
    key, reply = f"{event.key}{ANSWER}", answer.reply
    held_for = HELD_FOR if answer.held else timedelta(0)
    if answer.alone:
        return Draft(key, Reply((*reply.parts, *reply.private)), account=event.sender.text, held_for=held_for)
    public = replace(reply, private=())
    return Draft(key, public, place=event.at.place, thread=event.at.thread, held_for=held_for, doubtful=answer.drafted)


def _drafts(session: Session, sends: Sequence[Send], key: str, sending: Sending) -> Iterator[Draft]:
    for number, send in enumerate(sends):
        match send:
            case Refresh(card):
                want_redrawn(session, card)
            case Post(ToPerson(person), reply, card):
                yield _to_person(session, person, Draft(f"{key}/{number}", reply, card=card), sending)
            case Post(ToPlace(place, thread), reply, card):
                yield _to_place(place, Draft(f"{key}/{number}", reply, thread=thread, card=card), sending)


def _to_person(session: Session, person: str, draft: Draft, sending: Sending) -> Draft:
    links = links_of(session, person)
    here = sending.event.at.platform if sending.event else None
    near = [link for link in links if link.account.platform == here]
    if not links:
        name = sending.programme.name_of(person) if sending.programme else person
        return replace(draft, account=person, dead=f"No account is linked to {name}: gatehouse link list")
    return replace(draft, account=(near or list(links))[0].account.text)


def _to_place(place: str, draft: Draft, sending: Sending) -> Draft:
    if ":" in place:
        return replace(draft, place=place)
    found = place_named(place, programme=sending.programme, workspaces=sending.workspaces)
    if found is None:
        return replace(draft, place=place, dead=f"No connected workspace has the channel {place}.")
    return replace(draft, place=found)
