"""The area calendar."""
