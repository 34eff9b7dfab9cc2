"""What people call the fields that most records have: the generic concepts, before any mapping adds to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Answers = Literal["text", "person", "date", "number", "money", "version", "entity"]


@dataclass(frozen=True)
class Lexeme:
    """A concept: the fields it is usually kept in, nouns that name it in any question, verbs by question form.

    `nouns` may stand in any question; `who`, `when`, `what` hold words that mean this concept only in
    a question of that form ("who approved it" is a person, "when was it approved" a date).
    """

    name: str
    answers: Answers
    fields: tuple[str, ...]
    nouns: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    what: tuple[str, ...] = ()
    has: tuple[str, ...] = ()


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


LEXEMES: tuple[Lexeme, ...] = (
    Lexeme(
        "status",
        "text",
        _phrases("status, state, phase"),
        nouns=_phrases(
            "status, state, standing, where are we, where do we stand, where does stand, where do stand, "
            "where stands, how far along, how far, "
            "where is at, progress, state of play, state of affairs, status update, where have we got to, "
            "what is up, where are things, where do things stand, stand, situation, what has become of, "
            "what became of, what happened, update, updates, any news, news, latest on"
        ),
        what=_phrases("happening with, going on with, up with"),
    ),
    Lexeme(
        "owner",
        "person",
        _phrases(
            "owner, owned by, assignee, assigned to, responsible, accountable, dri, lead, maintainer, contact, person"
        ),
        nouns=_phrases("owner, assignee, dri, accountable owner, responsible person, point of contact, accountable"),
        who=_phrases(
            "own, owns, owned, owning, responsible, accountable, in charge, assigned, takes care of, looks "
            "after, handles, drives, working on, "
            "works on, run, runs, lead, leads, leading, do i ask, should i ask, can i ask, to ask, to talk "
            "to, do i talk to, maintains"
        ),
        what=_phrases("owned by, assigned to, belong to, belongs to"),
    ),
    Lexeme(
        "author",
        "person",
        _phrases("author, authors, written by, creator, reporter, raised by, proposed by"),
        nouns=_phrases("author, authors, writer, writers, creator, co author, co authors, coauthors"),
        who=_phrases(
            "wrote, write, written, authored, drafted, proposed, came up with, penned, is behind, are "
            "behind, was behind, behind, created, raised, propose"
        ),
        what=_phrases("written by, authored by, proposed by, drafted by"),
    ),
    Lexeme(
        "approver",
        "person",
        _phrases("approver, approvers, approved by, decider, delegate, signed by, signatory, sign off, decided by"),
        nouns=_phrases(
            "approver, approvers, decider, decision maker, delegate, delegates, signatory, approving "
            "authority, final say, last word, approval authority"
        ),
        who=_phrases(
            "approve, approves, approved, approving, decide, decides, deciding, decided, decide on, decides "
            "on, deciding on, sign off, signs off, sign off on, signs off on, signed off, "
            "accept, accepts, accepted, makes the decision, make the decision, made the decision, makes the "
            "call, make the call, makes the final decision, "
            "rules on, pronounces on, gives the green light, give the green light, has the final say, has "
            "the last word, gets to decide, "
            "gets to approve, has to approve, has to sign, signs, sign, signed, approval, must say yes, say yes, "
            "final decision, the decision, greenlight, green light, needs to approve, need to approve, "
            "authority, judges, judge, has authority, pronounce on, rule on, empowered"
        ),
        what=_phrases(
            "approved by, decided by, signed by, signed off by, approval must, approval is needed, approval "
            "is required, approval does, approval do"
        ),
    ),
    Lexeme(
        "created",
        "date",
        _phrases("created, created on, created at, creation date, opened, raised, raised on, date, filed"),
        nouns=_phrases("creation date, created, date of creation"),
        when=_phrases(
            "created, written, opened, raised, proposed, drafted, filed, submitted, first proposed, first "
            "written, first created, first published, born, come into being, date from, dates from, "
            "creation, first drafted"
        ),
        has=_phrases("created, opened, raised, proposed, filed"),
    ),
    Lexeme(
        "decision_date",
        "date",
        _phrases(
            "decision date, decided, decided on, approved on, accepted on, passed on, resolved, resolution date, date"
        ),
        nouns=_phrases(
            "decision date, date of the decision, acceptance date, approval date, resolution date, date of "
            "decision, date of acceptance, date of the resolution, date of resolution, decided on date, "
            "date was decided, date decided"
        ),
        when=_phrases(
            "decided, decided on, decision, decision made, accepted, approved, rejected, passed, resolved, "
            "pronounced, pronounced on, signed off, "
            "ruled on, resolution, decide, get accepted, get approved, got accepted, got approved, "
            "acceptance, approval, decision taken, taken, decision come, "
            "verdict, verdict on, turned down, greenlit, green light, agreed, finalised, finalized, come "
            "down, get decided, settled, pronouncement, fall, reached, announced, decision announced, "
            "decision reached, decision taken on"
        ),
        has=_phrases("decided"),
    ),
    Lexeme(
        "due",
        "date",
        _phrases(
            "due, due date, deadline, due on, target date, decide by, needed by, review due, next review, "
            "expires, valid until, until"
        ),
        nouns=_phrases("deadline, due date, due"),
        when=_phrases(
            "due, deadline, expected, supposed to be done, supposed to finish, have to be done, must be "
            "done, needed, finished"
        ),
        has=_phrases("due"),
    ),
    Lexeme(
        "updated",
        "date",
        _phrases("updated, last updated, last modified, modified, updated on"),
        nouns=_phrases("last update, last updated"),
        when=_phrases(
            "updated, last updated, changed, last changed, modified, last modified, last touched, edited, last edited"
        ),
    ),
    Lexeme(
        "started",
        "date",
        _phrases("started, start, start date, begun, from, kickoff"),
        nouns=_phrases("start date, start"),
        when=_phrases("started, start, begin, began, begun, kick off, kicked off"),
    ),
    Lexeme(
        "target",
        "version",
        _phrases("target, version, target version, release, milestone, target release, fix version, latest milestone"),
        nouns=_phrases(
            "target version, target release, target, targeted version, version targeted, release, version, "
            "milestone, target milestone"
        ),
        what=_phrases(
            "targeted at, targeted for, targeted, targeting, target, targets, aimed at, aim at, aims at, "
            "aiming for, aim for, planned for, slated for, scheduled for, ship in, "
            "shipped in, ships in, land in, landed in, lands in, meant for, intended for, go into, goes "
            "into, went into, part of, appear in, introduced in, released in, arrive in, destined for, come "
            "with, comes with, come in, comes in, included in, bound for"
        ),
        when=_phrases("ship, shipped, land, landed, released, go live"),
        has=_phrases(
            "targeted at, targeted for, targeting, target, targets, aimed at, planned for, slated for, "
            "scheduled for, meant for, intended for"
        ),
    ),
    Lexeme(
        "requires",
        "entity",
        _phrases("requires, depends on, depend on, dependencies, needs, prerequisites, on, after"),
        nouns=_phrases("dependencies, dependency, prerequisite, prerequisites, requirements, requires"),
        what=_phrases(
            "require, requires, required by, depend on, depends on, depend, depends, need, needs, rely on, "
            "relies on, rest on, rests on, build on, builds on, building on, built on, presuppose, "
            "presupposes, prerequisites"
        ),
        has=_phrases("require, requires, depend on, depends on, need, needs, rely on, relies on, build on, builds on"),
    ),
    Lexeme(
        "blocked_by",
        "entity",
        _phrases("blocked by, blockers, blocker, waiting for, waits for, blocked on"),
        nouns=_phrases("blockers, blocker"),
        who=_phrases("waiting for, waiting on, blocking, blocked by, holding up"),
        what=_phrases(
            "waiting for, waiting on, wait for, waits for, wait on, waits on, blocked by, blocked on, held "
            "up by, stuck on, blocking, holding up, holding back, "
            "held back by, blocks, blocked, hinges on, hinge on, hanging on, stands in the way of, in the "
            "way of, keeping, still needs, outstanding dependencies, unfinished dependencies, "
            "open dependencies, unmet dependencies, stuck behind, still waiting, has to land before, must "
            "land before, must be finished before, must happen before, has to happen before, has to be done "
            "before, must be done before, held up, stopping, prevents, preventing"
        ),
        has=_phrases("waiting for, waiting on, blocked, blocked by, blocked on, held up, held up by, stuck, waiting"),
    ),
    Lexeme(
        "superseded_by",
        "entity",
        _phrases("superseded by, replaced by, successor, obsoleted by"),
        nouns=_phrases("successor, replacement, superseded by, replaced by, took over from, came after"),
        what=_phrases(
            "superseded by, replaced by, obsoleted by, made obsolete by, succeeded by, taken over, "
            "superseded, replaced, takes the place of, took the place of, taken the place of, instead of"
        ),
        when=(),
        has=_phrases(
            "superseded, replaced, obsolete, obsoleted, superseded by, replaced by, obsoleted by, outdated, "
            "succeeded by"
        ),
    ),
    Lexeme(
        "replaces",
        "entity",
        _phrases("replaces, supersedes, obsoletes"),
        nouns=_phrases("predecessor, replaces, supersedes, obsoletes"),
        what=_phrases("replace, supersede, obsolete, take the place of, succeed, make obsolete"),
        has=_phrases("replace, supersede, obsolete, succeed"),
    ),
    Lexeme(
        "budget",
        "money",
        _phrases("budget, envelope, envelope eur, budget eur, budget envelope, budget total, budget amount, funding"),
        nouns=_phrases("budget, envelope, funding, budget envelope, budgeted, allowed to spend, money"),
    ),
    Lexeme(
        "spent",
        "money",
        _phrases("spent, budget spent, spent eur, spend, spend to date, cost to date, spent to date"),
        nouns=_phrases(
            "spent, spend, spending, spent so far, spend to date, used up, burned, burnt, burn, have we spent"
        ),
    ),
    Lexeme("cost", "money", _phrases("cost, price, cost eur, price eur"), nouns=_phrases("cost, price, costs")),
    Lexeme(
        "title",
        "text",
        _phrases("title, name, summary"),
        nouns=_phrases("title, name, called, full title, full name, titled, named, entitled"),
    ),
    Lexeme(
        "email",
        "text",
        _phrases("email, e mail, mail"),
        nouns=_phrases("email, mail, e mail, email address, mail address"),
    ),
    Lexeme(
        "type",
        "text",
        _phrases("type, kind, category"),
        nouns=_phrases("type, kind, sort, category, what kind, what sort"),
    ),
    Lexeme("severity", "text", _phrases("severity, impact"), nouns=_phrases("severity, how severe, how bad, severe")),
    Lexeme(
        "priority", "text", _phrases("priority, prio"), nouns=_phrases("priority, prio, urgency, how urgent, urgent")
    ),
    Lexeme("reason", "text", _phrases("reason, rationale"), nouns=_phrases("reason")),
    Lexeme("mitigation", "text", _phrases("mitigation"), nouns=_phrases("mitigation, mitigated how")),
)

DONE_WORDS = frozenset(
    (
        "done closed final finished complete completed resolved implemented released shipped met passed "
        "mitigated merged active cancelled"
    ).split()
)
OPEN_GROUP = frozenset("open unfinished outstanding unresolved pending incomplete undone remaining".split())
DONE_GROUP = frozenset("done closed finished complete completed resolved".split())
CURRENT_PHRASES = _phrases(
    "still current, current, still valid, valid, up to date, still in force, in force, still "
    "applicable, still applies, still apply, still active, "
    "still relevant, still the latest, the latest, still stand, still stands, still good, out of "
    "date, outdated, obsolete, still in effect, in effect, still the one to follow, still usable, "
    "still authoritative, still holds, still hold"
)
NOT_CURRENT = frozenset("superseded replaced obsolete withdrawn rejected deprecated retired archived removed".split())
UNIT_WORDS = frozenset(
    (
        "ms s sec seconds eur usd gbp pct percent hours hrs days weeks months gb tb count pcs date on "
        "at number no id total amount"
    ).split()
)

GLUE: Mapping[str, frozenset[str]] = {
    "person": frozenset(
        (
            "person people individual responsible name names whoever human decision final ultimately "
            "formally officially"
        ).split()
    ),
    "date": frozenset("date day taken made reached official officially formally finally come".split()),
    "version": frozenset("planned scheduled number release version milestone".split()),
    "entity": frozenset(
        (
            "other another anything something else newer version one ones proposals first before finished done still"
        ).split()
    ),
    "money": frozenset("eur euro euros usd dollars money far date".split()),
    "text": frozenset("belong belongs fall falls under filed in".split()),
}
"""Words that add nothing once a concept of this kind of answer is understood."""
