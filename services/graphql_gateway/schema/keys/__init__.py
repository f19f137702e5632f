"""The area keys: its types, root fields and mutations."""
