"""Carries out what the outbox holds: each row claimed once, in steps, its outcome written down."""
