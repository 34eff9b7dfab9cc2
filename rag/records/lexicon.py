"""What people call the fields that most records have: the generic concepts, before any mapping adds to them."""

from __future__ import annotations

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


def split_phrases(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


LEXEMES: tuple[Lexeme, ...] = (
    Lexeme(
        "status",
        "text",
        split_phrases("status, state, phase"),
        nouns=split_phrases(
            "status, state, standing, where are we, where do we stand, where does stand, where do stand, "
            "where stands, how far along, how far, "
            "where is at, progress, state of play, state of affairs, status update, where have we got to, "
            "what is up, where are things, where do things stand, stand, situation, what has become of, "
            "what became of, what happened, update, updates, any news, news, latest on"
        ),
        what=split_phrases("happening with, going on with, up with"),
    ),
    Lexeme(
        "owner",
        "person",
        split_phrases(
            "owner, owned by, assignee, assigned to, responsible, accountable, dri, lead, maintainer, contact, person"
        ),
        nouns=split_phrases(
            "owner, assignee, dri, accountable owner, responsible person, point of contact, accountable"
        ),
        who=split_phrases(
            "own, owns, owned, owning, responsible, accountable, in charge, assigned, takes care of, looks "
            "after, handles, drives, working on, "
            "works on, run, runs, lead, leads, leading, do i ask, should i ask, can i ask, to ask, to talk "
            "to, do i talk to, maintains"
        ),
        what=split_phrases("owned by, assigned to, belong to, belongs to"),
    ),
    Lexeme(
        "author",
        "person",
        split_phrases("author, authors, written by, creator, reporter, raised by, proposed by"),
        nouns=split_phrases("author, authors, writer, writers, creator, co author, co authors, coauthors"),
        who=split_phrases(
            "wrote, write, written, authored, drafted, proposed, came up with, penned, is behind, are "
            "behind, was behind, behind, created, raised, propose"
        ),
        what=split_phrases("written by, authored by, proposed by, drafted by"),
    ),
    Lexeme(
        "approver",
        "person",
        split_phrases(
            "approver, approvers, approved by, decider, delegate, signed by, signatory, sign off, decided by"
        ),
        nouns=split_phrases(
            "approver, approvers, decider, decision maker, delegate, delegates, signatory, approving "
            "authority, final say, last word, approval authority"
        ),
        who=split_phrases(
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
        what=split_phrases(
            "approved by, decided by, signed by, signed off by, approval must, approval is needed, approval "
            "is required, approval does, approval do"
        ),
    ),
    Lexeme(
        "created",
        "date",
        split_phrases("created, created on, created at, creation date, opened, raised, raised on, date, filed"),
        nouns=split_phrases("creation date, created, date of creation"),
        when=split_phrases(
            "created, written, opened, raised, proposed, drafted, filed, submitted, first proposed, first "
            "written, first created, first published, born, come into being, date from, dates from, "
            "creation, first drafted"
        ),
        has=split_phrases("created, opened, raised, proposed, filed"),
    ),
    Lexeme(
        "decision_date",
        "date",
        split_phrases(
            "decision date, decided, decided on, approved on, accepted on, passed on, resolved, resolution date, date"
        ),
        nouns=split_phrases(
            "decision date, date of the decision, acceptance date, approval date, resolution date, date of "
            "decision, date of acceptance, date of the resolution, date of resolution, decided on date, "
            "date was decided, date decided"
        ),
        when=split_phrases(
            "decided, decided on, decision, decision made, accepted, approved, rejected, passed, resolved, "
            "pronounced, pronounced on, signed off, "
            "ruled on, resolution, decide, get accepted, get approved, got accepted, got approved, "
            "acceptance, approval, decision taken, taken, decision come, "
            "verdict, verdict on, turned down, greenlit, green light, agreed, finalised, finalized, come "
            "down, get decided, settled, pronouncement, fall, reached, announced, decision announced, "
            "decision reached, decision taken on"
        ),
        has=split_phrases("decided"),
    ),
    Lexeme(
        "due",
        "date",
        split_phrases(
            "due, due date, deadline, due on, target date, decide by, needed by, review due, next review, "
            "expires, valid until, until"
        ),
        nouns=split_phrases("deadline, due date, due"),
        when=split_phrases(
            "due, deadline, expected, supposed to be done, supposed to finish, have to be done, must be "
            "done, needed, finished"
        ),
        has=split_phrases("due"),
    ),
    Lexeme(
        "updated",
        "date",
        split_phrases("updated, last updated, last modified, modified, updated on"),
        nouns=split_phrases("last update, last updated"),
        when=split_phrases(
            "updated, last updated, changed, last changed, modified, last modified, last touched, edited, last edited"
        ),
    ),
    Lexeme(
        "started",
        "date",
        split_phrases("started, start, start date, begun, from, kickoff"),
        nouns=split_phrases("start date, start"),
        when=split_phrases("started, start, begin, began, begun, kick off, kicked off"),
    ),
    Lexeme(
        "target",
        "version",
        split_phrases(
            "target, version, target version, release, milestone, target release, fix version, latest milestone"
        ),
        nouns=split_phrases(
            "target version, target release, target, targeted version, version targeted, release, version, "
            "milestone, target milestone"
        ),
        what=split_phrases(
            "targeted at, targeted for, targeted, targeting, target, targets, aimed at, aim at, aims at, "
            "aiming for, aim for, planned for, slated for, scheduled for, ship in, "
            "shipped in, ships in, land in, landed in, lands in, meant for, intended for, go into, goes "
            "into, went into, part of, appear in, introduced in, released in, arrive in, destined for, come "
            "with, comes with, come in, comes in, included in, bound for"
        ),
        when=split_phrases("ship, shipped, land, landed, released, go live"),
        has=split_phrases(
            "targeted at, targeted for, targeting, target, targets, aimed at, planned for, slated for, "
            "scheduled for, meant for, intended for"
        ),
    ),
    Lexeme(
        "requires",
        "entity",
        split_phrases("requires, depends on, depend on, dependencies, needs, prerequisites, on, after"),
        nouns=split_phrases("dependencies, dependency, prerequisite, prerequisites, requirements, requires"),
        what=split_phrases(
            "require, requires, required by, depend on, depends on, depend, depends, need, needs, rely on, "
            "relies on, rest on, rests on, build on, builds on, building on, built on, presuppose, "
            "presupposes, prerequisites"
        ),
        has=split_phrases(
            "require, requires, depend on, depends on, need, needs, rely on, relies on, build on, builds on"
        ),
    ),
    Lexeme(
        "blocked_by",
        "entity",
        split_phrases("blocked by, blockers, blocker, waiting for, waits for, blocked on"),
        nouns=split_phrases("blockers, blocker"),
        who=split_phrases("waiting for, waiting on, blocking, blocked by, holding up"),
        what=split_phrases(
            "waiting for, waiting on, wait for, waits for, wait on, waits on, blocked by, blocked on, held "
            "up by, stuck on, blocking, holding up, holding back, "
            "held back by, blocks, blocked, hinges on, hinge on, hanging on, stands in the way of, in the "
            "way of, keeping, still needs, outstanding dependencies, unfinished dependencies, "
            "open dependencies, unmet dependencies, stuck behind, still waiting, has to land before, must "
            "land before, must be finished before, must happen before, has to happen before, has to be done "
            "before, must be done before, held up, stopping, prevents, preventing"
        ),
        has=split_phrases(
            "waiting for, waiting on, blocked, blocked by, blocked on, held up, held up by, stuck, waiting"
        ),
    ),
    Lexeme(
        "superseded_by",
        "entity",
        split_phrases("superseded by, replaced by, successor, obsoleted by"),
        nouns=split_phrases("successor, replacement, superseded by, replaced by, took over from, came after"),
        what=split_phrases(
            "superseded by, replaced by, obsoleted by, made obsolete by, succeeded by, taken over, "
            "superseded, replaced, takes the place of, took the place of, taken the place of, instead of"
        ),
        when=(),
        has=split_phrases(
            "superseded, replaced, obsolete, obsoleted, superseded by, replaced by, obsoleted by, outdated, "
            "succeeded by"
        ),
    ),
    Lexeme(
        "replaces",
        "entity",
        split_phrases("replaces, supersedes, obsoletes"),
        nouns=split_phrases("predecessor, replaces, supersedes, obsoletes"),
        what=split_phrases("replace, supersede, obsolete, take the place of, succeed, make obsolete"),
        has=split_phrases("replace, supersede, obsolete, succeed"),
    ),
    Lexeme(
        "budget",
        "money",
        split_phrases(
            "budget, envelope, envelope eur, budget eur, budget envelope, budget total, budget amount, funding"
        ),
        nouns=split_phrases("budget, envelope, funding, budget envelope, budgeted, allowed to spend, money"),
    ),
    Lexeme(
        "spent",
        "money",
        split_phrases("spent, budget spent, spent eur, spend, spend to date, cost to date, spent to date"),
        nouns=split_phrases(
            "spent, spend, spending, spent so far, spend to date, used up, burned, burnt, burn, have we spent"
        ),
    ),
    Lexeme(
        "cost", "money", split_phrases("cost, price, cost eur, price eur"), nouns=split_phrases("cost, price, costs")
    ),
    Lexeme(
        "title",
        "text",
        split_phrases("title, name, summary"),
        nouns=split_phrases("title, name, called, full title, full name, titled, named, entitled"),
    ),
    Lexeme(
        "email",
        "text",
        split_phrases("email, e mail, mail"),
        nouns=split_phrases("email, mail, e mail, email address, mail address"),
    ),
    Lexeme(
        "type",
        "text",
        split_phrases("type, kind, category"),
        nouns=split_phrases("type, kind, sort, category, what kind, what sort"),
    ),
    Lexeme(
        "severity",
        "text",
        split_phrases("severity, impact"),
        nouns=split_phrases("severity, how severe, how bad, severe"),
    ),
    Lexeme(
        "priority",
        "text",
        split_phrases("priority, prio"),
        nouns=split_phrases("priority, prio, urgency, how urgent, urgent"),
    ),
    Lexeme("reason", "text", split_phrases("reason, rationale"), nouns=split_phrases("reason")),
    Lexeme("mitigation", "text", split_phrases("mitigation"), nouns=split_phrases("mitigation, mitigated how")),
)
