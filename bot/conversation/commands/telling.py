"""What happened to a gate, in sentences: for its history, its receipts and the notices that follow. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.conversation.words import day
from gates.model import Programme
from gates.people import role_name
from gates.signoff import events as e
from gates.signoff.event_record import RecordedEvent


def moment(at: datetime, programme: Programme) -> str:
    """An instant where the programme lives: "Wed 18 Nov 15:40"."""
    local = at.astimezone(ZoneInfo(programme.calendar.time_zone))
    return f"{day(local.date())} {local:%H:%M}"


def sentence(text: str) -> str:
    """The text as one sentence: a capital at its start, one mark at its end."""
    said = text[:1].upper() + text[1:]
    return said if said.endswith((".", "?", "!")) else f"{said}."


def event_sentence(recorded: RecordedEvent, programme: Programme, *, hidden: Collection[str] = ()) -> str:
    """One event as a sentence without its time. Criteria in `hidden` are not named."""
    followed = _followed(recorded.event, programme, hidden)
    if followed:
        return followed
    who = programme.name_of(recorded.actor) if recorded.actor else _behind(recorded.event, programme)
    return f"{who} {_did(recorded.event, programme, hidden)}"


def _behind(event: e.Event, programme: Programme) -> str:
    """Who stands behind what nobody did in person: the person a pipeline works for, where it names one."""
    if isinstance(event, e.ValueReported) and event.producer:
        return f"A pipeline for {programme.name_of(event.producer)}"
    return "Gatehouse"


def _followed(event: e.Event, programme: Programme, hidden: Collection[str]) -> str | None:
    """What nobody did: it followed from what somebody did, or from the records."""

    def named(criteria: Collection[str]) -> str:
        return ", ".join(dict.fromkeys("restricted evidence" if c in hidden else c for c in criteria))

    match event:
        case e.GatePassed(_, signed_by, waived):
            without = f", without {named(waived)} (waived)" if waived else ""
            return f"The gate passed, signed by {', '.join(map(programme.name_of, signed_by))}{without}"
        case e.GateReopened(reasons):
            return f"The gate is open again{_said('' if hidden else '; '.join(reasons))}"
        case e.SignatureLapsed(by, _, criteria):
            return f"The signature of {programme.name_of(by)} lapsed: {named(criteria)} changed since"
        case e.PackRenewed(pack):
            return f"The evidence changed: signatures rest on pack {pack.id[:6]} from now on"
    return None


def _did(event: e.Event, programme: Programme, hidden: Collection[str]) -> str:
    def named(criterion: str) -> str:
        return "a restricted criterion" if criterion in hidden else criterion

    match event:
        case e.Submitted(pack=pack, decide_by=decide_by, comment=comment):
            by = f", to be decided by {day(decide_by)}" if decide_by else ""
            return f"asked for sign-off on pack {pack.id[:6]}{by}{_said(comment)}"
        case e.Signed():
            return _signed(event, programme)
        case e.SignatureWithdrawn(_, comment):
            return f"took the signature back{_said(comment)}"
        case e.Rejected(role, comment):
            return f"rejected as {role_name(role)}{_said(comment)}"
        case e.Abstained(role, comment):
            return f"abstained as {role_name(role)}{_said(comment)}"
        case e.SubmissionWithdrawn(reason):
            return f"took the submission back{_said(reason)}"
        case e.ValueReported(criterion=criterion, value=value, unit=unit, source=source):
            if criterion in hidden:
                return "reported a value for a restricted criterion"
            return f"reported {value}{f' {unit}' if unit else ''} for {criterion}{f' from {source}' if source else ''}"
        case e.ThresholdChanged(criterion, before, after):
            if criterion in hidden:
                return "changed the limit of a restricted criterion"
            return f"changed the limit of {criterion} from {before} to {after}"
        case e.Waived(criterion, role, reason, until):
            return f"waived {named(criterion)} as {role_name(role)} until {day(until)}{_said(reason)}"
        case e.WaiverEnded(criterion, comment):
            return f"ended the waiver of {named(criterion)}{_said(comment)}"
    return _steered(event, programme)


def _signed(event: e.Signed, programme: Programme) -> str:
    for_whom = f" for {programme.name_of(event.on_behalf_of)}" if event.on_behalf_of else ""
    conditions = "; ".join(f"{c.text} (by {day(c.due.date())}, {programme.name_of(c.owner)})" for c in event.conditions)
    on = f", on condition: {conditions}" if conditions else ""
    own = ", a self-approval that this gate allows" if event.self_approval else ""
    return f"approved as {role_name(event.role)}{for_whom}{on}{own}{_said(event.comment)}"


def _steered(event: e.Event, programme: Programme) -> str:
    match event:
        case e.Asked(text):
            return f"asked: {text}"
        case e.Answered(number, text):
            return f"answered question {number}: {text}"
        case e.Delegated(to, role, until, by):
            place = f" in the place of {programme.name_of(by)}, who has not signed" if by else ""
            return f"lets {programme.name_of(to)} sign as {role_name(role)}{place} until {day(until)}"
        case e.DelegationEnded(id_, reason):
            return f"ended delegation {id_}{_said(reason)}"
        case e.HoldSet(role, reason, until):
            return f"held the gate as {role_name(role)}{_until(until)}{_said(reason)}"
        case e.HoldLifted(_, role, comment):
            return f"lifted the hold as {role_name(role)}{_said(comment)}"
        case e.Overridden(role, reason, until, owner):
            due = f" until {moment(until, programme)}; {programme.name_of(owner)} reviews it"
            return f"overrode the gate as {role_name(role)}{due}{_said(reason)}"
        case e.OverrideReviewed(finding):
            return f"reviewed the override{_said(finding)}"
        case e.Escalated(_, text, owner, due):
            return f"escalated: {text} ({programme.name_of(owner)}, by {moment(due, programme)})"
        case e.Noted(kind, text, source):
            return f"recorded a {kind}: {text}{f' ({source})' if source else ''}"
        case e.ObligationMet(id_, comment):
            return f"marked {id_} as done{_said(comment)}"
        case e.CommandRefused(command, reason):
            return f"was refused ({command}){_said(reason)}"
    return type(event).__name__


def _until(until: date | None) -> str:
    return f" until {day(until)}" if until else ""


def _said(text: str) -> str:
    return f": {text}" if text else ""
