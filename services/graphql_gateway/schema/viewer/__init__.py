"""The area viewer: its types, root fields and mutations."""
