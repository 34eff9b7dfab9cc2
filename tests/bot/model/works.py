"""Twenty notes with one known answer each, and a checker of replies that knows nothing of how they are made."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.conversation.told import Told

FACTS = (
    ("pump", "replaced", "its seal leaked 14 litres a day"),
    ("crane", "painted", "the rust had reached 2 mm"),
    ("buoy", "moved", "the sandbank grew by 31 metres"),
    ("winch", "stopped", "its cable had lost 9 strands"),
    ("ramp", "widened", "lorries of 26 tonnes could not turn"),
    ("lamp", "dimmed", "it blinded 7 skippers in one night"),
    ("mast", "shortened", "the gusts bent it by 5 degrees"),
    ("dredger", "rented", "the channel had silted up by 3 metres"),
    ("ticket hall", "closed", "only 88 travellers a week still used it"),
    ("weather radio", "silenced", "its channel overlapped with 2 others"),
    ("slipway", "repaved", "11 people had slipped on it"),
    ("fuel tank", "emptied", "a probe showed 6 percent of water"),
    ("gangway", "raised", "the spring tide stood 41 centimetres higher"),
    ("sluice", "locked", "the fish count had fallen to 120"),
    ("horn", "lowered", "it reached 104 decibels in the school"),
    ("pontoon", "anchored", "it had drifted 17 metres"),
    ("kiosk", "sold", "its rent had doubled to 950 EUR"),
    ("tug", "overhauled", "its engine burned 12 litres of oil a week"),
    ("fence", "removed", "it stood 4 metres inside the neighbour's land"),
    ("cold store", "insulated", "its power bill rose to 8,300 EUR"),
)
SIGNERS = ("Ana Reis", "Ben Okoye", "Lea Marin", "Tom Vance")
PHRASES = ("why was the {} {}?", "what is the reason that the {} was {}?", "tell me why the {} was {}")


@dataclass(frozen=True)
class Known:
    """A question, the words its answer must have, and the document that holds them with all of its text."""

    text: str
    must_say: str
    doc: str
    source: str


def notes() -> dict[str, str | bytes]:
    """The documents, by path."""
    return {_path(thing): _note(at) for at, (thing, _, _) in enumerate(FACTS)}


def known_questions(count: int) -> Sequence[Known]:
    """So many questions, every one of the notes in turn, and then in other words."""
    return [_known(at % len(FACTS), PHRASES[at // len(FACTS) % len(PHRASES)]) for at in range(count)]


def _known(at: int, phrase: str) -> Known:
    thing, done, why = FACTS[at]
    return Known(phrase.format(thing, done), why, _path(thing), _note(at))


def _path(thing: str) -> str:
    return f"notes/{thing.replace(' ', '-')}.md"


def _note(at: int) -> str:
    thing, done, why = FACTS[at]
    told = f"The {thing} was {done} on {at + 2} March 2026 because {why}. {SIGNERS[at % 4]} signed the order."
    return f"# {thing.capitalize()}\n\n{told}\n"


def wrong_in(told: Told, asked: Known) -> str:
    """What is wrong with an answer: not the known one, of another document, with something invented; "" for nothing."""
    if asked.must_say not in told.text:
        return f"does not say {asked.must_say!r}: {told.text!r}"
    if [citation.doc for citation in told.citations] != [asked.doc] * len(told.citations) or not told.citations:
        return f"cites {[citation.doc for citation in told.citations]}"
    found = invented_in(told, asked)
    return f"invented {found}: {told.text!r}" if found else ""


_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_NAME = re.compile(r"\b[A-Z]\w+")
_LINK = re.compile(r"https?:|www\.|\w\.(?:com|org|net|io|example|invalid|local)\b|[<@#]\w|\]\(")


def invented_in(told: Told, asked: Known) -> list[str]:
    """Numbers, dates, names and links of an answer and its quotes that neither its document nor its question has."""
    known = {*_NUMBER.findall(asked.source), *re.findall(r"\w+", f"{asked.source} {asked.text}".casefold())}
    said = [re.sub(r"\s?\[\d+\]", "", told.text), told.lead, *(citation.quote for citation in told.citations)]
    return [token for text in said for token in _values(text) if token.casefold() not in known]


def _values(text: str) -> Iterator[str]:
    yield from (found[0] for pattern in (_NUMBER, _NAME, _LINK) for found in pattern.finditer(text))
