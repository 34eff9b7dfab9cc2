"""Speed and memory, measured side by side with the floor and with a peer."""
