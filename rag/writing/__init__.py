"""Answers in a model's words: what it is given, how it is asked, and what of its words is shown."""
