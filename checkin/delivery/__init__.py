"""Carries outbox rows out: claim, re-check the truth, call the network with no transaction open, record."""

from checkin.outbox.dispatcher import perform

__all__ = ["perform"]
