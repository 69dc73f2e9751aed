"""Where a download may be sent on to: Twilio keeps recordings with Amazon, and that is all there is."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

_STORAGE = re.compile(
    r"(?:[a-z0-9-]+\.)*(?:twilio\.com|twiliocdn\.com)"
    r"|(?:[a-z0-9.-]+\.)?s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com"
)


def may_follow(url: str, origin: SplitResult) -> bool:
    """Whether a redirect to `url` may be followed: to the origin itself, or by https to Twilio's storage.

    No name or password, no other port, no address of a machine: what Twilio is made to answer must not lead us
    into our own network.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None:
        return False
    if parts[:2] == origin[:2]:
        return True
    return parts.scheme == "https" and port in (None, 443) and bool(_STORAGE.fullmatch(parts.hostname or ""))
