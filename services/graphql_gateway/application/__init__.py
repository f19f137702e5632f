"""Use cases of the gateway: sign-in, sessions, keys, invitations."""
