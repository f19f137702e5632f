"""The area policies: its types, root fields and mutations."""
