"""The area trust: its types, root fields and mutations."""
