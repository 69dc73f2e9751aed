"""What is asked of the network in these tests, and what it would answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from checkin.telephony.port import OutgoingCall, OutgoingText
from tests.gateway.conftest import ACCOUNT

BEN = "+15555550111"
LINE = "+15555550100"
BODY = "Hello Ben, how are you today?"
TEXT = OutgoingText(BEN, LINE, BODY, "https://line.example.org/webhooks/messages/0e", timedelta(minutes=90))
CALL = OutgoingCall(
    BEN, LINE, "https://line.example.org/webhooks/offers/0f", "https://line.example.org/webhooks/offers/0f/status",
    timedelta(seconds=25),
)  # fmt: skip
SM = "SM" + "1" * 32
CA = "CA" + "2" * 32
RE = "RE" + "3" * 32
BASE = f"/2010-04-01/Accounts/{ACCOUNT}"


def text_row(**changes: Any) -> dict[str, Any]:
    return {
        "sid": SM, "status": "queued", "body": BODY, "error_code": None, "to": BEN, "from": LINE,
        "date_created": "Wed, 04 Mar 2026 12:00:00 +0000", "date_sent": None, **changes,
    }  # fmt: skip
