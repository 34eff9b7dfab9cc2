"""What a run over a question file shows: exactness by family, citations, abstention both ways, and what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from rag.evaluate.abstention import Abstention, measure_abstention
from rag.evaluate.questions import Judgement

if TYPE_CHECKING:
    from rich.table import Table


@dataclass(frozen=True)
class FamilyFigures:
    """Counts of one family. `exact` are right answers, `exact_and_cited` those that also cite an expected source."""

    family: str
    answerable: int
    exact: int
    exact_and_cited: int
    wrong: int
    abstained: int
    unanswerable: int
    rightly_abstained: int


@dataclass(frozen=True)
class Miss:
    """A question that went wrong, with what was wanted and what came."""

    id: str
    family: str
    text: str
    outcome: str
    wanted: tuple[str, ...]
    values: tuple[str, ...]
    answer: str
    confidence: float


@dataclass(frozen=True)
class QuestionReport:
    """The figures of a run. `citation_precision` is the share of quotes that stand verbatim in their document."""

    questions: int
    total: FamilyFigures
    families: tuple[FamilyFigures, ...]
    quotes: int
    citation_precision: float | None
    abstention: Abstention
    misses: tuple[Miss, ...]

    def to_json(self) -> dict[str, object]:
        return asdict(self)


def report_questions(judged: Sequence[Judgement]) -> QuestionReport:
    """Sum up a run; families in order of appearance."""
    names = tuple(dict.fromkeys(one.question.family for one in judged))
    quotes = sum(one.quotes for one in judged)
    return QuestionReport(
        questions=len(judged),
        total=_figures("all", judged),
        families=tuple(_figures(name, [one for one in judged if one.question.family == name]) for name in names),
        quotes=quotes,
        citation_precision=sum(one.verbatim for one in judged) / quotes if quotes else None,
        abstention=measure_abstention(judged),
        misses=tuple(
            _miss(one) for one in judged if not one.is_right or not (one.cited or not one.question.answerable)
        ),
    )


def _figures(family: str, judged: Sequence[Judgement]) -> FamilyFigures:
    outcomes = [one.outcome for one in judged]
    return FamilyFigures(
        family=family,
        answerable=sum(one.question.answerable for one in judged),
        exact=outcomes.count("right"),
        exact_and_cited=sum(one.outcome == "right" and one.cited for one in judged),
        wrong=outcomes.count("wrong"),
        abstained=outcomes.count("abstained"),
        unanswerable=sum(not one.question.answerable for one in judged),
        rightly_abstained=outcomes.count("rightly abstained"),
    )


def _miss(one: Judgement) -> Miss:
    known = one.question
    return Miss(
        id=known.id,
        family=known.family,
        text=known.text,
        outcome=one.outcome if not one.is_right else "right, expected source not cited",
        wanted=(known.accepted[0] if known.accepted else known.must_quote or known.fragments),
        values=one.values,
        answer=one.answer,
        confidence=one.confidence,
    )


def families_table(report: QuestionReport) -> Table:
    """Exactness and abstention by family, for the terminal."""
    from rich.table import Table

    table = Table(title=_title(report))
    for name in ("family", "answerable", "exact", "and cited", "wrong", "abstained", "no answer", "rightly abstained"):
        table.add_column(name, justify="left" if name == "family" else "right")
    for row in (*report.families, report.total):
        table.add_row(
            row.family,
            str(row.answerable),
            _share(row.exact, row.answerable),
            _share(row.exact_and_cited, row.answerable),
            str(row.wrong),
            str(row.abstained),
            str(row.unanswerable),
            _share(row.rightly_abstained, row.unanswerable),
            end_section=row is report.families[-1],
        )
    return table


def misses_table(report: QuestionReport) -> Table:
    """Every question that went wrong, for the terminal."""
    from rich.table import Table

    table = Table(title=f"{len(report.misses)} that went wrong", show_lines=True)
    for name in ("id", "question", "outcome", "wanted", "came"):
        table.add_column(name, overflow="fold")
    for miss in report.misses:
        came = "; ".join(miss.values) or miss.answer[:160]
        table.add_row(miss.id, miss.text, miss.outcome, "; ".join(miss.wanted), came)
    return table


def _title(report: QuestionReport) -> str:
    marks = report.abstention
    parts = [
        f"{report.questions} questions",
        f"{report.quotes} quotes, verbatim {_percent(report.citation_precision)}",
        f"AUROC {_number(marks.auroc)}",
        f"balanced accuracy {_number(marks.balanced_accuracy)}",
        f"F1 {_number(marks.f1)}",
        f"AURC {_number(marks.aurc)}",
    ]
    return " · ".join(parts)


def _share(part: int, whole: int) -> str:
    return f"{part} ({part / whole:.0%})" if whole else "-"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
