"""Checks what a model wrote, sentence by sentence, against the sources it cites."""
