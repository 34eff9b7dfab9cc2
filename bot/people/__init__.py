"""Who an account belongs to, and who reads a place."""
