"""Mentions, the conversations they form, and who answers them until when."""
