"""Weights of the answerability model. Made by `python -m rag.ground.fit --corpus DIR --write`; do not edit by hand."""

from __future__ import annotations

LEXICAL: dict[str, float] = {
    "score": 0.1461,
    "inside": 1.0927,
    "off_name": -0.9297,
    "off_number": -1.7692,
    "negation_clash": -2.2418,
    "opposite": -1.6852,
    "prefixed": -0.9821,
    "constant": -0.4474,
}
SEMANTIC: dict[str, float] = {
    "score": 0.0327,
    "inside": 0.5876,
    "off_name": -0.971,
    "off_number": -2.0716,
    "negation_clash": -2.4282,
    "opposite": -2.0985,
    "prefixed": -1.1089,
    "closest": 3.3027,
    "constant": -2.0499,
}
