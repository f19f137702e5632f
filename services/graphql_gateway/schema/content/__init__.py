"""The area content: its types, root fields and mutations."""
