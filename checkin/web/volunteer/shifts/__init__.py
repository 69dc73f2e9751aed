"""A volunteer's own shifts, and swapping them."""
