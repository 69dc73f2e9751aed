"""Whom each wave asks, in which order, and why the others are not. Pure."""
