"""A model behind the answers, through the front door."""
