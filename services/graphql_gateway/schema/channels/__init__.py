"""The area channels: its types, root fields and mutations."""
