"""How the domain's values are stored, and how facts of others come in."""
