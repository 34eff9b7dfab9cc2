"""Weights of the answerability model. Made by `python -m rag.ground.fit --corpus DIR --write`; do not edit by hand."""

from __future__ import annotations

LEXICAL: dict[str, float] = {
    "score": 0.2201,
    "inside": 0.6563,
    "unsaid": -0.5838,
    "off_name": -0.9238,
    "off_number": -1.756,
    "off_asked": -0.2084,
    "negation_clash": -2.3145,
    "opposite": -1.6997,
    "prefixed": -0.9177,
    "constant": -0.0734,
}
SEMANTIC: dict[str, float] = {
    "score": 0.1389,
    "inside": 0.1412,
    "unsaid": -0.5577,
    "off_name": -0.9724,
    "off_number": -2.0623,
    "off_asked": -0.1853,
    "negation_clash": -2.4555,
    "opposite": -2.1122,
    "prefixed": -1.016,
    "closest": 2.7904,
    "constant": -1.3287,
}
