"""Flows shown to people: drawn, read out, compared, and what is counted of their steps."""
