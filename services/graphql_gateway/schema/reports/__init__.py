"""The area reports: its types, root fields and mutations."""
