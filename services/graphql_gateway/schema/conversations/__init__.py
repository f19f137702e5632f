"""The area conversations: its types, root fields and mutations."""
