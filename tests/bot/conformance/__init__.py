"""What the bot says, the extremes included, drawn for every platform and held against its rules."""
