"""Open look-up: questions answered by facts whose entity the question does not name exactly."""
