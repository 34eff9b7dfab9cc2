"""Loads and measurements of the bot, against peers."""
