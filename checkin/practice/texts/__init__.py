"""Texts: from a phone to the line, and from the line to a phone."""
