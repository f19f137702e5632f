"""Accounts, sessions and invitations."""
