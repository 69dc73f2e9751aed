"""Texts and calls as rows: what came in, what goes out and how fast."""
