"""Weights of the answerability model. Made by `python -m rag.ground.fit --corpus DIR --write`; do not edit by hand."""

from __future__ import annotations

LEXICAL: dict[str, float] = {
    "score": 0.1455,
    "inside": 1.1104,
    "off_name": -0.9301,
    "off_number": -1.75,
    "negation_clash": -2.2409,
    "opposite": -1.6823,
    "prefixed": -0.8565,
    "constant": -0.4612,
}
SEMANTIC: dict[str, float] = {
    "score": 0.0281,
    "inside": 0.6137,
    "off_name": -0.9711,
    "off_number": -2.0665,
    "negation_clash": -2.4279,
    "opposite": -2.094,
    "prefixed": -1.0185,
    "closest": 3.2921,
    "constant": -2.0582,
}
