"""Weights of the answerability model. Made by `python -m rag.ground.fit --corpus DIR --write`; do not edit by hand."""

from __future__ import annotations

LEXICAL: dict[str, float] = {
    "score": 0.1456,
    "inside": 1.0959,
    "off_name": -0.9239,
    "off_number": -1.7661,
    "negation_clash": -2.2424,
    "opposite": -1.7196,
    "prefixed": -0.9822,
    "constant": -0.4489,
}
SEMANTIC: dict[str, float] = {
    "score": 0.0421,
    "inside": 0.5906,
    "off_name": -0.9592,
    "off_number": -2.0649,
    "negation_clash": -2.4262,
    "opposite": -2.0964,
    "prefixed": -1.1063,
    "closest": 3.2896,
    "constant": -2.0537,
}
