"""One organization at a time: the guard on every query and the short list of crossings (rule 11)."""
