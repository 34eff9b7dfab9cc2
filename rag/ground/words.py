"""Words of a text with their places, and stems light enough for question time (about a microsecond each)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

_WORD = re.compile(
    r"(?<![\w-])\d{4}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?(?![\w-])"  # 2026-10-09, 2026-10
    r"|\b[Nn]o-[a-z]{2,}"  # no-show: one word, and no negation
    r"|\b[A-Z]/[A-Z]\b"  # A/B
    r"|[A-Za-z]{1,6}-\d(?:[\w.]*\w)?"  # D-007, GPU-12, STS-4
    r"|v\d+(?:\.\d+)*\w*"  # v3.2
    r"|(?<![A-Za-z])W\d{1,2}(?!\w)"  # W38, the week of exports: "2026-W38"
    r"|\d+(?:[.,:/]\d+)*(?:(?:st|nd|rd|th|s)\b)?"  # 1,000 0.55 10th 1990s, and 164 of 164ms
    r"|[A-Za-zÀ-ɏ]+(?:['’][A-Za-z]+)?\d*[A-Za-z]*"  # words, p95, don't
)


def _listed(spaced: str) -> tuple[str, ...]:
    return tuple(spaced.split())


def word_set(spaced: str) -> frozenset[str]:
    """The words of a constant written as one line of text."""
    return frozenset(spaced.split())


_SUFFIXES = _listed(
    "fulness ousness iveness ational tional ization isation ability ibility icating ating ation ition ements "
    "ement ments ment ingly edly ances ences ance ence ants ents ities ity ives ive izes ised ized ises izing "
    "ising ions ion ings ing ers ors ies ied est ed er or es ly al ic s e y"
)
_IRREGULAR = dict(
    pair.split(":")
    for pair in _listed(
        "wrote:write written:write built:build chose:choose chosen:choose gave:give given:give went:go gone:go "
        "took:take taken:take made:make began:begin begun:begin became:become held:hold kept:keep left:leave "
        "led:lead lost:lose met:meet paid:pay ran:run said:say saw:see seen:see sent:send sold:sell spent:spend "
        "stood:stand taught:teach thought:think told:tell understood:understand won:win found:find brought:bring "
        "bought:buy caught:catch came:come drew:draw drawn:draw fell:fall fallen:fall felt:feel fought:fight "
        "grew:grow grown:grow heard:hear knew:know known:know laid:lay rose:rise risen:rise sought:seek "
        "shown:show spoke:speak spoken:speak stopped:stop threw:throw thrown:throw died:die death:die dead:die "
        "born:birth people:person men:man women:woman children:child decision:decide decisions:decide "
        "decided:decide approval:approve approvals:approve owned:own owns:own owner:own owners:own signed:sign "
        "signs:sign signature:sign picked:choose pick:choose picks:choose chosen:choose choice:choose lives:life "
        "higher:high highest:high lower:low lowest:low larger:large largest:large bigger:big biggest:big "
        "fewer:few fewest:few forbidden:forbid forbade:forbid dropped:drop moved:move moves:move"
    )
)
_MONTHS = word_set("january february march april june july august september sept october november december")
_MONTH_STEMS = _listed("jan feb mar apr may jun jul aug sep oct nov dec")
_ISO = re.compile(r"\d{4}-\d{2}(?:-\d{2})?")
_WEEK = re.compile(r"W(\d{1,2})")
NUMBER_WORDS = {
    word: str(value)
    for value, word in enumerate(
        _listed(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
            "sixteen seventeen eighteen nineteen twenty"
        )
    )
} | {
    word: str(10 * tens)
    for tens, word in enumerate(_listed("thirty forty fifty sixty seventy eighty ninety hundred"), start=3)
}
STOP_WORDS = word_set(
    "a an the of to in on at by for from with as and or but nor so than then that this these those it its they "
    "them their he him his she her hers we us our you your i my me is are was were be been being am do does did "
    "has have had having will would shall should can could may might must there here what which who whom "
    "whose when where why how if into onto about over under between during per via not no any some such each also "
    "just only very more most many much other same s t re ve ll d m let please tell know give show got get gets"
)

_NEGATION = word_set(
    "not no never none nothing nobody without neither nor cannot isn't aren't wasn't doesn't don't didn't hasn't "
    "haven't can't won't couldn't wouldn't shouldn't"
)


class Word(NamedTuple):
    """A word of a text at [start, end); `folded` is lower case, `stem` what agreement is judged by."""

    text: str
    start: int
    end: int
    folded: str
    stem: str

    @property
    def is_number(self) -> bool:
        return self.stem[0].isdigit()

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()


@lru_cache(maxsize=65536)
def stem(folded: str) -> str:
    """The stem of a lower-case word: irregular forms looked up, then one suffix off, doubled consonants undone."""
    if folded in NUMBER_WORDS:
        return NUMBER_WORDS[folded]
    if folded[0].isdigit():
        return folded.replace(",", "") if not folded.endswith(("th", "st", "nd", "rd")) else folded[:-2]
    folded = folded[:3] if folded in _MONTHS else _IRREGULAR.get(folded, folded)
    if len(folded) <= 3 or not folded.isalpha():
        return folded
    return _without_suffix(folded)


def _without_suffix(folded: str) -> str:
    if folded.endswith("s") and not folded.endswith(("ss", "us", "is", "ies", "ous", "ers", "ors")) and len(folded) > 4:
        folded = folded[:-1]  # first the plural, so that "trials" and "trial" end alike
    for suffix in _SUFFIXES:
        keep = len(folded) - len(suffix)
        if keep >= 3 and folded.endswith(suffix) and not (suffix == "s" and folded.endswith(("ss", "us", "is"))):
            root = folded[:keep]
            if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "ls":
                root = root[:-1]
            return root[:-1] if root[-1] in "iye" and len(root) > 3 else root
    return folded


def words(text: str) -> list[Word]:
    """All words of the text in order, possessive endings off; a date in digits gives year, month and day."""
    found = []
    for match in _WORD.finditer(text):
        written = match.group()
        if _ISO.fullmatch(written):
            found += _of_date(written, match.start())
            continue
        if week := _WEEK.fullmatch(written):
            found += _of_week(week[1], match.start())
            continue
        folded = written.lower().replace("’", "'").replace("-", "" if written[:3].lower() == "no-" else "-")
        folded = folded.removesuffix("'s").removesuffix("'")
        if folded:
            found.append(Word(written, match.start(), match.end(), folded, stem(folded)))
    return found


def _of_date(written: str, start: int) -> list[Word]:
    """The words of 2026-10-09 as they would be spoken: 2026, October, 9."""
    spoken = (written[:4], _MONTH_STEMS[int(written[5:7]) - 1], written[8:].lstrip("0"))
    places = ((0, 4), (5, 7), (8, 10))
    return [
        Word(written[left:right], start + left, start + right, said, said)
        for said, (left, right) in zip(spoken, places, strict=True)
        if said
    ]


def _of_week(number: str, start: int) -> list[Word]:
    """The words of W38 as they would be spoken: week 38."""
    end = start + 1
    spoken = number.lstrip("0") or number
    return [Word("W", start, end, "week", stem("week")), Word(number, end, end + len(number), spoken, spoken)]


def content(found: Iterable[Word]) -> list[Word]:
    """The words that carry meaning."""
    return [word for word in found if word.folded not in STOP_WORDS and not word.folded.endswith("n't")]


def same_stem(left: str, right: str) -> bool:
    """Whether two stems speak of the same thing: equal, or one continues the other's first five letters or more."""
    if left == right:
        return True
    short, long = sorted((left, right), key=len)
    return len(short) >= 5 and not short[0].isdigit() and long.startswith(short) and len(long) - len(short) <= 4


def is_negation(folded: str) -> bool:
    """Whether the lower-case word turns a statement into its opposite."""
    return folded in _NEGATION or folded.endswith("n't")
