"""Facts that workflow speaks, and the orders it takes, by context."""
