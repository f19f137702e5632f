"""The area reviews: its types, root fields and mutations."""
