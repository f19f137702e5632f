"""Folding facts as they come, and folding all of them again."""
