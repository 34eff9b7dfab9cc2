"""Weights of the answerability model. Made by `python -m rag.ground.fit --corpus DIR --write`; do not edit by hand."""

from __future__ import annotations

LEXICAL: dict[str, float] = {
    "score": 0.2662,
    "inside": 0.9547,
    "off_name": -0.9904,
    "off_number": -1.8428,
    "negation_clash": -2.1341,
    "opposite": -1.8323,
    "prefixed": -1.0346,
    "constant": -0.4084,
}
SEMANTIC: dict[str, float] = {
    "score": 0.2449,
    "inside": 0.3651,
    "off_name": -1.0052,
    "off_number": -2.065,
    "negation_clash": -2.2791,
    "opposite": -2.2237,
    "prefixed": -1.1504,
    "closest": 3.1698,
    "constant": -1.9568,
}
