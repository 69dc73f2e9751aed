"""Conversations written down as tests, and the small imaginary world they run in."""
