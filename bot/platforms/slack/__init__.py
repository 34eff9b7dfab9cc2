"""Slack: what it sends is read by `parse`, what it shows is drawn by `render`, its two libraries stay in two files."""
