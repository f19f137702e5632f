"""The area operations: its types, root fields and mutations."""
