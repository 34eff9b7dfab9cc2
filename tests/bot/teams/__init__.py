"""Teams: parse, door, messenger, directory, and whole conversations."""
