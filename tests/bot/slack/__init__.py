"""Slack through its front door, against the stand-in."""
