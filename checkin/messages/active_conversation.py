"""A conversation that is being stepped."""

from __future__ import annotations

from dataclasses import dataclass

from checkin.contacts.models import Contact
from checkin.messages.models import Conversation
from flows.engine.position import Position


@dataclass
class ActiveConversation:
    """A conversation that is being stepped. `source` is the SID of what set it off, for the consent ledger."""

    contact: Contact
    conversation: Conversation
    position: Position
    source: str | None = None
