"""Content items: what the organization wants to say, and how it gets approved (DOMAIN 3)."""
