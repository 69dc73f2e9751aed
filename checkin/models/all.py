"""Every table, so that the metadata is whole for migrations and tests."""

from checkin.models import contacts, conversations, outbox, relays, stories, volunteers

__all__ = ["contacts", "conversations", "outbox", "relays", "stories", "volunteers"]
