"""HTTP for the account's own things, which stand at several hosts of Twilio's."""

from __future__ import annotations

from urllib.parse import urlsplit

from checkin.telephony.http import OneHost
from checkin.telephony.twilio import TWILIO

OURS = ".twilio.com"


class TwilioHosts(OneHost):
    """Sends each request to its own host of Twilio's; where the origin is another carrier, all to that one."""

    def __init__(self, origin: str, timeout: tuple[float, float]) -> None:
        super().__init__(origin, timeout)
        self._at_twilio = origin == TWILIO

    def here(self, url: str) -> str:
        """`url` as it is, when it leads to a host of Twilio's over https; at our origin otherwise."""
        parts = urlsplit(url)
        if self._at_twilio and parts.scheme == "https" and (parts.hostname or "").endswith(OURS):
            return url
        return super().here(url)
