"""Orders in words: the grammar, how a typed line is read by it, and what each order does."""
