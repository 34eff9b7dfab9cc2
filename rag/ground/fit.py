"""Fit the answerability model: `python -m rag.ground.fit --corpus DIR [--write] [--held-out]`.

DIR holds corpus.jsonl ({"id", "title", "text"}) and queries.jsonl ({"id", "text", "answerable", "source_doc"}), half of
the questions without an answer; the weights in `weights.py` come from the SQuAD 2.0 development set (CC BY-SA 4.0).
The set is split by article: titles in alphabetical order, the first, third, fifth... fit and the others are held out.
Passages are the BM25 best eight of all paragraphs. `--held-out` measures on the other half; nothing is chosen by it.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rag.ground.confidence import Similarity, rank_by_similarity
from rag.ground.features import features
from rag.ground.question import read_question
from rag.ground.reading import read_passages
from rag.ground.scoring import score_sentences
from rag.ground.words import words
from rag.model import Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PASSAGES = 8
RIDGE = 10.0  # pull of standardised weights to zero, in pseudo-observations


@dataclass(frozen=True)
class Example:
    """One question's features by name, whether it has an answer, and the article it was written for."""

    values: Mapping[str, float]
    answerable: bool
    article: str


@dataclass(frozen=True)
class Verdict:
    """Quality of a confidence: area under the ROC curve, and balanced accuracy at a threshold of one half."""

    auroc: float
    balanced_accuracy: float
    questions: int


class ParagraphSearch(Protocol):
    """Finds the paragraphs nearest a question."""

    def best(self, text: str, limit: int) -> list[Passage]: ...


@dataclass(frozen=True)
class Bm25:
    """Plain BM25 (k1 1.2, b .75) over paragraphs, in memory."""

    passages: Sequence[Passage]
    postings: Mapping[str, Mapping[int, float]]

    def best(self, text: str, limit: int) -> list[Passage]:
        scores: Counter[int] = Counter()
        for stem in {word.stem for word in words(text)}:
            scores.update(self.postings.get(stem, {}))
        return [self.passages[at] for at, _ in scores.most_common(limit)]


def bm25(passages: Sequence[Passage]) -> Bm25:
    """Index the paragraphs with their titles."""
    counts = [Counter(word.stem for word in words(f"{one.title} {one.text}")) for one in passages]
    mean = sum(sum(count.values()) for count in counts) / max(1, len(counts))
    postings: dict[str, dict[int, float]] = defaultdict(dict)
    for at, count in enumerate(counts):
        norm = 1.2 * (0.25 + 0.75 * sum(count.values()) / mean)
        for stem, times in count.items():
            postings[stem][at] = times * 2.2 / (times + norm)
    weighted = {
        stem: {at: _idf(len(passages), len(found)) * value for at, value in found.items()}
        for stem, found in postings.items()
    }
    return Bm25(passages, weighted)


def _idf(total: int, found: int) -> float:
    return math.log(1 + (total - found + 0.5) / (found + 0.5))


def read_corpus(folder: Path) -> tuple[list[Passage], list[dict[str, object]]]:
    """Paragraphs as passages, and the questions as they stand."""
    passages = [_passage(at, row) for at, row in enumerate(_rows(folder / "corpus.jsonl"))]
    return passages, list(_rows(folder / "queries.jsonl"))


