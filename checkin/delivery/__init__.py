"""Carries outbox rows out: claim, re-check the truth, call the network with no transaction open, record."""

from checkin.delivery.performing import perform

__all__ = ["perform"]
