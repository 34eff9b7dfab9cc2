"""Weights of the answerability model. Made by `python -m rag.ground.fit --corpus DIR --write`; do not edit by hand."""

from __future__ import annotations

LEXICAL: dict[str, float] = {
    "score": 0.0442,
    "inside": 0.863,
    "unsaid": -0.8545,
    "off_name": -0.9032,
    "off_number": -1.7318,
    "negation_clash": -2.2353,
    "opposite": -1.6371,
    "prefixed": -0.9127,
    "constant": -0.0577,
}
SEMANTIC: dict[str, float] = {
    "score": -0.0449,
    "inside": 0.3498,
    "unsaid": -0.8384,
    "off_name": -0.9638,
    "off_number": -2.0356,
    "negation_clash": -2.4112,
    "opposite": -2.0432,
    "prefixed": -1.0096,
    "closest": 2.7524,
    "constant": -1.2778,
}
