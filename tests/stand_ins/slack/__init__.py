"""A Slack of our own for tests: it refuses what Slack refuses and sends what Slack sends, awkward parts included."""
