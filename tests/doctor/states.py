"""Facts of a line with which all is well, for a test to spoil."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from checkin.doctor.facts import AccountFacts, LineFacts, MachineFacts, PeopleFacts, RedisFacts
from checkin.telephony.account_port import AccountState, MessagingService, OwnedNumber, StudioFlow
from checkin.telephony.round_trip import RoundTrip

URL, NUMBER, FALLBACK = (
    "https://line.example.net",
    "+12015550142",
    "https://webhooks.twilio.com/v1/Accounts/AC/Flows/FW1",
)
SERVICE = MessagingService("MG1", "Peers", {"inbound_request_url": "", "fallback_url": ""}, True, (NUMBER,))
OWNED = OwnedNumber(
    "PN1", NUMBER, "the line",
    {
        "sms_url": f"{URL}/webhooks/sms", "voice_url": f"{URL}/webhooks/voice",
        "status_callback": f"{URL}/webhooks/voice/status", "sms_fallback_url": FALLBACK,
        "voice_fallback_url": FALLBACK,
    },
    emergency_address=True,
)  # fmt: skip
ACCOUNT = AccountFacts(
    state=AccountState("AC1", "Peers", "active", "Full"), balance=(20.0, "USD"), number=OWNED, numbers_known=True,
    service=SERVICE, services_known=True, campaigns=("VERIFIED",), may_call={"US": True},
    fallback=StudioFlow("FW1", "fallback", True, FALLBACK), profiles=("twilio-approved",),
)  # fmt: skip
MACHINE = MachineFacts(
    database="SQLite", schema=("0013", "0013"), database_bytes=2**20, wal_bytes=0,
    redis=RedisFacts("7.2.4", "noeviction", True), beats={"worker:ring": timedelta(seconds=3), "clock": timedelta()},
    oldest_due=timedelta(), given_up=(), media="", free=50 * 1024**3, env_private=True, backup=timedelta(hours=3),
    rehearsal=timedelta(days=3), mail="",
)  # fmt: skip
PEOPLE = PeopleFacts(
    name="Oak Street Line", sample_name=False, crisis_number="988", leads=2, organizers=1, volunteers=5, wanted=40,
    missing=0, at_once=3, countries=("US",),
)  # fmt: skip
WAY = RoundTrip("", 200, "the proof", forwarded=True, trusted=True, seconds=0.2)


def well(
    account: dict[str, Any] | None = None,
    number: dict[str, Any] | None = None,
    machine: dict[str, Any] | None = None,
    people: dict[str, Any] | None = None,
    way: dict[str, Any] | None = None,
    **line: Any,
) -> LineFacts:
    """All is well, but for what is named."""
    owned = replace(OWNED, **(number or {}))
    return LineFacts(
        **{
            "public_url": URL, "number": NUMBER, "fallback_url": FALLBACK, "service": None, "at_network": True,
            "practice": False, "made_up": "", "machine": replace(MACHINE, **(machine or {})),
            "people": replace(PEOPLE, **(people or {})),
            "account": replace(ACCOUNT, **{"number": owned, **(account or {})}),
            "way": replace(WAY, **(way or {})), "proof": "the proof", "skew": timedelta(seconds=1), **line,
        }
    )  # fmt: skip
