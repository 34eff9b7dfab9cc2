"""The audit log as values: entries, their hash chain, signed heads, verification and export. Nothing here reads SQL."""
