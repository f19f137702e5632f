"""What the work was worth: the fact log, and everything that is folded from it."""
