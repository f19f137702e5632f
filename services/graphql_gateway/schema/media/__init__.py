"""The area media: attached files and the room they take."""
