"""The area publishing."""
