"""Who gets in: organizers, sign-in, sessions, one-time links."""
