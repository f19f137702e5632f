"""The area organizations: its types, root fields and mutations."""
