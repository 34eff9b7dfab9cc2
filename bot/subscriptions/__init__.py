"""Who gets a digest, when and of what: the values, their timing, and their rows."""