def _rows(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _passage(at: int, row: Mapping[str, object]) -> Passage:
    return Passage(at, at, str(row["id"]), str(row["title"]), "", str(row["text"]), 1, "", None, 0.0)


def examples(
    search: ParagraphSearch,
    asked: Sequence[Mapping[str, object]],
    article_of: Mapping[str, str],
    *,
    similarity: Similarity | None,
) -> Iterator[Example]:
    """Run each question through the extractive route and keep its features."""
    for row in asked:
        text = str(row["text"])
        reading = read_passages(read_question(text), search.best(text, PASSAGES))
        ranked, meaning = score_sentences(reading), dict[str, float]()
        if ranked and similarity:
            ranked, meaning = rank_by_similarity(reading, ranked, similarity=similarity)
        if ranked:
            yield Example(
                {**features(reading, ranked), **meaning}, bool(row["answerable"]), article_of[str(row["source_doc"])]
            )


def fit(found: Sequence[Example]) -> dict[str, float]:
    """Weights by feature name, and "constant", by ridge-penalised logistic regression (Newton steps)."""
    import numpy as np

    names = list(found[0].values)
    raw = np.array([[one.values[name] for name in names] for one in found])
    mean, spread = raw.mean(axis=0), raw.std(axis=0) + 1e-9
    weights = _newton((raw - mean) / spread, np.array([float(one.answerable) for one in found]))
    scaled = weights[:-1] / spread
    rounded = {name: round(float(weight), 4) for name, weight in zip(names, scaled, strict=True)}
    return {**rounded, "constant": round(float(weights[-1] - (scaled * mean).sum()), 4)}


def _newton(inputs: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    table = np.column_stack([inputs, np.ones(len(inputs))])
    weights, ridge = np.zeros(table.shape[1]), np.eye(table.shape[1]) * RIDGE
    ridge[-1, -1] = 1e-6
    for _ in range(30):
        chance = 1 / (1 + np.exp(-table @ weights))
        curve = (table * (chance * (1 - chance))[:, None]).T @ table + ridge
        weights = weights - np.linalg.solve(curve, table.T @ (chance - wanted) + ridge @ weights)
    return np.asarray(weights)


def judge(found: Sequence[Example], weights: Mapping[str, float]) -> Verdict:
    """AUROC and balanced accuracy of a model on examples."""
    scores = [weights["constant"] + sum(weights[name] * value for name, value in one.values.items()) for one in found]
    yes = sorted(score for score, one in zip(scores, found, strict=True) if one.answerable)
    no = sorted(score for score, one in zip(scores, found, strict=True) if not one.answerable)
    wins = _wins(yes, no)
    right = (sum(score > 0 for score in yes) / len(yes) + sum(score <= 0 for score in no) / len(no)) / 2
    return Verdict(wins / (len(yes) * len(no)), right, len(found))


def _wins(yes: Sequence[float], no: Sequence[float]) -> float:
    from bisect import bisect_left, bisect_right

    return sum((bisect_left(no, score) + bisect_right(no, score)) / 2 for score in yes)


def _minilm(cache: Path, texts: Sequence[str]) -> Similarity:
    """Similarity by the default embedder; `texts` (the questions) are encoded once."""
    from rag.embed.choose import DEFAULT_MODEL, open_embedder

    embedder = open_embedder(DEFAULT_MODEL, cache)
    known = dict(zip(texts, embedder.encode(list(texts)), strict=True))

    def similarity(question: str, sentences: Sequence[str]) -> list[float]:
        asked = known[question] if question in known else embedder.encode_query(question)
        fresh = [one for one in dict.fromkeys(sentences) if one not in known]
        known.update(zip(fresh, embedder.encode(fresh), strict=True) if fresh else ())
        return [float(asked @ known[one]) for one in sentences]

    return similarity


def _halves(
    rows: Sequence[dict[str, object]], article_of: Mapping[str, str]
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    chosen = set(sorted(set(article_of.values()))[::2])
    mine = [row for row in rows if article_of[str(row["source_doc"])] in chosen]
    return mine, [row for row in rows if article_of[str(row["source_doc"])] not in chosen]


def write_weights(lexical: Mapping[str, float], semantic: Mapping[str, float]) -> None:
    """Put the weights into weights.py beside this file."""
    target = Path(__file__).with_name("weights.py")
    head = target.read_text(encoding="utf-8").split("LEXICAL:")[0]
    body = "".join(
        f"{name}: dict[str, float] = {{\n"
        + "".join(f'    "{key}": {value},\n' for key, value in weights.items())
        + "}\n"
        for name, weights in (("LEXICAL", lexical), ("SEMANTIC", semantic))
    )
    target.write_text(head + body, encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """Fit, say what came out, and write when asked to."""
    parser = argparse.ArgumentParser(prog="python -m rag.ground.fit", description="Fit the answerability model.")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path(".cache"), help="folder for the embedding model's graph")
    parser.add_argument("--write", action="store_true", help="put the weights into rag/ground/weights.py")
    parser.add_argument("--held-out", action="store_true", help="also measure on the half that is not fitted")
    chosen = parser.parse_args(arguments)
    passages, rows = read_corpus(chosen.corpus)
    article_of = {one.doc: one.title for one in passages}
    search, halves = bm25(passages), _halves(rows, article_of)
    made: list[dict[str, float]] = []
    for similarity in (None, _minilm(chosen.cache, [str(row["text"]).strip() for row in rows])):
        found = list(examples(search, halves[0], article_of, similarity=similarity))
        made.append(fit(found))
        _say("meaning" if similarity else "words", "fitted half", judge(found, made[-1]))
        if chosen.held_out:
            held = list(examples(search, halves[1], article_of, similarity=similarity))
            _say("meaning" if similarity else "words", "held-out half", judge(held, made[-1]))
    if chosen.write:
        write_weights(made[0], made[1])
    return 0


def _say(model: str, half: str, verdict: Verdict) -> None:
    sys.stdout.write(
        f"{model:8} {half:14} AUROC {verdict.auroc:.3f}  balanced accuracy {verdict.balanced_accuracy:.3f}  "
        f"{verdict.questions} questions\n"
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
