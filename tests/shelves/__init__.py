"""Generic tests that walk the shelves: adding to a shelf adds its tests."""
