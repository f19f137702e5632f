"""What crosses a service boundary: envelope, topics, facts, commands, refusals and read contracts.

No I/O here: only the standard library and msgspec, so every room of every service may import it.
"""
