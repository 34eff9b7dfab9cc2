"""Questions answered from facts: which entity, which field, which conditions; deterministic, every value quoted."""
