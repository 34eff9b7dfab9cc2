"""Weights of the answerability model. Made by `python -m rag.ground.fit --corpus DIR --write`; do not edit by hand."""

from __future__ import annotations

LEXICAL: dict[str, float] = {
    "score": 0.32,
    "inside": 0.9378,
    "off_name": -0.9656,
    "off_number": -1.366,
    "negation_clash": -2.0797,
    "opposite": -1.7903,
    "prefixed": -0.8663,
    "constant": -0.4481,
}
SEMANTIC: dict[str, float] = {
    "score": 0.193,
    "inside": 0.4736,
    "off_name": -1.0316,
    "off_number": -1.5862,
    "negation_clash": -2.2269,
    "opposite": -2.2436,
    "prefixed": -1.381,
    "closest": 3.2001,
    "constant": -2.0062,
}
