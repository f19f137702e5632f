"""The area corrections: its types, root fields and mutations."""
