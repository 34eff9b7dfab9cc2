"""Grounding: which sentence answers, whether it really does, and whether what we say stands in the source."""
