"""Whole stories in a real browser, at the real processes; and every page as a browser shows it."""
