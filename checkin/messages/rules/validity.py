"""How long the network may go on trying to deliver a text. Later than this it would do harm, or make no sense.

Twilio's own default is ten hours: a check-in at noon could ring at ten in the evening
(twilio.com/docs/messaging/api/message-resource, ValidityPeriod).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

LONGEST = timedelta(hours=10)
SHORTEST = timedelta(minutes=1)

VALID_FOR: Mapping[str, timedelta] = {
    "reply": timedelta(hours=4),
    "relay": timedelta(minutes=30),
    "relay_lost": timedelta(minutes=30),
    "alert": timedelta(hours=1),
    "notice": timedelta(hours=4),
    "follow_up": timedelta(hours=4),
    "sign_in": timedelta(minutes=10),
}
"""By the kind of a message. A follow-up's also ends with the hours in which it is welcome."""


def valid_for(kind: str) -> timedelta:
    """How long a message of this kind is worth delivering."""
    return VALID_FOR.get(kind, timedelta(hours=4))
