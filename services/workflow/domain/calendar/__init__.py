"""The calendar: windows in which nothing goes out, and posts that come again."""
