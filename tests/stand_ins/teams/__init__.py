"""A stand-in for Microsoft's side of Teams: keys, conversations, rosters; people who write and press."""
