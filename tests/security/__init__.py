"""Every attack that was tried on the line, replayed; docs/security.md says what each of them is about."""
