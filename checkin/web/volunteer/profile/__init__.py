"""A volunteer's own numbers and data."""
