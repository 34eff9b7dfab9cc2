"""Weights of the answerability model. Made by `python -m rag.ground.fit --corpus DIR --write`; do not edit by hand."""

from __future__ import annotations

LEXICAL: dict[str, float] = {
    "score": 0.1994,
    "inside": 0.6831,
    "unsaid": -0.7206,
    "off_name": -0.9146,
    "off_number": -1.7423,
    "off_asked": -0.2012,
    "negation_clash": -2.2495,
    "opposite": -1.6523,
    "prefixed": -0.9078,
    "constant": -0.0516,
}
SEMANTIC: dict[str, float] = {
    "score": 0.0832,
    "inside": 0.211,
    "unsaid": -0.7209,
    "off_name": -0.973,
    "off_number": -2.046,
    "off_asked": -0.1658,
    "negation_clash": -2.4215,
    "opposite": -2.0566,
    "prefixed": -1.0038,
    "closest": 2.7407,
    "constant": -1.274,
}
