"""Orders about digests: show one, set when it comes, snooze a matter, remind whoever can move it, say why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from bot.chat import Button, Buttons, Details, Heading, Line, Outcome, Reply
from bot.conversation.commands.days import read_day
from bot.conversation.commands.desk import Desk
from bot.conversation.commands.reading import Order
from bot.conversation.digest_views import archive_reply, why_reply
from bot.conversation.words import day
from bot.subscriptions.model import Subscription
from bot.subscriptions.setting import NotUnderstood, change
from gates.calendar import WEEKDAYS

SNOOZED_DAYS = 1
"""How long a matter is snoozed when no day is named: until tomorrow."""

_EVERY = {"day": "every working day", "week": "once a week", "quarter": "once a quarter"}


def digest(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    """The digest as it is now, or a change of when and how it comes."""
    if desk.person is None or desk.digests is None:
        return _refused("I do not know who you are here, so there is no digest of yours.")
    words = order.args.get("what", "").split()
    reader = desk.person
    if len(words) > 1 and words[0].casefold() in ("for", "channel") and words[1].startswith("#"):
        reader, words = words[1], words[2:]
        if not desk.digests.may_set(reader):
            return _refused(f"The digest of {reader} is set by whoever owns or manages its project.")
    match [word.casefold() for word in words]:
        case []:
            return Outcome(desk.digests.show(reader, whole=False))
        case ["more"]:
            return Outcome(desk.digests.show(reader, whole=True))
        case ["portfolio"]:
            return Outcome(desk.digests.show(reader, whole=False, portfolio=True))
        case ["settings"]:
            return Outcome(settings_reply(desk.digests.settings(reader), desk.digests.zone(reader)))
        case ["archive"]:
            return Outcome(archive_reply(desk.digests.archive(reader), of="" if reader == desk.person else reader))
        case ["archive", *said]:
            return _archived(" ".join(said), reader, desk)
        case ["why", about]:
            note = desk.digests.note(about)
            return Outcome(why_reply(note)) if note else _refused(f"Nothing of your digest is about {about}.")
    return _set(words, reader, desk)


def _set(words: list[str], reader: str, desk: Desk) -> Outcome:
    assert desk.digests is not None
    kept = desk.digests.settings(reader)
    wanted = change(kept, words, read_day=lambda said: read_day(said, today=desk.today))
    if isinstance(wanted, NotUnderstood):
        return _refused(wanted.reason)
    desk.digests.keep(wanted)
    return Outcome(settings_reply(wanted, desk.digests.zone(reader)))


def settings_reply(kept: Subscription, zone: str) -> Reply:
    """What is set, and how it is changed."""
    rows = [
        ("Comes", f"{_EVERY[kept.every]} at {kept.at:%H:%M} ({zone})" if kept.on else "never: it is off"),
        ("Days", "working days" if len(kept.days) == 7 else ", ".join(WEEKDAYS[d].capitalize() for d in kept.days)),
        ("Quiet hours", f"{kept.quiet[0]:%H:%M}-{kept.quiet[1]:%H:%M}" if kept.quiet else "none"),
        ("Paused until", day(kept.paused_until) if kept.paused_until else "not paused"),
        ("Muted", ", ".join(kept.muted) or "nothing"),
        ("Covers", "all you may read" if kept.everything else "projects you have a part in"),
    ]
    switch = Button("Switch off", "digest off") if kept.on else Button("Switch on", "digest on")
    weekly = Button("Daily", "digest daily") if kept.every != "day" else Button("Weekly", "digest weekly")
    said = "digest at 08:30 · days mon,tue · quiet 19:00-08:00 · pause until Friday · mute spend · zone Europe/Lisbon"
    buttons = Buttons((Button("Show it now", "digest"), weekly, switch, Button("Past digests", "digest archive")))
    name = "Your digest" if kept.person else f"The digest of {kept.reader}"
    return Reply((Heading(name), Details(tuple(rows)), Line(f"For example: {said}", quiet=True), buttons))


def _archived(said: str, reader: str, desk: Desk) -> Outcome:
    assert desk.digests is not None
    on = read_day(said, today=desk.today)
    found = desk.digests.archived(reader, _last(on, desk.today)) if on else None
    if found is None:
        return _refused(f"No digest of {said} is kept: digest archive lists those that are.")
    return Outcome(found)


def _last(day: date, today: date) -> date:
    """A weekday or a day without a year is read as the next such; of a digest the last such is meant."""
    if day <= today:
        return day
    return day - timedelta(days=7) if day - today <= timedelta(days=7) else day - timedelta(days=365)


def snooze(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    """Do not say a matter before a day; its reminders are silent too."""
    if desk.person is None or desk.digests is None:
        return _refused("I do not know who you are here, so nothing can be snoozed for you.")
    about, said = order.args["about"], order.args.get("until")
    if desk.digests.note(about) is None:
        return _refused(f"Nothing of your digest is about {about}: digest more lists what is.")
    until = date.fromisoformat(said) if said else desk.today + timedelta(days=SNOOZED_DAYS)
    if until <= desk.today:
        return _refused("Snooze it until a day to come.")
    desk.digests.snooze(about, until)
    return Outcome(Reply((Line(f"{about} is silent for you until {day(until)}, in digests and reminders."),)))


def remind(order: Order, desk: Desk, _: Mapping[str, str]) -> Outcome:
    """Remind those who can move a matter; each at most once a day by the same person."""
    if desk.person is None or desk.digests is None:
        return _refused("I do not know who you are here, so nobody is reminded.")
    about = order.args["about"]
    note = desk.digests.note(about)
    if note is None:
        return _refused(f"Nothing of your digest is about {about}: digest more lists what is.")
    reminded = desk.digests.remind(about)
    if not reminded:
        return _refused(f"Nobody is reminded of {about}: nobody else is named who can move it and has not been today.")
    names = " and ".join(map(desk.programme.name_of, reminded))
    verb = "is" if len(reminded) == 1 else "are"
    return Outcome(Reply((Line(f"{names} {verb} reminded: {note.text}"),)))


def _refused(reason: str) -> Outcome:
    return Outcome(Reply((Line(reason),)), refused=True)


DOINGS: dict[str, Callable[[Order, Desk, Mapping[str, str]], Outcome]] = {
    "digest": digest,
    "snooze": snooze,
    "remind": remind,
}
