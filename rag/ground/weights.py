"""Weights of the answerability model. Made by `python -m rag.ground.fit --corpus DIR --write`; do not edit by hand."""

from __future__ import annotations

LEXICAL: dict[str, float] = {
    "score": 0.2576,
    "inside": 0.6564,
    "unsaid": -0.4988,
    "off_name": -0.9207,
    "off_number": -1.7462,
    "off_asked": -0.2464,
    "negation_clash": -2.2909,
    "opposite": -1.6966,
    "prefixed": -0.9148,
    "constant": -0.1172,
}
SEMANTIC: dict[str, float] = {
    "score": 0.1459,
    "inside": 0.1967,
    "unsaid": -0.4563,
    "off_name": -0.9747,
    "off_number": -2.0592,
    "off_asked": -0.2124,
    "negation_clash": -2.4597,
    "opposite": -2.1167,
    "prefixed": -1.0164,
    "closest": 2.8013,
    "constant": -1.3943,
}
