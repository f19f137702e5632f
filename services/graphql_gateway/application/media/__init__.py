"""Taking and giving attached files."""
