"""The storage half of chassis over a real database."""
