"""HTTP: the app factory, commands, internal tokens, health and metrics doors, the server's settings."""
