"""Archives: files of earlier messages, read once and completely."""
