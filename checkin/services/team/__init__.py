"""Volunteers: who they are, when they are there, and what they text and call."""
