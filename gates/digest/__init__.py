"""The digest: what moved, what waits and what contradicts itself, for one reader. Pure."""
