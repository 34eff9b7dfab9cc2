"""Stand-ins for what cannot run here: each enforces the rules of the real thing."""
