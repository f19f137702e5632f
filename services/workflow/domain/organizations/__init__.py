"""Organizations, their units and their routing rules."""
