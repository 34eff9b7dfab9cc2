"""Sends digests and reminders when they are due: the works of the schedule."""
