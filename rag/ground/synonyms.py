"""Words that people use for one another when they ask and when they write, and words they misspell."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from rag.ground.words import stem, word_set

ALIKE = 0.7  # agreement of a word that only means the same
SPELT = 0.9  # agreement of a word that is only spelt wrong

_GROUPS = (
    "start begin launch commence kick resume restart",
    "end finish complete close conclude",
    "expire lapse valid until",
    "cost price spend spent expense charge pay",
    "budget envelope funding grant",
    "owner own responsible accountable",
    "approve sign accept grant agree authorise authorize",
    "reject refuse decline withdraw",
    "drop abandon remove discard stop quit cancel",
    "choose select pick prefer decide",
    "reason because rationale why",
    "limit threshold maximum ceiling cap bound minimum",
    "target goal aim objective",
    "deadline due date",
    "late delayed overdue behind slip",
    "arrive deliver come receive",
    "fail failure outage error fault break crash incident down",
    "fix repair correct mend resolve",
    "rerun repeat redo again retry restart",
    "reproduce recreate rebuild replicate",
    "keep store retain hold save retention",
    "delete erase purge remove",
    "call ring phone contact tell notify alert inform",
    "discuss talk debate",
    "meet fulfil reach achieve satisfy",
    "test check verify validate examine",
    "train fit learn",
    "measure score rate metric",
    "increase rise grow raise more",
    "decrease fall shrink reduce lower less",
    "fast quick rapid speed",
    "latency delay response time",
    "share percentage proportion fraction",
    "large big great size",
    "allow permit may",
    "forbid prohibit ban",
    "need require must want",
    "use apply employ",
    "show display present",
    "risk danger hazard threat",
    "issue ticket problem bug task",
    "vendor supplier provider",
    "employee staff worker colleague",
    "client customer user",
    "second secondary backup deputy",
    "first primary main",
    "current now today latest",
    "previous former old earlier before",
    "version release revision",
    "plan schedule programme program roadmap",
    "meaning mean definition define stand",
    "lead head chair run manage",
    "build create produce construct write",
    "document paper file record",
    "change alter modify amend edit adjust",
    "halt stop suspend pause interrupt",
    "leave resign depart quit",
    "hide conceal withhold",
    "own possess belong",
    "protect secure guard safeguard",
    "include contain comprise cover part",
    "exclude omit except",
    "help support assist",
    "replace swap substitute successor",
    "send submit deliver transmit",
    "teach train instruct",
    "yearly annual year",
    "month monthly",
    "week weekly",
    "quarter quarterly",
    "pass succeed",
    "mistake error fault",
    "connection link line",
    "place site location",
    "department team unit group",
    "opinion view judgement",
    "rule policy requirement",
    "wait pending await",
    "delay postpone defer",
    "signature signed sign",
    "invite ask request",
    "assess evaluate judge rate",
    "agree consent accept",
    "explain describe clarify",
    "install deploy release launch",
    "permission approval authorisation licence",
    "server machine host",
    "rollback revert undo restore",
    "write author draft compose",
    "attend present participate room",
    "photo photograph image picture",
    "check inspect review assess",
    "like probable likelihood chance",
    "frequent often interval every",
    "sell buy purchase procure supply vendor supplier",
    "company firm vendor supplier provider contractor",
)

_OPPOSITES = frozenset(
    frozenset(pair.split(":"))
    for pair in word_set(
        "first:last more:less most:least before:after increas:decreas larg:small high:low earli:late begin:end "
        "start:end win:lose accept:reject pass:fail open:clos major:minor old:new north:south east:west "
        "maxim:minim add:remov support:oppos allow:forbid above:below internal:external public:privat same:differ "
        "best:worst strong:weak long:short import:export alway:never "
        "mandat:volunt mandat:option possibl:impossibl requir:option "
        "includ:exclud permit:forbid keep:delet rise:fall succe:fail present:absent success:failur"
    )
)


def misspelt(term: str, vocabulary: Collection[str]) -> frozenset[str]:
    """Stems of the vocabulary that a slip of the finger makes of this one: one slip from 5 letters on, two from 8.

    Of four letters only two that changed places.
    """
    from rapidfuzz.distance import OSA

    slips = 2 if len(term) >= 8 else 1
    if len(term) == 4 and term.isalpha():
        return frozenset(other for other in vocabulary if len(other) == 4 and _swapped(term, other))
    if len(term) < 5 or not term.isalpha():
        return frozenset()
    return frozenset(
        other
        for other in vocabulary
        if other[:1] == term[:1]
        and abs(len(other) - len(term)) <= slips
        and OSA.distance(term, other, score_cutoff=slips) <= slips
    )


def _swapped(term: str, other: str) -> bool:
    """Whether two neighbouring letters have changed places."""
    return term != other and any(
        term[:at] + term[at + 1] + term[at] + term[at + 2 :] == other for at in range(len(term) - 1)
    )


@cache
def synonyms(of: str) -> frozenset[str]:
    """Stems that may stand for this stem; itself not among them."""
    groups = (frozenset(stem(word) for word in word_set(group)) for group in _GROUPS)
    return frozenset().union(*(group for group in groups if of in group)) - {of}


@cache
def opposites(of: str) -> frozenset[str]:
    """Stems that say the opposite of this stem."""
    return frozenset(other for pair in _OPPOSITES if of in pair for other in pair if other != of)
